import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { meQuery } from '../api/queries/auth';
import { Notice } from '../ui/notice';
import { ErrorText } from '../ui/query-state';

const SignInPage = lazy(() => import('../features/auth/sign-in-page'));

/** How soon to ask again when the API does not answer. */
const AGAIN_MS = 3000;

interface Props {
  onSignedIn: () => void;
  children: ReactNode;
}

/** Shows the pages to whom has a session, and to everybody else how to get one, at the same address. */
export function SessionGate({ onSignedIn, children }: Props) {
  const me = useQuery({
    ...meQuery,
    refetchInterval: ({ state }) => (state.status === 'error' ? AGAIN_MS : false),
  });
  const isSignedIn = Boolean(me.data);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each session
  useEffect(() => {
    if (isSignedIn) onSignedIn();
  }, [isSignedIn]);

  if (isSignedIn) return children;
  if (me.error) {
    return (
      <main className="mx-auto max-w-lg p-6">
        <h1 className="mb-4 text-2xl font-semibold">Kure</h1>
        <Notice tone="critical" urgent title="Kure cannot be reached">
          <ErrorText error={me.error} />
        </Notice>
      </main>
    );
  }
  if (me.data === undefined) return null;
  return (
    <Suspense>
      <SignInPage />
    </Suspense>
  );
}
