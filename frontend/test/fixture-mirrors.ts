// Mirror tests of the made-up cluster.
import type { MirrorDetail, MirrorPage, MirrorPreview, MirrorRow, Step } from '../src/api/types';

const SECOND = 1000;
const at = (now: number, seconds: number) => new Date(now + seconds * SECOND).toISOString();

export const mirrorId = (n: number) => `019aa5c0-0000-7000-8000-0000000008${n}`;

/** A mirror that was created 41 s ago and lives 139 s more. */
export function makeMirror(now: number, n: number, rest: Partial<MirrorRow> = {}): MirrorRow {
  return {
    id: mirrorId(n),
    incident_id: '019aa5c0-0000-7000-8000-000000000001',
    cluster: 'demo',
    namespace: 'shop',
    workload_kind: 'Deployment',
    workload_name: 'checkout',
    pod: `checkout-7f9c6d5b8-x2kqp-mirror-${n}f2c81d0aa`,
    fix_id: mirrorId(50 + n),
    title: 'The memory limit is below what the program is told to use',
    phase: 'starting',
    verdict: null,
    text: 'Ready for 12 s of 30 s without a restart',
    held_seconds: 12,
    needs_seconds: 45,
    round: 1,
    rounds: 1,
    requested_by: 'Ada',
    requested_at: at(now, -44),
    created_at: at(now, -41),
    expires_at: at(now, 139),
    gone_at: null,
    version: 4,
    ...rest,
  };
}

const OVER = { phase: 'gone', expires_at: null } as const;

/** One of each end. */
export const makeEnded = (now: number): MirrorRow[] => [
  makeMirror(now, 12, {
    ...OVER,
    verdict: 'passed',
    text: 'Ready for 31 s without a restart',
    requested_at: at(now, -900),
    gone_at: at(now, -600),
  }),
  makeMirror(now, 13, {
    ...OVER,
    verdict: 'failed',
    text: 'container app: OOMKilled, exit code 137',
    title: 'Raise the memory limit to 256Mi',
    requested_at: at(now, -4000),
    gone_at: at(now, -3800),
  }),
  makeMirror(now, 14, {
    ...OVER,
    verdict: 'none',
    text: 'no node has taken it',
    workload_name: 'cart-db',
    workload_kind: 'StatefulSet',
    incident_id: '019aa5c0-0000-7000-8000-000000000002',
    requested_at: at(now, -90_000),
    gone_at: at(now, -89_000),
  }),
];

export const makeMirrorPage = (items: MirrorRow[]): MirrorPage => ({
  items,
  next: null,
  as_of_seq: 100,
});

const step = (now: number, n: number, rest: Partial<Step>): Step => ({
  step: `mirror-${n}`,
  name: 'watch_mirror',
  attempt: 1,
  state: 'done',
  summary: '',
  started_at: at(now, -44 + n),
  ended_at: at(now, -43 + n),
  next_retry_at: null,
  error: null,
  ...rest,
});

export const DIFF = `--- original
+++ mirror
@@ -1,6 +1,5 @@
 metadata:
-  labels:
-    app: checkout
+  name: checkout-7f9c6d5b8-x2kqp-mirror-11f2c81d0aa
   namespace: shop
 spec:
   containers:
@@ -12,3 +11,3 @@
     resources:
       limits:
-        memory: 128Mi
+        memory: 768Mi
`;

export const MIRROR_MANIFEST = `apiVersion: v1
kind: Pod
metadata:
  name: checkout-7f9c6d5b8-x2kqp-mirror-11f2c81d0aa
  namespace: shop
spec:
  containers:
  - name: app
    image: shop/checkout:2.4.1
    env:
    - name: JAVA_TOOL_OPTIONS
      value: -Xms256m -Xmx512m
    - name: PRICES_TOKEN
      value: '[redacted:8c1f]'
    resources:
      limits:
        memory: 768Mi
  serviceAccountName: checkout
`;

const TOLD = {
  namespace: 'shop',
  pod: 'checkout-7f9c6d5b8-x2kqp-mirror-11f2c81d0aa',
  service_account: 'checkout',
  stripped: ['labels app: nobody is to select the mirror', 'spec.nodeName: the scheduler chooses'],
  warnings: [
    'this test shares orders-db:5432 (DATABASE_URL of app)',
    'volume data: an emptyDir in place of the claim data, which only one pod may write',
  ],
  dry_run: 'Accepted by the API server (dry run).',
  manifest: MIRROR_MANIFEST,
  diff: DIFF,
  needs_seconds: 45,
};

export function makePreview(rest: Partial<MirrorPreview> = {}): MirrorPreview {
  return {
    ...TOLD,
    incident_id: '019aa5c0-0000-7000-8000-000000000001',
    fix_id: mirrorId(61),
    title: 'The memory limit is below what the program is told to use',
    explanation: 'Its heap may grow to 512m.',
    source: 'rules',
    policy: { refusals: [], confirmations: [] },
    ttl: { default: 300, least: 30, most: 3600 },
    ...rest,
  };
}

export function makeMirrorDetail(now: number, row: MirrorRow): MirrorDetail {
  return {
    ...row,
    plan: { ...TOLD, refusals: [], confirmations: [] },
    run: {
      id: `run-${row.id}`,
      workflow_id: `mirror/${row.id}`,
      workflow_type: 'MirrorWorkflow',
      workload: '',
      doing: '',
      incident_id: row.incident_id,
      state: row.phase === 'gone' ? 'completed' : 'running',
      started_at: row.requested_at,
      ended_at: row.gone_at,
      steps: [
        step(now, 1, { summary: 'Read what is to be tested', name: 'take_mirror' }),
        step(now, 2, { summary: 'Create a mirror of Deployment checkout' }),
        step(now, 3, { summary: 'Watch whether it gets well', state: 'running', ended_at: null }),
      ],
      temporal_url: 'http://127.0.0.1:8233/namespaces/default/workflows/mirror',
    },
    evidence_ids: [],
    now: new Date(now).toISOString(),
  };
}
