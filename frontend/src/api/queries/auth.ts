import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../client';
import { isStatus } from '../errors';
import { keys } from '../keys';
import type { User } from '../types';

/** Who is signed in; null where nobody is. */
export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: async ({ signal }): Promise<User | null> => {
    try {
      return (await answer(api.GET('/api/auth/me', { signal }))).user;
    } catch (error) {
      if (isStatus(error, 401)) return null;
      throw error;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
  // Another tab may have signed in meanwhile.
  refetchOnWindowFocus: (query) => (query.state.data === null ? 'always' : false),
});

export async function signIn(token: string): Promise<void> {
  await answer(api.POST('/api/auth/session', { body: { token } }));
}

export async function signOut(): Promise<void> {
  await answer(api.DELETE('/api/auth/session'));
}
