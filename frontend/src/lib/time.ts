const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Milliseconds of an RFC 3339 time. */
export function millis(time: string): number {
  return Date.parse(time);
}

/** "4 s", "3 min", "5 h" below a day; null beyond: then the absolute time says more. */
export function formatAge(from: number, now: number): string | null {
  const age = Math.max(0, now - from);
  if (age < MINUTE) return `${Math.floor(age / SECOND)} s`;
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min`;
  if (age < DAY) return `${Math.floor(age / HOUR)} h`;
  return null;
}

/** "9 ms", "0.1 s", "6.4 s", "41 s", "1 min 12 s", "2 h 5 min". */
export function formatDuration(ms: number): string {
  const span = Math.max(0, ms);
  if (span < 100) return `${Math.round(span)} ms`;
  if (span < 10 * SECOND) return `${(span / SECOND).toFixed(1)} s`;
  if (span < MINUTE) return `${Math.round(span / SECOND)} s`;
  if (span < HOUR)
    return `${Math.floor(span / MINUTE)} min ${Math.floor((span % MINUTE) / SECOND)} s`;
  return `${Math.floor(span / HOUR)} h ${Math.floor((span % HOUR) / MINUTE)} min`;
}

/** How long until `to`, rounded up, so that "0 s" means now: "38 s", "2 min", "3 h", "4 d". */
export function formatUntil(to: number, now: number): string {
  const left = Math.max(0, to - now);
  if (left <= MINUTE) return `${Math.ceil(left / SECOND)} s`;
  if (left <= HOUR) return `${Math.ceil(left / MINUTE)} min`;
  if (left <= 2 * DAY) return `${Math.ceil(left / HOUR)} h`;
  return `${Math.ceil(left / DAY)} d`;
}

/** What is left of a countdown: "2:19", "0:07", "1:00:00". */
export function formatLeft(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, style: 'clock' | 'stamp' | 'full'): Intl.DateTimeFormat {
  const key = `${zone} ${style}`;
  let found = formats.get(key);
  if (!found) {
    const timeZone = zone === 'browser' ? undefined : zone;
    const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    found = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      ...clock,
      ...(style === 'stamp' ? { day: 'numeric', month: 'short' } : { second: '2-digit' }),
      ...(style === 'full'
        ? { year: 'numeric', month: 'short', day: 'numeric', timeZoneName: 'short' }
        : {}),
    });
    formats.set(key, found);
  }
  return found;
}

/** "13:41:02", for what happened today. */
export function formatClock(at: number, zone: string): string {
  return format(zone, 'clock').format(at);
}

/** "23 Nov, 13:41", for what happened longer ago. */
export function formatStamp(at: number, zone: string): string {
  return format(zone, 'stamp').format(at);
}

/** "23 Nov 2026, 13:41:02 CET", where nothing may be in doubt. */
export function formatFull(at: number, zone: string): string {
  return format(zone, 'full').format(at);
}

/** A local date and time as `<input type="datetime-local">` wants it. */
export function toLocalInput(at: number): string {
  return new Date(at - new Date(at).getTimezoneOffset() * MINUTE).toISOString().slice(0, 16);
}
