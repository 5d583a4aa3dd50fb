import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { mirrorQuery } from '../../../api/queries/mirrors';
import type { IncidentDetail, MirrorRow } from '../../../api/types';
import { announce } from '../../../lib/a11y';
import { groupTests } from '../../../lib/mirror-tests';
import { usePolling } from '../../../live/use-live';
import { CopyButton } from '../../../ui/copy';
import { MirrorMark, mirrorWords } from '../../../ui/mirror-mark';
import { QueryState } from '../../../ui/query-state';
import { StepList } from '../../../ui/step-list';
import { Time } from '../../../ui/time';
import { MirrorControls } from './mirror-controls';
import { MirrorEvidence } from './mirror-evidence';
import { MirrorPlanView } from './mirror-plan-view';
import { MirrorRows } from './mirror-rows';

const route = getRouteApi('/incidents/$id');

/** What tests of fixes have shown: the newest in full, or the one that the address names. */
export function MirrorPanel({ incident }: { incident: IncidentDetail }) {
  const { mirror: named } = route.useSearch();
  const tests = groupTests(incident.mirrors);
  const chosen = tests.find((test) => test.some(({ id }) => id === named)) ?? tests[0];
  const isChosen = chosen?.some(({ id }) => id === named);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isChosen && named) box.current?.scrollIntoView({ block: 'start' });
  }, [isChosen, named]);
  const current = chosen?.at(-1);
  if (!chosen || !current) return null;
  const others = tests.filter((test) => test !== chosen).flatMap((test) => test.toReversed());
  return (
    <div
      ref={box}
      className="flex scroll-mt-4 flex-col rounded-lg border border-hairline bg-surface"
    >
      {chosen.length > 1 && (
        <div className="border-b border-hairline px-4 py-2">
          <MirrorRows label="Rounds before" rows={chosen.slice(0, -1)} />
        </div>
      )}
      <Mirror key={current.id} incident={incident} row={current} />
      {others.length > 0 && (
        <details className="border-t border-hairline px-4 py-2">
          <summary className="text-sm text-muted">
            Other tests <span className="tabular">{others.length}</span>
          </summary>
          <MirrorRows label="Other tests" rows={others} />
        </details>
      )}
    </div>
  );
}

function Mirror({ incident, row }: { incident: IncidentDetail; row: MirrorRow }) {
  const query = useQuery({ ...mirrorQuery(row.id), refetchInterval: usePolling(5000) });
  // Events bring the row of the incident and the mirror's own up to date; either may be first.
  const mirror = query.data && query.data.version >= row.version ? query.data : row;
  const said = useRef(mirror.verdict);
  const words = mirrorWords(mirror);
  useEffect(() => {
    if (said.current === mirror.verdict) return;
    said.current = mirror.verdict;
    announce(`Mirror test: ${words}`);
  }, [mirror.verdict, words]);
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="flex min-w-0 flex-col gap-1">
          <MirrorMark mirror={mirror} isFull />
          <p className="text-sm break-words">
            {mirror.rounds > 1 && `Round ${mirror.round} of at most ${mirror.rounds}: `}
            {mirror.title}
          </p>
          <p className="flex flex-wrap items-center gap-x-2 text-xs text-muted">
            <span className="inline-flex min-w-0 items-center">
              <code className="font-mono break-all">{mirror.pod}</code>
              <CopyButton text={mirror.pod} what="the name of the copy" />
            </span>
            <span>
              by {mirror.requested_by}, <Time at={mirror.requested_at} style="clock" />
            </span>
          </p>
        </div>
        <MirrorControls mirror={mirror} />
      </div>
      <QueryState query={query} what="this mirror test">
        {(detail) => (
          <>
            {detail.run && detail.run.steps.length > 0 && (
              <section aria-label="Steps of the test">
                <StepList steps={detail.run.steps} />
              </section>
            )}
            {detail.run && (
              <Link
                to="/runs/$id"
                params={{ id: detail.run.id }}
                className="w-fit rounded-sm text-sm text-accent hover:underline"
              >
                Its run, attempt by attempt
              </Link>
            )}
            {detail.run?.temporal_url && (
              <a
                href={detail.run.temporal_url}
                target="_blank"
                rel="noreferrer"
                className="w-fit rounded-sm text-sm text-accent hover:underline"
              >
                Open in Temporal
              </a>
            )}
            <MirrorEvidence incident={incident} ids={detail.evidence_ids} />
            {detail.plan && <MirrorPlanView plan={detail.plan} />}
          </>
        )}
      </QueryState>
      <Link to="/mirrors" className="w-fit rounded-sm text-sm text-muted hover:underline">
        All mirror tests
      </Link>
    </div>
  );
}
