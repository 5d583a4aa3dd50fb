import type { RetentionName } from '../../../api/queries/settings';
import type { KeepDays } from '../../../api/types';
import { formatNumber, plural } from '../../../lib/format';

/** What each setting is of: its heading, and one and many of what goes. */
export const RECORDS: Record<RetentionName, { title: string; one: string; many: string }> = {
  'history-retention': { title: 'Resolved incidents', one: 'incident', many: 'incidents' },
  'ignored-retention': { title: 'Ignored incidents', one: 'incident', many: 'incidents' },
  'evidence-retention': { title: 'Evidence', one: 'piece', many: 'pieces' },
  'run-retention': { title: 'Runs and mirrors', one: 'record', many: 'records' },
  'audit-retention': { title: 'Audit log', one: 'entry', many: 'entries' },
  'event-retention': { title: 'Live events', one: 'event', many: 'events' },
};

/** Days in words; what is "off" is kept for ever. */
export function daysInWords(days: KeepDays): string {
  return days === 'off' ? 'for ever' : plural(days, 'day');
}

/** What saving would do to what is there now. */
export function previewInWords(name: RetentionName, days: KeepDays, count: number): string {
  if (days === 'off') return 'Nothing would be deleted, ever: it grows for as long as Kure runs.';
  if (count === 0) return `Would delete nothing now: nothing is older than ${plural(days, 'day')}.`;
  const { one, many } = RECORDS[name];
  const what = `${formatNumber(count)} ${count === 1 ? one : many}`;
  return `Would delete ${what} older than ${plural(days, 'day')}.`;
}
