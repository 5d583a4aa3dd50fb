import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../client';
import { keys } from '../keys';

/** What the dashboard needs to start, and what is being watched: asked again as often as agents report. */
export const configQuery = queryOptions({
  queryKey: keys.config,
  queryFn: ({ signal }) => answer(api.GET('/api/config', { signal })),
  refetchInterval: 10_000,
});
