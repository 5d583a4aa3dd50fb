import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { configQuery } from '../api/queries/config';
import type { Config } from '../api/types';
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
  if (!watching.live) {
    return (
      <Bar>
        <Notice tone="warning" title="Nothing is watching the cluster">
          {watching.last_seen ? (
            <>
              The last word of an agent came <Time at={watching.last_seen} style="clock" />.
              Failures since then are not seen.
            </>
          ) : (
            'No agent has reported yet. Failures are not seen until one does.'
          )}
        </Notice>
      </Bar>
    );
  }
  const agent = watching.agents.find(({ problem }) => problem);
  if (!agent) return null;
  return (
    <Bar>
      <Notice
        tone="warning"
        title={agent.node ? `The agent on ${agent.node} has a problem` : 'The agent has a problem'}
      >
        {agent.problem}
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
