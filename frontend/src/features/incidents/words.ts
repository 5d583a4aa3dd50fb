import type { IncidentRow } from '../../api/types';
import { namespaceName, shortKind } from '../../lib/format';
import { formatClock, formatStamp, millis } from '../../lib/time';

/** "Deployment checkout in shop": names an incident in a sentence. */
export function nameOf(row: Pick<IncidentRow, 'kind' | 'name' | 'namespace'>): string {
  return `${shortKind(row.kind)} ${row.name} in ${namespaceName(row.namespace)}`;
}

const RESOLVED: Record<NonNullable<IncidentRow['resolution']>, string> = {
  recovered: 'recovered',
  gone: 'deleted',
  stopped: 'scaled to zero',
  person: 'marked as handled',
  excluded: 'excluded',
};

/** What there is to say about a status beyond its word; empty where there is nothing. */
export function statusNote(row: IncidentRow, zone: string, now: number): string {
  if (row.status === 'ignored') return ignoredNote(row.ignored_until ?? null, zone, now);
  if (row.status === 'resolved') return row.resolution ? RESOLVED[row.resolution] : '';
  if (row.status === 'merged') return "part of its owner's incident";
  if (row.acknowledged_by) return `${row.acknowledged_by} is on it`;
  return row.diagnosing && row.status === 'regressed' ? 'diagnosing' : '';
}

function ignoredNote(until: string | null, zone: string, now: number): string {
  if (until === null) return '';
  if (until === 'forever') return 'for ever';
  const at = millis(until);
  return `until ${at - now < 86_400_000 ? formatClock(at, zone).slice(0, 5) : formatStamp(at, zone)}`;
}
