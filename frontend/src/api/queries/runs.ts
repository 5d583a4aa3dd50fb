import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { mergeRun, mergeRunRows } from '../../live/merge-runs';
import { recentEvents } from '../../live/recent';
import { answer, api } from '../client';
import { keys } from '../keys';
import type { RunSearch } from '../search';

const PAGE = 50;

const filterOf = ({ state, type }: RunSearch) => ({
  state: state ? [state] : [],
  type: type ? [type] : [],
});

/**
 * Runs of workflows in pages, newest first, without their steps. All known events are brought in:
 * an older one changes nothing for long.
 */
export const runListQuery = (search: RunSearch) =>
  infiniteQueryOptions({
    queryKey: keys.runList(search),
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...filterOf(search), limit: PAGE, after: pageParam ?? undefined };
      const page = await answer(api.GET('/api/runs', { params: { query }, signal }));
      return { ...page, items: mergeRunRows(page.items, recentEvents.all()) };
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });

/** How many runs there are in each state. */
export const runCountsQuery = (type: string | undefined) =>
  queryOptions({
    queryKey: keys.runCountsOf(type ?? ''),
    queryFn: async ({ signal }) => {
      const query = { type: type ? [type] : [], limit: 1 };
      return (await answer(api.GET('/api/runs', { params: { query }, signal }))).counts;
    },
    placeholderData: keepPreviousData,
  });

/** One run with its steps. */
export const runQuery = (id: string) =>
  queryOptions({
    queryKey: keys.run(id),
    queryFn: async ({ signal }) => {
      const params = { path: { run_id: id } };
      const run = await answer(api.GET('/api/runs/{run_id}', { params, signal }));
      return mergeRun(run, recentEvents.all());
    },
  });

/** Has a run end: it cleans up after itself, which its steps show. */
export async function cancelRun(id: string): Promise<void> {
  await answer(api.POST('/api/runs/{run_id}/cancel', { params: { path: { run_id: id } } }));
}
