import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { configQuery } from '../api/queries/config';
import type { Config } from '../api/types';
import { unwatchedNames, unwatchedTitle } from '../lib/watching';
import { useClock } from '../live/clock';
import { useLiveState } from '../live/use-live';
import { Notice } from '../ui/notice';
import { Time } from '../ui/time';

/** A connection that is back so soon needs no banner: it would only move the page. */
const PATIENCE_MS = 4000;

/** What is wrong with Kure itself: one thing at a time, the worst first. */
export function Banner() {
  const { word, lostAt } = useLiveState();
  const { data } = useQuery(configQuery);
  const isLost = useClock(
    () =>
      (word === 'reconnecting' || word === 'offline') &&
      lostAt !== null &&
      Date.now() - lostAt > PATIENCE_MS,
  );
  if (isLost && lostAt !== null) {
    const at = new Date(lostAt).toISOString();
    return (
      <Bar>
        <Notice tone="critical" title="No live connection to Kure">
          What you see is from <Time at={at} style="clock" />.{' '}
          {word === 'offline' ? 'The page asks every 15 s.' : 'Trying to connect again.'}
        </Notice>
      </Bar>
    );
  }
  return data ? <Watching watching={data.watching} /> : null;
}

function Watching({ watching }: Pick<Config, 'watching'>) {
  const { live, last_seen, agents } = watching;
  const troubled = agents.find(({ problem }) => problem);
  if (!live) {
    return (
      <Bar>
        <Notice tone="warning" title="Nothing is watching the cluster">
          {troubled?.problem ?? 'No agent reports.'}{' '}
          {last_seen ? (
            <>
              The last word of an agent came <Time at={last_seen} style="clock" />.
            </>
          ) : (
            'None ever has.'
          )}{' '}
          Failures are not seen until one works.
        </Notice>
      </Bar>
    );
  }
  const refusing = agents.find((agent) => agent.live && agent.refused.length > 0);
  if (troubled) return <AgentNotice agent={troubled}>{troubled.problem}</AgentNotice>;
  if (watching.unwatched.length > 0) return <Unwatched watching={watching} />;
  if (refusing) return <AgentNotice agent={refusing}>{refusing.refused[0]}</AgentNotice>;
  return null;
}

function Unwatched({ watching }: Pick<Config, 'watching'>) {
  const [first] = watching.unwatched;
  return (
    <Bar>
      <Notice tone="warning" title={unwatchedTitle(watching)}>
        {unwatchedNames(watching)}
        {first && (
          <>
            {' '}
            since <Time at={first.since} style="clock" />
          </>
        )}
        : failures of pods there are not seen.
      </Notice>
    </Bar>
  );
}

interface AgentNoticeProps {
  agent: Config['watching']['agents'][number];
  children: ReactNode;
}

function AgentNotice({ agent, children }: AgentNoticeProps) {
  const who = agent.node ? `The agent on ${agent.node}` : 'The agent';
  return (
    <Bar>
      <Notice tone="warning" title={`${who} has a problem`}>
        {children}
      </Notice>
    </Bar>
  );
}

function Bar({ children }: { children: ReactNode }) {
  return (
    <div role="status" className="border-b border-hairline px-4 py-2 lg:px-6">
      {children}
    </div>
  );
}
