// Causes of the made-up cluster's incidents.
import { POD } from './fixture-texts';

const NOTHING_MORE = { commands: [], patch: null, blames: null };

export const OTHER_CAUSE = {
  ...NOTHING_MORE,
  rule: 'crash.exit-code',
  failure_class: 'CrashLoopBackOff',
  container: 'app',
  title: 'The program ends with an error',
  explanation: '',
  confidence: 'symptom' as const,
  evidence: [],
  fix: '',
};

export const CHECKOUT_CAUSES = [
  {
    commands: ['kubectl -n shop set resources deployment/checkout --limits=memory=768Mi'],
    patch: {
      api_version: 'apps/v1',
      kind: 'Deployment',
      namespace: 'shop',
      name: 'checkout',
      operations: [
        { op: 'test', path: '/spec/template/spec/containers/0/resources', value: '128Mi' },
        { op: 'replace', path: '/spec/template/spec/containers/0/resources', value: '768Mi' },
      ],
      recreate: false,
      note: 'The node has room for it.',
      checked: 'Accepted by the API server (dry run).',
      command: "kubectl patch deployment checkout -n shop --type=json -p '[]'",
    },
    blames: { namespace: '_', kind: 'Node', name: 'node-1', incident_id: null },
    rule: 'oom.heap-over-limit',
    failure_class: 'OOMKilled',
    container: 'app',
    title: 'The memory limit is below what the program is told to use',
    explanation:
      'Container "app" may use 128Mi and is killed when it takes more. Its Java heap may grow to 512m, so it passes the limit soon after the start, each time.',
    confidence: 'definitive' as const,
    evidence: [
      {
        source: 'pod',
        subject: `Pod/${POD}`,
        field: 'status.containerStatuses[0].lastState.terminated',
        text: 'OOMKilled, exit code 137',
      },
      {
        source: 'log',
        subject: `Pod/${POD}/app/previous`,
        field: '18',
        text: 'Picked up JAVA_TOOL_OPTIONS: -Xms256m -Xmx512m',
      },
      {
        source: 'pod',
        subject: `Pod/${POD}`,
        field: 'spec.containers[0].resources.limits.memory',
        text: '128Mi',
      },
    ],
    fix: 'Raise the memory limit of container "app" to at least 768Mi, or lower the heap with -Xmx96m.',
  },
  {
    ...NOTHING_MORE,
    rule: 'crash.back-off',
    failure_class: 'CrashLoopBackOff',
    container: 'app',
    title: 'Kubernetes waits longer before each restart',
    explanation:
      'After a crash the pause doubles, up to five minutes. It ends by itself once the container stays up.',
    confidence: 'likely' as const,
    evidence: [
      {
        source: 'event',
        subject: `Pod/${POD}`,
        field: 'BackOff',
        text: 'Back-off restarting failed container app in pod checkout-7f9c6d5b8-x2kqp_shop',
      },
    ],
    fix: '',
  },
];
