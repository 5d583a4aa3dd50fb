// A small made-up cluster, typed by the API's schema: for component tests and for the mock server.
import type {
  Config,
  EvidenceItem,
  EvidenceRow,
  IncidentDetail,
  IncidentRow,
  Run,
  Step,
} from '../src/api/types';
import { CHECKOUT_CAUSES, OTHER_CAUSE } from './fixture-causes';
import { eventsAt, LOG, MANIFEST, POD } from './fixture-texts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The moment at which tests take place. */
export const NOW = Date.parse('2026-11-23T14:03:20Z');

const ago = (now: number, ms: number) => new Date(now - ms).toISOString();
const idOf = (n: number) => `019aa5c0-0000-7000-8000-${String(n).padStart(12, '0')}`;

export const CHECKOUT = idOf(1);

export function makeRow(now: number, n: number, rest: Partial<IncidentRow> = {}): IncidentRow {
  return {
    id: idOf(n),
    cluster: 'demo',
    namespace: 'shop',
    kind: 'Deployment',
    name: `app-${n}`,
    status: 'open',
    severity: 'high',
    classes: ['CrashLoopBackOff'],
    summary: 'Container "app" exits with code 1 right after it starts.',
    pods_failing: 1,
    pods_seen: 1,
    regressions: 0,
    acknowledged_by: null,
    ignored_until: null,
    resolution: null,
    diagnosing: false,
    first_seen: ago(now, 2 * HOUR),
    last_seen: ago(now, n * MINUTE),
    resolved_at: null,
    folds: 0,
    version: 3,
    ...rest,
  };
}

/** In the server's order of attention. */
export function makeRows(now: number): IncidentRow[] {
  return [
    makeRow(now, 1, {
      name: 'checkout',
      severity: 'critical',
      classes: ['OOMKilled', 'CrashLoopBackOff'],
      summary:
        'Container "app" is killed at its memory limit of 128Mi; the heap alone may take 512m.',
      pods_failing: 3,
      pods_seen: 5,
      last_seen: ago(now, 12 * SECOND),
      first_seen: ago(now, 22 * MINUTE),
    }),
    makeRow(now, 2, {
      name: 'cart-db',
      kind: 'StatefulSet',
      status: 'regressed',
      classes: ['Unschedulable'],
      summary:
        'No node has 64Gi of memory free: the pod asks for more than any node of the cluster has.',
      regressions: 2,
      last_seen: ago(now, 40 * SECOND),
    }),
    makeRow(now, 3, {
      name: 'invoice-0412',
      namespace: 'billing',
      kind: 'Job',
      classes: ['ImagePullBackOff'],
      summary: 'The registry has no tag "2.41.0-rc9" of billing/invoice.',
      diagnosing: true,
      last_seen: ago(now, 2 * MINUTE),
    }),
    makeRow(now, 4, {
      name: 'log-agent',
      namespace: 'observability',
      kind: 'DaemonSet',
      severity: 'medium',
      summary: 'Container "agent" exits with code 2: unknown flag "--tail-from".',
      pods_failing: 2,
      pods_seen: 9,
      acknowledged_by: 'Ada',
      last_seen: ago(now, 6 * MINUTE),
    }),
    makeRow(now, 5, {
      name: 'report-weekly-mail-to-everybody-in-the-company-28873440',
      namespace: 'billing',
      kind: 'CronJob',
      severity: 'low',
      classes: ['ImagePullBackOff'],
      summary:
        'Kubernetes may not pull the image: the registry answers 401 Unauthorized, and the pull secret "mail-registry" does not exist.',
      last_seen: ago(now, 51 * MINUTE),
    }),
    makeRow(now, 6, {
      name: 'search',
      kind: 'Rollout.argoproj.io',
      status: 'ignored',
      severity: 'medium',
      ignored_until: new Date(now + 5 * HOUR).toISOString(),
      last_seen: ago(now, 3 * HOUR),
    }),
    makeRow(now, 7, {
      name: 'frontend',
      status: 'resolved',
      resolution: 'recovered',
      pods_failing: 0,
      pods_seen: 4,
      resolved_at: ago(now, 4 * HOUR),
      last_seen: ago(now, 5 * HOUR),
    }),
    makeRow(now, 8, {
      name: 'migrate',
      kind: 'Pod',
      namespace: 'billing',
      status: 'resolved',
      resolution: 'gone',
      pods_failing: 0,
      resolved_at: ago(now, 30 * HOUR),
      last_seen: ago(now, 31 * HOUR),
    }),
  ];
}

export function makeStep(now: number, n: number, rest: Partial<Step> = {}): Step {
  return {
    step: `step-${n}`,
    name: 'gather',
    attempt: 1,
    state: 'done',
    summary: 'Read what is known of checkout',
    started_at: ago(now, 60 * SECOND - n * SECOND),
    ended_at: ago(now, 59 * SECOND - n * SECOND),
    next_retry_at: null,
    error: null,
    ...rest,
  };
}

