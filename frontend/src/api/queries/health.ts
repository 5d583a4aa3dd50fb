import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../client';
import { keys } from '../keys';

/** How each part of Kure is; asked again while it is shown. */
export const healthQuery = queryOptions({
  queryKey: keys.health,
  queryFn: ({ signal }) => answer(api.GET('/api/admin/health', { signal })),
  refetchInterval: 10_000,
});

/** Which entries of the audit log: by whom, of what, and how it ended. */
export interface AuditSearch {
  actor?: string;
  action?: string;
  outcome?: 'done' | 'refused';
}

export const auditQuery = ({ actor, action, outcome }: AuditSearch) =>
  infiniteQueryOptions({
    queryKey: keys.audit({ actor, action, outcome }),
    queryFn: ({ signal, pageParam }) => {
      const query = {
        actor: actor ? [actor] : [],
        action: action ? [action] : [],
        outcome: outcome ? [outcome] : [],
        after: pageParam,
      };
      return answer(api.GET('/api/admin/audit', { params: { query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });
