/** An event of Kubernetes, as far as it is shown. */
export interface CapturedEvent {
  at: string | null;
  type: string;
  reason: string;
  count: number;
  message: string;
}

type Raw = Record<string, unknown>;

const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The newest of the times that an event may carry. */
function timeOf(event: Raw): string | null {
  const series = isRaw(event.series) ? event.series.lastObservedTime : null;
  const metadata = isRaw(event.metadata) ? event.metadata.creationTimestamp : null;
  const times = [event.lastTimestamp, series, event.eventTime, event.firstTimestamp]
    .map(text)
    .filter(Boolean);
  return times.sort().at(-1) ?? (text(metadata) || null);
}

function countOf(event: Raw): number {
  const series = isRaw(event.series) ? event.series.count : null;
  return Math.max(1, Number(event.count) || 0, Number(series) || 0);
}

function readAll(source: string): unknown[] {
  try {
    const value: unknown = JSON.parse(source);
    if (Array.isArray(value)) return value;
    return isRaw(value) && Array.isArray(value.items) ? value.items : [value];
  } catch {
    return source
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  }
}

/** The captured events, newest first; null where the text is not made of events: then it is shown as it is. */
export function readEvents(source: string): CapturedEvent[] | null {
  if (!source.trim()) return [];
  try {
    const events = readAll(source).filter(isRaw);
    if (!events.every((event) => text(event.reason) || text(event.message))) return null;
    return events
      .map((event) => ({
        at: timeOf(event),
        type: text(event.type) || 'Normal',
        reason: text(event.reason),
        count: countOf(event),
        message: text(event.message),
      }))
      .sort((a, b) => (b.at ?? '').localeCompare(a.at ?? ''));
  } catch {
    return null;
  }
}
