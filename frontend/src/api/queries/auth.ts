import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../client';
import { isStatus } from '../errors';
import { keys } from '../keys';
import type { Session, User } from '../types';

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

/** Whether the first account is still to be made. */
export const statusQuery = queryOptions({
  queryKey: keys.authStatus,
  queryFn: ({ signal }) => answer(api.GET('/api/auth/status', { signal })),
});

export interface Credentials {
  name: string;
  password: string;
}

/** A new account: with the first admin's one-time code, or with the text of an invitation. */
export type NewAccount = Credentials & ({ code: string } | { invitation: string });

export async function signIn(credentials: Credentials): Promise<void> {
  await answer(api.POST('/api/auth/login', { body: credentials }));
}

/** Signs in with a one-time code of an account that exists. */
export async function signInWithCode(code: string): Promise<void> {
  await answer(api.POST('/api/auth/code', { body: { code } }));
}

export async function signUp(account: NewAccount): Promise<void> {
  await answer(api.POST('/api/auth/signup', { body: { code: '', invitation: '', ...account } }));
}

/** The page of the identity provider that ends its session too; undefined where there is none. */
export type NextPage = string | undefined;

export async function signOut(): Promise<NextPage> {
  return (await answer(api.POST('/api/auth/logout')))?.provider_url;
}

/** The browsers that are signed in to the account, the one used last first. */
export const sessionsQuery = queryOptions({
  queryKey: keys.sessions,
  queryFn: async ({ signal }): Promise<Session[]> =>
    (await answer(api.GET('/api/auth/me', { signal }))).sessions,
});

export async function endSession(id: string): Promise<void> {
  const path = { session_id: id };
  await answer(api.DELETE('/api/auth/sessions/{session_id}', { params: { path } }));
}

export async function endAllSessions(): Promise<NextPage> {
  return (await answer(api.DELETE('/api/auth/sessions')))?.provider_url;
}

export async function changePassword(body: { current: string; password: string }): Promise<void> {
  await answer(api.POST('/api/auth/password', { body }));
}
