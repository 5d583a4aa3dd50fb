import { parseFilter, valuesOf } from '../lib/filter-lang';
import type { AuditSearch } from './queries/health';
import type { IncidentRow, Severity, Status } from './types';

export const TABS = ['attention', 'regressed', 'ignored', 'resolved', 'all'] as const;
export type Tab = (typeof TABS)[number];

const SORTS = ['attention', 'last_seen', 'first_seen'] as const;
export type Sort = (typeof SORTS)[number];

const RANGES = { '1h': 1, '24h': 24, '7d': 168, '30d': 720 } as const;
export type Range = keyof typeof RANGES;

/** What the incident list shows: all of it stands in the page's address. */
export interface ListSearch {
  tab: Tab;
  q: string;
  sort: Sort;
  since: Range | null;
}

const STATUSES: Record<Tab, Status[]> = {
  attention: ['open', 'regressed'],
  regressed: ['regressed'],
  ignored: ['ignored'],
  resolved: ['resolved'],
  all: [],
};

const oneOf = <T extends string>(all: readonly T[], value: unknown): T | undefined =>
  all.find((item) => item === value);

/** The list's part of the page's address: what is at its default is left out. `row` is selected. */
export interface ListAddress {
  tab?: Tab;
  q?: string;
  sort?: Sort;
  since?: Range;
  row?: string;
}

/** Reads the address of the list; what it does not know it leaves out. */
export function readListAddress(search: Record<string, unknown>): ListAddress {
  return withoutEmpty<ListAddress>({
    tab: oneOf(TABS, search.tab),
    q: text(search.q),
    sort: oneOf(SORTS, search.sort),
    since: oneOf(Object.keys(RANGES) as Range[], search.since),
    row: text(search.row),
  });
}

export function toListSearch(address: ListAddress): ListSearch {
  const { tab = 'attention', q = '', sort = 'attention', since = null } = address;
  return { tab, q, sort, since };
}

export const MIRROR_STATES = ['all', 'live', 'passed', 'failed', 'none'] as const;
export type MirrorState = (typeof MIRROR_STATES)[number];

/** The address of the mirror tests: `state` is which of them are shown, all unless given. */
export function readMirrorsAddress(search: Record<string, unknown>): { state?: MirrorState } {
  return withoutEmpty<{ state?: MirrorState }>({ state: oneOf(MIRROR_STATES, search.state) });
}

export const RUN_STATES = ['running', 'failed', 'completed', 'cancelled', 'lost'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** The address of the workflows: `state` and `type` are which of them are shown, all unless given. */
export interface RunSearch {
  state?: RunState;
  type?: string;
}

export function readRunsAddress(search: Record<string, unknown>): RunSearch {
  return withoutEmpty<RunSearch>({
    state: oneOf(RUN_STATES, search.state),
    type: text(search.type),
  });
}

/** The address of a run: with `only`, its failures are shown alone. */
export function readRunAddress(search: Record<string, unknown>): { only?: 'failures' } {
  return withoutEmpty<{ only?: 'failures' }>({ only: oneOf(['failures'] as const, search.only) });
}

/** The address of the audit log: which of its entries are shown. */
export function readAuditAddress(search: Record<string, unknown>): AuditSearch {
  return withoutEmpty<AuditSearch>({
    actor: text(search.actor),
    action: text(search.action),
    outcome: oneOf(['done', 'refused'] as const, search.outcome),
  });
}

export const EVIDENCE_TABS = [
  'logs',
  'events',
  'manifest',
  'owner',
  'node',
  'reads',
  'pods',
  'history',
] as const;
export type EvidenceTab = (typeof EVIDENCE_TABS)[number];

/**
 * The incident's part of the page's address: `ev` is the number of the evidence line that is marked,
 * `mirror` the mirror test that is shown in full, `line` the line of the captured text `item`.
 */
interface DetailAddress {
  tab?: EvidenceTab;
  item?: string;
  ev?: number;
  mirror?: string;
  line?: number;
}

export function readDetailAddress(search: Record<string, unknown>): DetailAddress {
  const ev = Number(search.ev);
  const line = Number(search.line);
  return withoutEmpty<DetailAddress>({
    tab: oneOf(EVIDENCE_TABS, search.tab),
    item: text(search.item),
    ev: Number.isInteger(ev) && ev > 0 ? ev : undefined,
    mirror: text(search.mirror),
    line: Number.isInteger(line) && line > 0 ? line : undefined,
  });
}

function text(value: unknown): string | undefined {
  return value === undefined || value === null || value === '' ? undefined : String(value);
}

function withoutEmpty<Address extends object>(
  address: {
    [Key in keyof Address]: Address[Key] | undefined;
  },
): Address {
  return Object.fromEntries(
    Object.entries(address).filter(([, value]) => value !== undefined),
  ) as Address;
}

/** The list's filter as GET /api/incidents wants it. */
export function toQuery(search: ListSearch, now: number) {
  const filter = parseFilter(search.q);
  return {
    status: STATUSES[search.tab],
    namespace: valuesOf(filter, 'namespace'),
    kind: valuesOf(filter, 'kind'),
    // The API refuses a class that it does not know, and says so beside the filter.
    class: valuesOf(filter, 'class') as IncidentQueryClass[],
    severity: valuesOf(filter, 'severity') as Severity[],
    q: filter.text || undefined,
    since: search.since
      ? new Date(now - RANGES[search.since] * 3_600_000).toISOString()
      : undefined,
    sort: search.sort,
  };
}

type IncidentQueryClass = NonNullable<
  NonNullable<import('./schema').paths['/api/incidents']['get']['parameters']['query']>['class']
>[number];

/** Whether what a failing node explains stands under the node's incident, which is in the list too. */
export function isFolding({ tab, q, since }: ListSearch): boolean {
  return (tab === 'attention' || tab === 'all') && q === '' && since === null;
}

/** Whether a row belongs into a list, as far as the browser can tell. */
export function matches(row: IncidentRow, search: ListSearch): boolean {
  const statuses = STATUSES[search.tab];
  if (row.status === 'merged') return false;
  if (row.folded_into && isFolding(search)) return false;
  if (statuses.length && !statuses.includes(row.status)) return false;
  const filter = parseFilter(search.q);
  const isAmong = (key: 'namespace' | 'kind' | 'severity', value: string) => {
    const wanted = valuesOf(filter, key);
    return wanted.length === 0 || wanted.includes(value);
  };
  const classes = valuesOf(filter, 'class');
  const text = filter.text.toLowerCase();
  return (
    isAmong('namespace', row.namespace) &&
    isAmong('kind', row.kind) &&
    isAmong('severity', row.severity) &&
    (classes.length === 0 || classes.some((name) => row.classes.includes(name))) &&
    `${row.namespace} ${row.name} ${row.summary}`.toLowerCase().includes(text)
  );
}
