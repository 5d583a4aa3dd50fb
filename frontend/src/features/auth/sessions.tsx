import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys';
import { endAllSessions, endSession, type NextPage, sessionsQuery } from '../../api/queries/auth';
import type { Session } from '../../api/types';
import { Button } from '../../ui/button';
import { ErrorText, QueryState } from '../../ui/query-state';
import { Time } from '../../ui/time';

/** Where the account is signed in, and how to end that. */
export function Sessions({ onSignedOut }: { onSignedOut: (next: NextPage) => void }) {
  const query = useQuery(sessionsQuery);
  const everywhere = useMutation({ mutationFn: endAllSessions, onSuccess: onSignedOut });
  return (
    <section className="flex flex-col gap-3 rounded-lg border border-hairline bg-surface p-5">
      <div className="flex flex-wrap items-center justify-between gap-4">
        <h2 className="font-semibold">Where you are signed in</h2>
        <Button disabled={everywhere.isPending} onClick={() => everywhere.mutate()}>
          Sign out everywhere
        </Button>
      </div>
      {everywhere.error && <ErrorText error={everywhere.error} />}
      <QueryState query={query} what="sessions" skeletonLines={2}>
        {(sessions) => (
          <ul className="divide-y divide-hairline">
            {sessions.map((session) => (
              <Row key={session.id} session={session} />
            ))}
          </ul>
        )}
      </QueryState>
    </section>
  );
}

function Row({ session }: { session: Session }) {
  const client = useQueryClient();
  const ending = useMutation({
    mutationFn: () => endSession(session.id),
    onSettled: () => client.invalidateQueries({ queryKey: keys.sessions }),
  });
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2.5 text-sm">
      <div className="min-w-0">
        <p className="truncate font-medium" title={session.browser}>
          {nameOf(session.browser)}
          {session.current && <span className="font-normal text-muted"> (this one)</span>}
        </p>
        <p className="text-muted">
          {session.address}, last seen <Time at={session.seen_at} style="clock" />
        </p>
        {ending.error && <ErrorText error={ending.error} />}
      </div>
      {!session.current && (
        <Button
          kind="quiet"
          disabled={ending.isPending}
          aria-label={`End the session of ${nameOf(session.browser)} at ${session.address}`}
          onClick={() => ending.mutate()}
        >
          End
        </Button>
      )}
    </li>
  );
}

const BROWSERS = ['Firefox', 'Edg', 'OPR', 'Chrome', 'Safari'];
const SYSTEMS = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac OS X', 'Linux'];
const WORDS: Record<string, string> = { Edg: 'Edge', OPR: 'Opera', 'Mac OS X': 'macOS' };

/** Browser and system in words, as far as the browser says. */
export function nameOf(agent: string): string {
  const found = [BROWSERS, SYSTEMS].map((names) => names.find((name) => agent.includes(name)));
  const words = found.filter((name) => name !== undefined).map((name) => WORDS[name] ?? name);
  return words.join(' on ') || agent || 'Unknown browser';
}
