import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../client';
import { keys } from '../keys';
import type { Account, Grant } from '../types';

export const usersQuery = queryOptions({
  queryKey: keys.users,
  queryFn: async ({ signal }) => (await answer(api.GET('/api/admin/users', { signal }))).items,
});

export const invitationsQuery = queryOptions({
  queryKey: keys.invitations,
  queryFn: async ({ signal }) =>
    (await answer(api.GET('/api/admin/invitations', { signal }))).items,
});

/** Another role or other scopes; the sessions of the account end. */
export function changeUser({ id, version }: Account, grant: Grant) {
  const params = { path: { user_id: id } };
  return answer(api.PUT('/api/admin/users/{user_id}', { params, body: { ...grant, version } }));
}

export async function removeUser({ id, version }: Account): Promise<void> {
  const params = { path: { user_id: id }, query: { version } };
  await answer(api.DELETE('/api/admin/users/{user_id}', { params }));
}

/** An invitation: its text is in the answer and nowhere else. */
export function invite(body: Grant & { note: string; expires_at: string | null }) {
  return answer(api.POST('/api/admin/invitations', { body }));
}

export async function withdraw(id: string): Promise<void> {
  const params = { path: { invitation_id: id } };
  await answer(api.DELETE('/api/admin/invitations/{invitation_id}', { params }));
}

/** A token for the agents of a cluster; empty for the API's own. Its text is in the answer only. */
export function rotateServiceToken(cluster: string) {
  return answer(api.POST('/api/admin/service-token/rotate', { body: { cluster } }));
}
