import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { isLive } from '../../lib/mirror-tests';
import { setServerTime } from '../../live/clock';
import { fetchSnapshot, recentEvents } from '../../live/recent';
import { answer, api } from '../client';
import { keys } from '../keys';

/** The mirrors that are not gone, newest first. */
export const activeMirrorsQuery = queryOptions({
  queryKey: keys.activeMirrors,
  queryFn: async ({ signal }) => {
    const read = await fetchSnapshot(() => answer(api.GET('/api/mirror/active', { signal })));
    const page = recentEvents.catchUpMirrors(read);
    return { ...page, items: page.items.filter(isLive) };
  },
});

/** All mirrors in pages, newest first. */
export const mirrorListQuery = infiniteQueryOptions({
  queryKey: keys.mirrorList,
  queryFn: async ({ pageParam, signal }) => {
    const query = { limit: 50, after: pageParam };
    const page = await fetchSnapshot(() =>
      answer(api.GET('/api/mirror', { params: { query }, signal })),
    );
    return pageParam === '' ? recentEvents.catchUpMirrors(page) : page;
  },
  initialPageParam: '',
  getNextPageParam: ({ next }) => next,
});

/** One mirror with its plan, its run and what was captured of it. */
export const mirrorQuery = (id: string) =>
  queryOptions({
    queryKey: keys.mirror(id),
    queryFn: async ({ signal }) => {
      const params = { path: { mirror_id: id } };
      const detail = await answer(api.GET('/api/mirror/status/{mirror_id}', { params, signal }));
      setServerTime(detail.now);
      return recentEvents.catchUpMirror(detail);
    },
  });

/** What is to be tested: the fix of a cause, by its place; a stored fix, by its id; a manifest that somebody has edited; or what there is. */
export interface Proposal {
  cause: number | null;
  fixId: string | null;
  manifest: string | null;
  noNetwork: boolean;
}

/** What a mirror would be, by the cluster as it is now; nothing is made. An old answer is worth nothing. */
export const previewQuery = (incidentId: string, proposal: Proposal) =>
  queryOptions({
    queryKey: keys.preview(incidentId, proposal),
    queryFn: ({ signal }) => {
      const body = { ...wantedOf(proposal), ...optionsOf(proposal.noNetwork) };
      const params = { path: { id: incidentId } };
      return answer(api.POST('/api/mirror/preview/{id}', { params, body, signal }));
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 1000,
    retry: false,
  });

function wantedOf({ cause, fixId, manifest }: Proposal) {
  if (manifest !== null) return { manifest };
  return fixId === null ? { cause } : { fix_id: fixId };
}

const optionsOf = (noNetwork: boolean) => ({ no_network: noNetwork, empty_volumes: true });

/** A wish to test something. The key stays the same when it is tried again, so that it is done once. */
export interface TestWish {
  incidentId: string;
  key: string;
  what: { fix_id: string } | { manifest: string };
  noNetwork: boolean;
  ttlSeconds: number;
  rounds: number;
  confirmed: boolean;
}

/** Starts a test; the answer comes before the mirror is there. */
export function deploy({ incidentId, key, what, noNetwork, ttlSeconds, ...rest }: TestWish) {
  const params = { path: { id: incidentId }, header: { 'Idempotency-Key': key } };
  const body = { ...what, ...rest, ...optionsOf(noNetwork), ttl_seconds: ttlSeconds };
  return answer(api.POST('/api/mirror/deploy/{id}', { params, body }));
}

/** Lets a mirror live so many seconds from its creation on. */
export function extend({ id, key, ttlSeconds }: { id: string; key: string; ttlSeconds: number }) {
  const params = { path: { mirror_id: id }, header: { 'Idempotency-Key': key } };
  const body = { ttl_seconds: ttlSeconds };
  return answer(api.POST('/api/mirror/{mirror_id}/extend', { params, body }));
}

/** Has a mirror deleted now. */
export function endMirror({ id, key }: { id: string; key: string }) {
  const params = { path: { mirror_id: id }, header: { 'Idempotency-Key': key } };
  return answer(api.DELETE('/api/mirror/{mirror_id}', { params }));
}
