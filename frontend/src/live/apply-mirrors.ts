import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/react-query';
import { keys } from '../api/keys';
import type { IncidentDetail, MirrorDetail, MirrorPage, MirrorRow } from '../api/types';
import { isLive } from '../lib/mirror-tests';
import { type IncidentEvent, incidentOf } from './events';
import { mergeMirror, mergeMirrorPage, mergeMirrorPages, newestMirrors } from './merge-mirrors';

/**
 * Brings what is cached of mirrors up to date; to be called before the incidents are.
 *
 * Mirrors are few, so that new ones are shown at once. Plans, evidence and what happened are not in the
 * events: they are fetched, where they are shown, when a mirror moves on.
 */
export function applyMirrors(client: QueryClient, events: readonly IncidentEvent[]): void {
  const newest = newestMirrors(events);
  if (newest.size > 0) applyToLists(client, [...newest.values()]);
  for (const row of newest.values()) fetchIncidentOf(client, row);
  for (const [queryKey, detail] of openMirrors(client)) {
    const merged = mergeMirror(detail, events);
    if (merged !== detail) client.setQueryData(queryKey, merged);
    const isStale = hasMoved(detail, merged) || events.some((event) => isNewRunOf(detail, event));
    if (isStale) void client.invalidateQueries({ queryKey });
  }
}

function applyToLists(client: QueryClient, newest: readonly MirrorRow[]): void {
  client.setQueryData<MirrorPage>(keys.activeMirrors, (page) => {
    if (!page) return page;
    const { items, ...rest } = mergeMirrorPage(page, newest);
    return { ...rest, items: items.filter(isLive) };
  });
  client.setQueryData<InfiniteData<MirrorPage>>(keys.mirrorList, (data) =>
    data ? mergeMirrorPages(data, newest) : data,
  );
}

/** Whether an event is of the run of a mirror that is open: its incident has another one. */
export function isOfMirror(client: QueryClient, event: IncidentEvent): boolean {
  if (!('run_id' in event.data)) return false;
  const { run_id } = event.data;
  return openMirrors(client).some(([, { run }]) => run?.id === run_id);
}

type Judged = Pick<MirrorRow, 'phase' | 'verdict'>;

const hasMoved = (old: Judged, row: Judged) =>
  old.phase !== row.phase || old.verdict !== row.verdict;

/** An incident tells which of its fixes is proved, and what happened. */
function fetchIncidentOf(client: QueryClient, row: MirrorRow): void {
  const queryKey = keys.detail(row.incident_id);
  const incident = client.getQueryData<IncidentDetail>(queryKey);
  const known = incident?.mirrors.find(({ id }) => id === row.id);
  const isNew = !known || (row.version > known.version && known.verdict !== row.verdict);
  if (incident && isNew) void client.invalidateQueries({ queryKey });
}

function isNewRunOf(mirror: MirrorDetail, event: IncidentEvent): boolean {
  const isOfRun = event.topic === 'run.step' || event.topic === 'run.state';
  return isOfRun && mirror.run === null && incidentOf(event) === mirror.incident_id;
}

function openMirrors(client: QueryClient): [QueryKey, MirrorDetail][] {
  return client
    .getQueriesData<MirrorDetail>({ queryKey: keys.openMirrors })
    .flatMap(([key, detail]) => (detail ? [[key, detail]] : []));
}
