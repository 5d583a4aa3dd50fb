/** No screen reader is spoken to more often than this. */
const QUIET_MS = 5000;

let region: HTMLElement | null = null;
let waiting: string | null = null;
let timer: ReturnType<typeof setTimeout> | null = null;

function speak(): void {
  timer = null;
  if (waiting === null) return;
  if (!region?.isConnected) {
    region = document.createElement('div');
    region.className = 'spoken';
    region.setAttribute('role', 'status');
    document.body.append(region);
  }
  region.textContent = waiting;
  waiting = null;
  timer = setTimeout(speak, QUIET_MS);
}

/** Tells screen readers, politely and at most once in five seconds; the newest sentence wins. */
export function announce(text: string): void {
  waiting = text;
  if (timer === null) speak();
}
