import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { isStatus } from '../../api/errors';
import { runQuery } from '../../api/queries/runs';
import type { Run } from '../../api/types';
import { usePageStart, usePageTitle } from '../../lib/page';
import { usePolling } from '../../live/use-live';
import { QueryState } from '../../ui/query-state';
import { RunHeader } from './run-header';
import { RunTimeline } from './run-timeline';
import { typeWord } from './words';

const route = getRouteApi('/runs/$id');

/** One run: what it did and does, each attempt of each step. */
export default function RunPage() {
  const { id } = route.useParams();
  const query = useQuery({ ...runQuery(id), refetchInterval: usePolling(5000) });
  usePageTitle(query.data ? typeWord(query.data.workflow_type) : 'Workflow');
  usePageStart(id);
  return (
    <div className="mx-auto flex w-full max-w-[1200px] flex-col gap-4 px-4 py-4 lg:px-6">
      <Link
        to="/runs"
        className="w-fit rounded-sm text-sm text-muted hover:text-fg hover:underline"
      >
        ‹ Workflows
      </Link>
      {isStatus(query.error, 404) ? (
        <NoRun id={id} />
      ) : (
        <QueryState query={query} what="this workflow" skeletonLines={8}>
          {(run) => (
            <>
              <RunHeader run={run} />
              <Steps run={run} />
            </>
          )}
        </QueryState>
      )}
    </div>
  );
}

function Steps({ run }: { run: Run }) {
  const { only } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <section
      aria-labelledby="steps"
      className="flex flex-col gap-2 rounded-lg border border-hairline bg-surface px-4 py-3"
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="steps" className="text-lg font-semibold">
          Steps
        </h2>
        <label className="flex min-h-8 items-center gap-2 text-sm pointer-coarse:min-h-11">
          <input
            type="checkbox"
            checked={only === 'failures'}
            onChange={({ target }) =>
              void navigate({
                search: target.checked ? { only: 'failures' } : {},
                replace: true,
                resetScroll: false,
              })
            }
            className="size-4 accent-accent"
          />
          Only failures
        </label>
      </div>
      <RunTimeline steps={run.steps ?? []} onlyFailures={only === 'failures'} />
    </section>
  );
}

function NoRun({ id }: { id: string }) {
  return (
    <section>
      <h1 tabIndex={-1} className="text-2xl font-semibold">
        There is no such run
      </h1>
      <p className="mt-2 text-muted">
        Kure knows no run with the id <code className="font-mono text-sm break-all">{id}</code>.
        Runs that ended are forgotten after a while.{' '}
        <Link to="/runs" className="text-accent underline">
          All workflows
        </Link>
      </p>
    </section>
  );
}
