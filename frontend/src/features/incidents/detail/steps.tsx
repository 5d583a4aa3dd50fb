import { ExternalLink } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { IncidentDetail, Run } from '../../../api/types';
import { lastAttempts, StepList } from '../../../ui/step-list';

const STATES: Record<Run['state'], string> = {
  running: 'running',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  lost: 'lost with its Temporal server',
};

/** Where the page has two columns: app.css' breakpoint xl. */
const WIDE = '(min-width: 1200px)';

function useIsWide(): boolean {
  const [isWide, setWide] = useState(() => matchMedia(WIDE).matches);
  useEffect(() => {
    const media = matchMedia(WIDE);
    const read = () => setWide(media.matches);
    media.addEventListener('change', read);
    return () => media.removeEventListener('change', read);
  }, []);
  return isWide;
}

/** What the incident's workflow has done and is doing: beside the page, or folded above it. */
export function Steps({ incident }: { incident: IncidentDetail }) {
  const { run } = incident;
  const isWide = useIsWide();
  const steps = lastAttempts(run?.steps ?? []);
  const done = steps.filter((step) => step.state === 'done').length;
  return (
    <details
      // Above the page it would push the diagnosis out of sight.
      key={String(isWide)}
      open={isWide}
      className="rounded-lg border border-hairline bg-surface"
    >
      <summary className="flex items-baseline justify-between gap-2 rounded-lg px-4 py-3">
        <h2 className="font-semibold">Steps</h2>
        <span className="tabular text-xs text-muted">
          {run ? `${done} of ${steps.length} done, ${STATES[run.state]}` : 'not started'}
        </span>
      </summary>
      <div className="border-t border-hairline px-4 py-3">
        {run ? <RunSteps run={run} /> : <NoRun />}
      </div>
    </details>
  );
}

function RunSteps({ run }: { run: Run }) {
  return (
    <div className="flex flex-col gap-3">
      {run.steps.length > 0 ? (
        <StepList steps={run.steps} />
      ) : (
        <p className="text-sm text-muted">The run has started; its first step has not.</p>
      )}
      {run.temporal_url && (
        <a
          href={run.temporal_url}
          target="_blank"
          rel="noreferrer"
          className="inline-flex w-fit items-center gap-1.5 rounded-sm text-sm text-accent hover:underline"
        >
          Open in Temporal <ExternalLink aria-hidden size={13} />
        </a>
      )}
    </div>
  );
}

function NoRun() {
  return (
    <p className="text-sm text-muted">
      No run has started. If Temporal cannot be reached, one starts within a minute of its return.
    </p>
  );
}
