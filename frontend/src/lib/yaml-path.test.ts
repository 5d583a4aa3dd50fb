import { expect, test } from 'vitest';
import { locatePath, pathAt } from './yaml-path';

const YAML = `apiVersion: v1
# a comment
metadata:
  labels:
    app.kubernetes.io/name: web
  name: web
spec:
  containers:
  - args:
    - serve
    - --port=80
    name: app
    resources:
      limits:
        memory: 128Mi
  - name: sidecar
    message: this is folded
      and: goes on
    image: "envoy:1"
  volumes:
  - - nested
status:
  containerStatuses:
    - name: app
      state:
        waiting: {}
    -
      name: sidecar
`;

test.each([
  ['apiVersion', 1],
  ['metadata.name', 6],
  ['metadata.labels["app.kubernetes.io/name"]', 5],
  ['spec.containers[0]', 9],
  ['spec.containers[0].args[1]', 11],
  ['spec.containers[app].resources.limits.memory', 15],
  ['spec.containers[1].image', 19],
  ['spec.containers[sidecar].name', 16],
  ['status.containerStatuses[0].state.waiting', 26],
  ['status.containerStatuses[1].name', 28],
  ['spec.containers[*].image', 19],
  ['spec.containers[*].absent', null],
  ['spec.containers[image=envoy:1].name', 16],
  ['status.containerStatuses[name=app].state', 25],
  ['spec.containers[2]', null],
  ['spec.containers[nobody].image', null],
  ['spec.absent', null],
  ['spec.containers[0].name.deeper', null],
  ['', null],
])('%s stands in line %s of YAML', (path, line) => {
  expect(locatePath(YAML, path)).toBe(line);
});

const JSON_TEXT = JSON.stringify(
  { metadata: { name: 'web' }, spec: { containers: [{ name: 'a' }, { name: 'app', image: 'x' }] } },
  null,
  2,
);

test.each([
  ['metadata.name', 3],
  ['spec.containers[1].image', 12],
  ['spec.containers[app].image', 12],
  ['spec.containers[0].image', null],
])('%s stands in line %s of JSON', (path, line) => {
  expect(locatePath(JSON_TEXT, path)).toBe(line);
});

test.each([
  [1, 'spec'],
  [3, 'spec.containers[app].name'],
  [4, 'spec.containers[app].image'],
  [7, 'spec.containers[app].args[1]'],
  [9, 'spec.containers[1].image'],
  [99, ''],
])('the path of line %i', (line, path) => {
  const text = [
    'spec:',
    '  containers:',
    '  - name: app',
    '    image: a',
    '    args:',
    '    - --one',
    '    - --two',
    '    env: []',
    '  - image: b',
  ].join('\n');
  expect(pathAt(text, line)).toBe(path);
});
