// The captured texts of the made-up cluster, as the worker writes them.
const SECOND = 1000;
const MINUTE = 60 * SECOND;

const ago = (now: number, ms: number) => new Date(now - ms).toISOString();

/** The pod that fails. */
export const POD = 'checkout-7f9c6d5b8-x2kqp';

/** What the container wrote before it was killed. */
export const LOG = Array.from({ length: 240 }, (_, at) =>
  at === 17
    ? 'Picked up JAVA_TOOL_OPTIONS: -Xms256m -Xmx512m'
    : `2026-11-23T13:5${at % 10}:04.${100 + at}Z INFO  [main] c.s.checkout.Startup - step ${at + 1}: <b>loading</b> prices from http://prices.shop.svc:8080/v2/list?page=${at}`,
).join('\n');

/** The pod, as it is written down. */
export const MANIFEST = `apiVersion: v1
kind: Pod
metadata:
  name: ${POD}
  namespace: shop
  labels:
    app: checkout
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
        memory: 128Mi
      requests:
        cpu: 100m
        memory: 128Mi
  nodeName: node-1
status:
  phase: Running
  containerStatuses:
  - name: app
    ready: false
    restartCount: 14
    lastState:
      terminated:
        exitCode: 137
        reason: OOMKilled
    state:
      waiting:
        reason: CrashLoopBackOff
        message: back-off 5m0s restarting failed container=app
          pod=${POD}_shop
`;

/** Its events, as they are written down. */
export const eventsAt = (now: number) => `- type: Warning
  reason: BackOff
  message: Back-off restarting failed container app in pod
    ${POD}_shop
  count: 14
  firstTimestamp: '${ago(now, 20 * MINUTE)}'
  lastTimestamp: '${ago(now, 12 * SECOND)}'
  involvedObject:
    kind: Pod
    name: ${POD}
- type: Normal
  reason: Pulled
  message: 'Container image "shop/checkout:2.4.1" already present on machine'
  count: 15
  lastTimestamp: '${ago(now, 2 * MINUTE)}'
- type: Normal
  reason: Scheduled
  message: Successfully assigned shop/${POD} to node-1
  lastTimestamp: '${ago(now, 22 * MINUTE)}'
`;
