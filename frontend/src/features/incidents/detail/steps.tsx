import { Link } from '@tanstack/react-router';
import { ChevronDown, ExternalLink } from 'lucide-react';
import type { IncidentDetail, Run } from '../../../api/types';
import { lastAttempts, StepList } from '../../../ui/step-list';

const STATES: Record<Run['state'], string> = {
  running: 'running',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  lost: 'lost with its Temporal server',
};

interface Props {
  incident: IncidentDetail;
  /** Above the page they are folded: they would push the diagnosis out of sight. */
  isOpen: boolean;
}

/** What the incident's workflow has done and is doing: beside the page, or folded above it. */
export function Steps({ incident, isOpen }: Props) {
  const { run } = incident;
  const steps = lastAttempts(run?.steps ?? []);
  const done = steps.filter((step) => step.state === 'done').length;
  return (
    <details
      key={String(isOpen)}
      open={isOpen}
      className="group rounded-lg border border-hairline bg-surface"
    >
      <summary className="flex items-center gap-2 rounded-lg px-4 py-3">
        <h2 className="font-semibold">Steps</h2>
        <span className="tabular ml-auto text-xs text-muted">
          {run ? `${done} of ${steps.length} done, ${STATES[run.state]}` : 'not started'}
        </span>
        <ChevronDown aria-hidden size={16} className="text-muted group-open:rotate-180" />
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
      <div className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
        <Link
          to="/runs/$id"
          params={{ id: run.id }}
          className="rounded-sm text-accent hover:underline"
        >
          Its run, attempt by attempt
        </Link>
        {run.temporal_url && (
          <a
            href={run.temporal_url}
            target="_blank"
            rel="noreferrer"
            className="inline-flex w-fit items-center gap-1.5 rounded-sm text-accent hover:underline"
          >
            Open in Temporal <ExternalLink aria-hidden size={13} />
          </a>
        )}
      </div>
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
