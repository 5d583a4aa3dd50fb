import type { QueryClient } from '@tanstack/react-query';
import { onSignedOut } from '../api/client';
import { keys } from '../api/keys';
import { signIn } from '../api/queries/auth';
import { forgetVisits } from '../api/queries/incidents';
import { createLive } from '../live/browser';
import type { Live } from '../live/live';

/**
 * Takes the token out of the page's address, `#token=…`, and out of the address bar and the history,
 * so that nobody copies it with a link. Null where there is none.
 */
export function takeToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token !== null) history.replaceState(history.state, '', location.pathname + location.search);
  return token;
}

/** Signs in with the address's token, if it has one. A refused one leads to the sign-in page. */
export async function signInFromAddress(): Promise<void> {
  const token = takeToken();
  if (token === null) return;
  try {
    await signIn(token);
  } catch {
    // Without a session the sign-in page says what to do, whatever the reason was.
  }
}

/** The live connection, which ends with the session; what is known of the cluster is forgotten then. */
export function createSession(client: QueryClient): Live {
  const end = () => {
    live.stop();
    forgetVisits();
    client.setQueryData(keys.me, null);
    client.removeQueries({ queryKey: keys.config });
    client.removeQueries({ queryKey: ['incidents'] });
  };
  const live = createLive(client, end);
  onSignedOut(end);
  addEventListener('hashchange', () => {
    void signInFromAddress().then(() => client.invalidateQueries({ queryKey: keys.me }));
  });
  return live;
}
