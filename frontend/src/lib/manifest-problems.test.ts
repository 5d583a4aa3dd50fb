import { expect, test } from 'vitest';
import { locateProblems } from './manifest-problems';

const MANIFEST = `apiVersion: v1
kind: Pod
spec:
  containers:
  - name: app
    image: shop/checkout:2.4.1
    resources:
      limits:
        memory: 768Mi
`;

test.each([
  ['spec.containers[0].image: Required value', 6],
  ['spec.containers.0.resources.limits.memory: must be a quantity', 9],
  ['Pod "x" is invalid: spec.containers[0].resources.requests: Invalid value: "1Gi"', 7],
  ['metadata.name: Required value', null],
  ['mapping values are not allowed here, line 4, column 3', 4],
  ['the API server did not answer', null],
])('%s', (message, line) => {
  expect(locateProblems(MANIFEST, [message])).toEqual([{ message, line }]);
});
