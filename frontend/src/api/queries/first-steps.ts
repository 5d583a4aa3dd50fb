import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../client';
import { keys } from '../keys';

/** Whether there is, or ever was, an incident whose text has a name. */
export const seenQuery = (name: string) =>
  queryOptions({
    queryKey: keys.seen(name),
    queryFn: async ({ signal }) => {
      const params = { query: { q: name, limit: 1 } };
      return (await answer(api.GET('/api/incidents', { params, signal }))).total > 0;
    },
  });