function makeRun(now: number): Run {
  return {
    id: idOf(501),
    workflow_id: 'incident/demo/shop/Deployment/checkout',
    workflow_type: 'IncidentWorkflow',
    workload: '',
    doing: '',
    incident_id: CHECKOUT,
    state: 'running',
    started_at: ago(now, 22 * MINUTE),
    ended_at: null,
    steps: [
      makeStep(now, 1, { summary: 'Take the incident', name: 'take' }),
      makeStep(now, 2, {
        summary: 'Read objects, events and logs',
        attempt: 1,
        state: 'lost',
      }),
      makeStep(now, 2, {
        summary: 'Read objects, events and logs',
        attempt: 2,
        ended_at: ago(now, 55 * SECOND),
      }),
      makeStep(now, 4, { summary: 'Diagnose by rules', name: 'diagnose' }),
      makeStep(now, 5, {
        summary: 'Look whether it has recovered',
        name: 'confirm_recovered',
        state: 'retrying',
        ended_at: null,
        attempt: 3,
        next_retry_at: new Date(now + 38 * SECOND).toISOString(),
        error: 'Cannot list pods of shop: the API server answered 503; it is tried again.',
      }),
      makeStep(now, 6, {
        summary: 'Wait for the next report',
        name: 'wait',
        state: 'running',
        ended_at: null,
      }),
    ],
    temporal_url: 'http://127.0.0.1:8233/namespaces/default/workflows/incident%2Fdemo',
  };
}

export function makeDetail(
  now: number,
  row: IncidentRow = makeRows(now)[0] as IncidentRow,
): IncidentDetail {
  const isCheckout = row.id === CHECKOUT;
  return {
    ...row,
    pods: Array.from({ length: row.pods_seen }, (_, at) => ({
      kind: 'Pod',
      uid: `pod-${at}`,
      name: at === 0 && isCheckout ? POD : `${row.name}-7f9c6d5b8-p${at}`,
      node: `node-${(at % 3) + 1}`,
      state: at < row.pods_failing ? ('failing' as const) : ('healthy' as const),
      failures:
        at < row.pods_failing
          ? row.classes.map((name) => ({
              failure_class: name as 'OOMKilled',
              container: name === 'Unschedulable' ? '' : 'app',
              since: row.first_seen,
              reason: name,
              message:
                name === 'CrashLoopBackOff'
                  ? 'back-off 5m0s restarting failed container=app pod=checkout-7f9c6d5b8-x2kqp_shop'
                  : '',
            }))
          : [],
      first_seen: row.first_seen,
      last_seen: row.last_seen,
    })),
    diagnosis: row.diagnosing
      ? null
      : {
          id: idOf(600),
          number: 4,
          source: 'rules',
          created_at: ago(now, 54 * SECOND),
          evidence_ids: [idOf(701), idOf(702), idOf(703)],
          unavailable: isCheckout
            ? ['Metrics of container "app": the cluster has no metrics server.']
            : [],
          causes: isCheckout ? CHECKOUT_CAUSES : [{ ...OTHER_CAUSE, explanation: row.summary }],
        },
    run: isCheckout ? makeRun(now) : null,
    timeline: [
      { at: row.first_seen, what: 'opened', by: null, text: row.classes.join(', ') },
      { at: ago(now, 54 * SECOND), what: 'diagnosed', by: null, text: '' },
      ...(row.acknowledged_by
        ? [{ at: ago(now, 30 * SECOND), what: 'acknowledged', by: row.acknowledged_by, text: '' }]
        : []),
    ],
    fixes: [],
    mirrors: [],
    as_of_seq: 100,
  };
}

function makeEvidence(
  now: number,
  n: number,
  text: string,
  rest: Partial<EvidenceItem>,
): EvidenceItem {
  return {
    id: idOf(700 + n),
    kind: 'log',
    subject: `Pod/${POD}`,
    container: '',
    stream: '',
    captured_by: 'worker',
    captured_at: ago(now, 56 * SECOND),
    bytes: text.length,
    truncated: false,
    text,
    ...rest,
  };
}

/** What was captured of the incident CHECKOUT. */
export function makeItems(now: number): EvidenceItem[] {
  return [
    makeEvidence(now, 1, LOG, { container: 'app', stream: 'previous' }),
    makeEvidence(now, 2, MANIFEST, { kind: 'manifest' }),
    makeEvidence(now, 3, eventsAt(now), { kind: 'events' }),
    makeEvidence(now, 4, LOG.split('\n').slice(0, 9).join('\n'), {
      container: 'app',
      stream: 'current',
      captured_by: 'agent',
      captured_at: ago(now, 90 * SECOND),
      truncated: true,
    }),
    makeEvidence(now, 5, 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: checkout\n', {
      kind: 'owner',
      subject: 'Deployment/checkout',
    }),
  ];
}

export function withoutText({ text: _, ...row }: EvidenceItem): EvidenceRow {
  return row;
}

export function makeConfig(now: number): Config {
  return {
    version: '0.1.0',
    cluster: 'demo',
    time: new Date(now).toISOString(),
    temporal_ui_url: 'http://127.0.0.1:8233',
    pending_grace_seconds: 30,
    models: false,
    watching: {
      live: true,
      last_seen: ago(now, 4 * SECOND),
      agents: [
        {
          cluster: 'demo',
          node: '',
          version: '0.1.0',
          pods: 212,
          namespaces: 14,
          problem: null,
          leads: true,
          refused: [],
          seen_at: ago(now, 4 * SECOND),
          live: true,
        },
      ],
      nodes_total: 20,
      unwatched: [],
    },
  };
}

/** What GET /api/incidents counts. */
export function countRows(rows: readonly IncidentRow[]): Record<string, number> {
  const of = (status: IncidentRow['status']) => rows.filter((row) => row.status === status).length;
  return {
    open: of('open'),
    regressed: of('regressed'),
    ignored: of('ignored'),
    resolved: of('resolved'),
    attention: of('open') + of('regressed'),
    all: rows.length,
  };
}
