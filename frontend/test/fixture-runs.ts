// Runs of workflows, as GET /api/runs has them.
import type { Run, RunPage } from '../src/api/types';
import { CHECKOUT, makeDetail } from './fixtures';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

const ago = (now: number, ms: number) => new Date(now - ms).toISOString();
export const runId = (n: number) => `019aa5c0-0000-7000-8000-${String(500 + n).padStart(12, '0')}`;

/** One of a list: without steps. */
export function makeRun(now: number, n: number, rest: Partial<Run> = {}): Run {
  return {
    id: runId(n),
    workflow_id: `mirror/${n}`,
    workflow_type: 'MirrorWorkflow',
    workload: 'shop/Deployment checkout',
    doing: 'Wait until the copy is Ready',
    incident_id: CHECKOUT,
    state: 'running',
    started_at: ago(now, n * MINUTE),
    ended_at: null,
    steps: [],
    temporal_url: null,
    ...rest,
  };
}

/** Newest first: one that lives as long as its incident, and others that end. */
export function makeRuns(now: number): Run[] {
  const { run } = makeDetail(now);
  return [
    {
      ...makeRun(now, 1, { ...run, steps: [] }),
      workload: 'shop/Deployment checkout',
      doing: 'Wait for the next report',
    },
    makeRun(now, 2),
    makeRun(now, 3, {
      workflow_id: 'investigation/billing/Job/invoice-0412',
      workflow_type: 'InvestigationWorkflow',
      workload: 'billing/Job invoice-0412',
      doing: 'Ask openai',
      state: 'failed',
      ended_at: ago(now, 2 * MINUTE),
    }),
    makeRun(now, 4, {
      workflow_id: 'retention',
      workflow_type: 'RetentionWorkflow',
      workload: '',
      incident_id: null,
      doing: 'Forget what is older than it may be',
      state: 'completed',
      ended_at: ago(now, 3 * MINUTE),
    }),
    makeRun(now, 5, { state: 'lost', doing: 'Delete the copy', ended_at: ago(now, 4 * MINUTE) }),
  ];
}

/** One with its steps: that of the incident `checkout`, or a mirror's. */
export function makeOpenRun(now: number, id: string): Run | null {
  const row = makeRuns(now).find((run) => run.id === id);
  const steps = makeDetail(now).run?.steps ?? [];
  return row ? { ...row, steps: row.id === runId(1) ? steps : steps.slice(0, 4) } : null;
}

export function makeRunPage(items: readonly Run[], all: readonly Run[] = items): RunPage {
  const counts: Record<string, number> = {};
  for (const { state } of all) counts[state] = (counts[state] ?? 0) + 1;
  return { items: [...items], next: null, counts };
}
