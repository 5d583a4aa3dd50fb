import { Link } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useMayWrite } from '../../api/may-write';
import type { Run } from '../../api/types';
import { formatDuration, millis } from '../../lib/time';
import { useClock } from '../../live/clock';
import { Button, buttonLook } from '../../ui/button';
import { CopyButton } from '../../ui/copy';
import { RunMark } from '../../ui/run-mark';
import { Time } from '../../ui/time';
import { typeWord } from './words';

const CancelDialog = lazy(() => import('./cancel-dialog.lazy'));

/** Which run this is, how it stands, and what can be done with it. */
export function RunHeader({ run }: { run: Run }) {
  return (
    <header className="flex flex-col gap-3 border-b border-hairline pb-4">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 tabIndex={-1} className="text-2xl font-semibold break-words">
            {typeWord(run.workflow_type)}
          </h1>
          {run.incident_id && (
            <Link
              to="/incidents/$id"
              params={{ id: run.incident_id }}
              className="break-words text-accent hover:underline"
            >
              {run.workload || 'Its incident'}
            </Link>
          )}
        </div>
        <Actions run={run} />
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <RunMark state={run.state} />
        <span className="text-muted">
          started <Time at={run.started_at} style="clock" />
        </span>
        <Took run={run} />
      </div>
      <dl className="grid max-w-full gap-x-4 gap-y-1 text-xs text-muted sm:grid-cols-[auto_minmax(0,1fr)] sm:items-center">
        <Id name="Workflow id" id={run.workflow_id} />
        <Id name="Run id" id={run.id} />
      </dl>
    </header>
  );
}

function Id({ name, id }: { name: string; id: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="flex min-w-0 items-center gap-1">
        <code className="font-mono break-all text-fg">{id}</code>
        <CopyButton text={id} what={`the ${name.toLowerCase()}`} />
      </dd>
    </>
  );
}

function Took({ run }: { run: Run }) {
  const text = useClock((now) => {
    if (run.ended_at)
      return `took ${formatDuration(millis(run.ended_at) - millis(run.started_at))}`;
    if (run.state !== 'running') return '';
    const whole = Math.floor((now - millis(run.started_at)) / 1000) * 1000;
    return `for ${formatDuration(whole)}`;
  });
  return text ? <span className="tabular text-muted">{text}</span> : null;
}

function Actions({ run }: { run: Run }) {
  const mayWrite = useMayWrite();
  const [isAsking, setAsking] = useState(false);
  const isRunning = run.state === 'running';
  // Cancelling it would leave its incident with nobody to look after it: the API refuses.
  const isOfIncident = run.workflow_type === 'IncidentWorkflow';
  return (
    <div className="flex max-w-full flex-col gap-2 sm:items-end">
      <div className="flex flex-wrap gap-2">
        {run.temporal_url && (
          <a
            href={run.temporal_url}
            target="_blank"
            rel="noreferrer"
            className={buttonLook('plain')}
          >
            Open in Temporal <ExternalLink aria-hidden size={13} />
          </a>
        )}
        {mayWrite && isRunning && !isOfIncident && (
          <Button onClick={() => setAsking(true)}>Cancel…</Button>
        )}
      </div>
      {isRunning && isOfIncident && (
        <p className="text-xs text-muted">It lives as long as its incident.</p>
      )}
      {isAsking && (
        <Suspense>
          <CancelDialog run={run} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </div>
  );
}
