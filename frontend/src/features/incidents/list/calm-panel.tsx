import { useQuery } from '@tanstack/react-query';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { configQuery } from '../../../api/queries/config';
import type { Config } from '../../../api/types';
import { plural } from '../../../lib/format';
import { formatAge, formatFull, millis } from '../../../lib/time';
import { unwatchedNames, unwatchedTitle } from '../../../lib/watching';
import { useClock } from '../../../live/clock';
import { QueryState } from '../../../ui/query-state';
import { TryIt } from './try-it';

/** What stands where incidents would: that nothing fails is said only while somebody looks. */
export function CalmPanel() {
  const query = useQuery(configQuery);
  return (
    <QueryState query={query} what="what is being watched">
      {({ watching }) =>
        watching.live ? <Calm watching={watching} /> : <Blind watching={watching} />
      }
    </QueryState>
  );
}

function Calm({ watching }: Pick<Config, 'watching'>) {
  const agents = watching.agents.filter((agent) => agent.live);
  const pods = agents.reduce((sum, agent) => sum + agent.pods, 0);
  // Agents of single nodes see the same namespaces: no sum would be right.
  const namespaces = Math.max(0, ...agents.map((agent) => agent.namespaces));
  const isPartial = watching.unwatched.length > 0;
  return (
    <Panel
      icon={
        isPartial ? (
          <TriangleAlert aria-hidden size={28} className="text-warning" />
        ) : (
          <CircleCheck aria-hidden size={28} className="text-ok" />
        )
      }
      title={isPartial ? 'Nothing is failing where Kure looks' : 'Nothing is failing'}
    >
      {isPartial && (
        <p>
          {unwatchedTitle(watching)}: {unwatchedNames(watching)}. What fails there is not seen.
        </p>
      )}
      <p>
        Watching {plural(namespaces, 'namespace')}, {plural(pods, 'pod')}.{' '}
        <LastCheck at={watching.last_seen} />
      </p>
      <details className="mt-6 text-sm">
        <summary className="w-fit text-muted hover:text-fg">See it work</summary>
        <TryIt />
      </details>
    </Panel>
  );
}

function Blind({ watching }: Pick<Config, 'watching'>) {
  return (
    <Panel
      icon={<TriangleAlert aria-hidden size={28} className="text-warning" />}
      title="Nothing is watching"
    >
      <p>
        Kure knows of no failure, and would not see a new one.{' '}
        {watching.agents.find((agent) => agent.problem)?.problem ?? 'No agent reports.'}{' '}
        <LastCheck at={watching.last_seen} />
      </p>
      <p className="mt-2 text-muted">
        <code className="font-mono text-sm">kure demo --cluster</code> starts an agent, and says in
        the terminal what it cannot reach.
      </p>
    </Panel>
  );
}

function LastCheck({ at }: { at: string | null }) {
  const text = useClock((now) => {
    if (at === null) return '';
    const age = formatAge(millis(at), now);
    return age ? `Last check ${age} ago.` : `Last check ${formatFull(millis(at), 'browser')}.`;
  });
  return <span className="tabular">{text}</span>;
}

interface PanelProps {
  icon: ReactNode;
  title: string;
  children: ReactNode;
}

function Panel({ icon, title, children }: PanelProps) {
  return (
    <section className="flex gap-4 py-10 max-sm:flex-col sm:px-2">
      <span className="shrink-0">{icon}</span>
      <div className="min-w-0">
        <h2 className="mb-1 text-xl font-semibold">{title}</h2>
        {children}
      </div>
    </section>
  );
}
