import { type FlatMapping, readFlatList } from '../../../lib/flat-yaml';

/** An event of Kubernetes, as far as it is shown. */
export interface CapturedEvent {
  at: string | null;
  type: string;
  reason: string;
  count: number;
  message: string;
}

/** The newest of the times that an event may carry. */
function timeOf(event: FlatMapping): string | null {
  const times = [
    event.lastTimestamp,
    event['series.lastObservedTime'],
    event.eventTime,
    event.firstTimestamp,
  ].filter((time) => time && !Number.isNaN(Date.parse(time)));
  return times.sort().at(-1) ?? null;
}

function countOf(event: FlatMapping): number {
  return Math.max(1, Number(event.count) || 0, Number(event['series.count']) || 0);
}

/** The captured events, newest first; null where the text is not made of events: then it is shown as it is. */
export function readEvents(source: string): CapturedEvent[] | null {
  const events = readFlatList(source);
  if (!events?.every((event) => event.reason || event.message)) return null;
  return events
    .map((event) => ({
      at: timeOf(event),
      type: event.type ?? 'Normal',
      reason: event.reason ?? '',
      count: countOf(event),
      message: event.message ?? '',
    }))
    .sort((a, b) => (b.at ?? '').localeCompare(a.at ?? ''));
}
