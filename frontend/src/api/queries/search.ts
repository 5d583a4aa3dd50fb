import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../client';
import { keys } from '../keys';

/** Incidents, mirrors and runs of that name or id; what is most urgent first. */
export const searchQuery = (q: string) =>
  queryOptions({
    queryKey: keys.search(q),
    queryFn: async ({ signal }) => {
      const query = { q, limit: 12 };
      return (await answer(api.GET('/api/search', { params: { query }, signal }))).items;
    },
    enabled: q !== '',
    placeholderData: keepPreviousData,
  });
