import { useSyncExternalStore } from 'react';

let skew = 0;

/** Takes the server's time from a heartbeat, so that ages are right with a wrong clock here. */
export function setServerTime(now: string): void {
  const server = Date.parse(now);
  if (Number.isFinite(server)) skew = server - Date.now();
}

/** The server's time in milliseconds, as well as it is known. */
export function serverNow(): number {
  return Date.now() + skew;
}

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  if (document.visibilityState === 'hidden') return;
  for (const listener of listeners) listener();
}

/** Calls back each second while somebody listens and the page is visible: one timer for all. */
export function onTick(listener: () => void): () => void {
  if (listeners.size === 0) {
    timer = setInterval(tick, 1000);
    document.addEventListener('visibilitychange', tick);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    document.removeEventListener('visibilitychange', tick);
  };
}

/** What `read` makes of the time; the component is drawn again only when that changes. */
export function useClock<Value extends string | number | boolean | null>(
  read: (now: number) => Value,
): Value {
  return useSyncExternalStore(onTick, () => read(serverNow()));
}
