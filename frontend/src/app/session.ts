import type { QueryClient } from '@tanstack/react-query';
import { onSignedOut } from '../api/client';
import { isStatus } from '../api/errors';
import { keys } from '../api/keys';
import { signInWithCode } from '../api/queries/auth';
import { forgetVisits } from '../api/queries/incidents';
import { keepEntry, takeEntry } from '../features/auth/entry';
import { createLive } from '../live/browser';
import type { Live } from '../live/live';

/**
 * Signs in with the code of the address, if it has one. A code that makes an account, and an
 * invitation, are kept for the page that asks for a name and a password.
 */
export async function signInFromAddress(): Promise<void> {
  const entry = takeEntry();
  if (entry === null) return;
  if (entry.code === undefined) return keepEntry(entry);
  try {
    await signInWithCode(entry.code);
  } catch (error) {
    // Without a session the sign-in page says what to do.
    keepEntry(isStatus(error, 409) ? entry : {});
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
    client.removeQueries({ queryKey: ['mirrors'] });
  };
  const live = createLive(client, end);
  onSignedOut(end);
  addEventListener('hashchange', () => {
    void signInFromAddress().then(() => client.invalidateQueries({ queryKey: keys.me }));
  });
  return live;
}
