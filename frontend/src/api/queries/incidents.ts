import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
} from '@tanstack/react-query';
import { readJson, removeJson, writeJson } from '../../lib/storage';
import { serverNow } from '../../live/clock';
import { fetchSnapshot, recentEvents } from '../../live/recent';
import { answer, api } from '../client';
import { keys } from '../keys';
import { type ListSearch, toQuery } from '../search';
import type { Changed, IncidentDetail, IncidentPage } from '../types';

const PAGE = 100;
const LAST_VISIT = 'kure.list.';

type Pages = InfiniteData<IncidentPage, string | null>;

/** A list in pages. After a reload the rows of the last visit are there at once, then the fresh ones. */
export const listQuery = (search: ListSearch) =>
  infiniteQueryOptions({
    queryKey: keys.list(search),
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...toQuery(search, serverNow()), limit: PAGE, after: pageParam ?? undefined };
      const page = await fetchSnapshot(() =>
        answer(api.GET('/api/incidents', { params: { query }, signal })),
      );
      if (pageParam === null) writeJson(() => sessionStorage, visitKey(search), page);
      return recentEvents.catchUpPage(page);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page: IncidentPage) => page.next,
    placeholderData: keepPreviousData,
    initialData: () => lastVisit(search),
    initialDataUpdatedAt: 0,
  });

const visitKey = (search: ListSearch) => LAST_VISIT + JSON.stringify(search);

function lastVisit(search: ListSearch): Pages | undefined {
  const page = readJson(() => sessionStorage, visitKey(search)) as IncidentPage | null;
  // It may have been written by another version of the dashboard.
  const isReadable = page?.items?.every((row) => row.id && row.version && row.classes) ?? false;
  return page && isReadable ? { pages: [page], pageParams: [null] } : undefined;
}

/** Removes what earlier visits left in this browser. */
export function forgetVisits(): void {
  removeJson(() => sessionStorage, LAST_VISIT);
}

/** How many incidents there are in each state; without a filter, those of the whole installation. */
export const countsQuery = (search: Pick<ListSearch, 'q' | 'since'>) =>
  queryOptions({
    queryKey: keys.counts(search),
    queryFn: async ({ signal }) => {
      const all = toQuery({ ...search, tab: 'all', sort: 'attention' }, serverNow());
      const query = { ...all, limit: 1 };
      const page = await fetchSnapshot(() =>
        answer(api.GET('/api/incidents', { params: { query }, signal })),
      );
      return { counts: page.counts, as_of_seq: page.as_of_seq };
    },
    placeholderData: keepPreviousData,
  });

/** One incident with its diagnosis and run. */
export const detailQuery = (id: string) =>
  queryOptions({
    queryKey: keys.detail(id),
    queryFn: async ({ signal }) => {
      const params = { path: { incident_id: id } };
      const detail = await fetchSnapshot(() =>
        answer(api.GET('/api/incidents/{incident_id}', { params, signal })),
      );
      return recentEvents.catchUpDetail(detail);
    },
  });

/** The incidents that the failure of a node explains, by the id of the node's. */
export const foldedQuery = (id: string) =>
  queryOptions({
    queryKey: keys.folded(id),
    queryFn: async ({ signal }) => {
      const query = { folded_into: id, limit: 200 };
      return (await answer(api.GET('/api/incidents', { params: { query }, signal }))).items;
    },
  });

/** What was captured of an incident, without the texts. */
export const evidenceQuery = (id: string) =>
  queryOptions({
    queryKey: keys.evidence(id),
    queryFn: async ({ signal }) => {
      const params = { path: { incident_id: id } };
      const list = await answer(
        api.GET('/api/incidents/{incident_id}/evidence', { params, signal }),
      );
      return list.items;
    },
  });

/** One captured text. It never changes. */
export const evidenceItemQuery = (id: string, evidenceId: string) =>
  queryOptions({
    queryKey: keys.evidenceItem(id, evidenceId),
    queryFn: ({ signal }) => {
      const params = { path: { incident_id: id, evidence_id: evidenceId } };
      return answer(
        api.GET('/api/incidents/{incident_id}/evidence/{evidence_id}', { params, signal }),
      );
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

/** A proposed fix as somebody would apply it: its proof may come at any time. */
export const fixQuery = (id: string, fixId: string) =>
  queryOptions({
    queryKey: keys.fix(id, fixId),
    queryFn: ({ signal }) => {
      const params = { path: { incident_id: id, fix_id: fixId } };
      return answer(api.GET('/api/incidents/{incident_id}/fixes/{fix_id}', { params, signal }));
    },
  });

/** What a person may do with an incident. */
export type ActionName = 'acknowledge' | 'ignore' | 'restore' | 'resolve' | 'retry' | 'investigate';

/** One wish of a person. The key stays the same when it is tried again, so that it is done once. */
export interface Wish {
  id: string;
  version: number;
  action: ActionName;
  key: string;
  until?: string;
  count?: number;
  reason?: string;
}

/** Carries out a wish. */
export function change({ id, action, key, version, until, count, reason }: Wish): Promise<Changed> {
  const params = { path: { incident_id: id }, header: { 'Idempotency-Key': key } };
  if (action === 'ignore') {
    const body = { version, until: until ?? null, count: count ?? null, reason: reason ?? '' };
    return answer(api.POST('/api/incidents/{incident_id}/ignore', { params, body }));
  }
  const body = { version, reason: '' };
  return answer(api.POST(`/api/incidents/{incident_id}/${action}`, { params, body }));
}

/** Deletes an incident that is resolved or ignored, with all that was captured of it. */
export async function deleteIncident(id: string): Promise<void> {
  const params = { path: { incident_id: id } };
  await answer(api.DELETE('/api/incidents/{incident_id}', { params }));
}

/** Says whether what the rules, or a model, say of an incident is right. */
export async function giveFeedback(
  id: string,
  body: { about: 'rules' | 'model'; right: boolean; text: string },
): Promise<void> {
  const params = { path: { incident_id: id } };
  await answer(api.POST('/api/incidents/{incident_id}/feedback', { params, body }));
}

/** Shows what a change has led to, before the stream tells of it. */
export function showChanged(client: QueryClient, changed: Changed): void {
  const update = <Row extends { id: string; version: number }>(row: Row): Row =>
    row.id === changed.id && row.version < changed.version ? { ...row, ...changed } : row;
  client.setQueriesData<Pages>({ queryKey: keys.lists }, (data) =>
    data
      ? { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map(update) })) }
      : data,
  );
  client.setQueryData<IncidentDetail>(keys.detail(changed.id), (detail) =>
    detail ? update(detail) : detail,
  );
  void client.invalidateQueries({ queryKey: keys.detail(changed.id) });
  void client.invalidateQueries({ queryKey: keys.allCounts });
}
