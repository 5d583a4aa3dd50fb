import { useQuery } from '@tanstack/react-query';
import { CircleCheck, type LucideIcon, OctagonX, TriangleAlert } from 'lucide-react';
import { healthQuery } from '../../../api/queries/health';
import type { PartHealth } from '../../../api/types';
import { classNames } from '../../../ui/class-names';
import { Notice } from '../../../ui/notice';
import { QueryState } from '../../../ui/query-state';
import { Time } from '../../../ui/time';
import { TONE_TEXT, type Tone } from '../../../ui/tone';
import { PageHead } from '../page-head';
import { Panel } from '../panel';

type State = PartHealth['state'];

const LOOKS: Record<State, { icon: LucideIcon; word: string; tone: Tone }> = {
  ok: { icon: CircleCheck, word: 'Well', tone: 'ok' },
  degraded: { icon: TriangleAlert, word: 'Degraded', tone: 'warning' },
  down: { icon: OctagonX, word: 'Down', tone: 'critical' },
};
const WORST_FIRST: State[] = ['down', 'degraded', 'ok'];

/** How each part of Kure is, and since when: what is not well comes first. */
export default function HealthPage() {
  const query = useQuery(healthQuery);
  return (
    <>
      <PageHead title="Health">
        Each part of Kure as the API sees it. What is not well says what to do.
      </PageHead>
      <QueryState query={query} what="the health of Kure" skeletonLines={6}>
        {(health) => (
          <>
            {health.unwatched_nodes.length > 0 && (
              <Notice tone="warning" title="Nodes that nobody watches">
                {health.unwatched_nodes.map(({ node }) => node).join(', ')}: failures of pods there
                are not seen. See that the agent runs on each.
              </Notice>
            )}
            <Panel title="Parts">
              <ul className="divide-y divide-hairline">
                {inOrder(health.parts).map((part) => (
                  <Part key={part.name} part={part} />
                ))}
              </ul>
            </Panel>
          </>
        )}
      </QueryState>
    </>
  );
}

function inOrder(parts: readonly PartHealth[]): PartHealth[] {
  return parts.toSorted((a, b) => WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state));
}

function Part({ part: { name, state, since, detail } }: { part: PartHealth }) {
  const { icon: Icon, word, tone } = LOOKS[state];
  return (
    <li className="flex items-start gap-3 py-2.5 text-sm">
      <span
        className={classNames('inline-flex w-24 shrink-0 items-center gap-1.5', TONE_TEXT[tone])}
      >
        <Icon aria-hidden size={16} />
        {word}
      </span>
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">{name}</p>
        {detail && <p className="break-words text-muted">{detail}</p>}
      </div>
      <p className="shrink-0 text-muted">
        <span className="spoken">since </span>
        <Time at={since} />
      </p>
    </li>
  );
}
