import { expect, test } from 'vitest';
import { countChanges, readDiff } from './diff';

const AFTER = `apiVersion: v1
kind: Pod
metadata:
  name: checkout-mirror
  labels:
    kure.dev/mirror: "true"
spec:
  containers:
  - name: app
    image: shop/checkout:2.4.1
    resources:
      limits:
        memory: 768Mi
  - name: proxy
    image: envoy
`;

const DIFF = `--- template
+++ mirror
@@ -4,3 +4,3 @@
   name: checkout-mirror
   labels:
-    app: checkout
+    kure.dev/mirror: "true"
@@ -11,3 +11,3 @@
     resources:
       limits:
-        memory: 128Mi
+        memory: 768Mi
   - name: proxy
`;

test('hunks have line numbers of both sides, paths, and the number of lines between them', () => {
  const hunks = readDiff(DIFF, AFTER);
  expect(hunks.map(({ skipped, path }) => [skipped, path])).toEqual([
    [3, 'metadata.labels["kure.dev/mirror"]'],
    [4, 'spec.containers[app].resources.limits.memory'],
  ]);
  expect(hunks[1]?.lines).toEqual([
    { sign: ' ', before: 11, after: 11, text: '    resources:' },
    { sign: ' ', before: 12, after: 12, text: '      limits:' },
    { sign: '-', before: 13, after: null, text: '        memory: 128Mi' },
    { sign: '+', before: null, after: 13, text: '        memory: 768Mi' },
    { sign: ' ', before: 14, after: 14, text: '  - name: proxy' },
  ]);
  expect(countChanges(hunks)).toEqual({ added: 2, removed: 2 });
});

test('a diff that holds the whole text shows only what is near a change', () => {
  const body = Array.from({ length: 40 }, (_, at) => ` line${at + 1}: x`);
  body[30] = '-line31: x';
  const [hunk, ...others] = readDiff(`@@ -1,40 +1,39 @@\n${body.join('\n')}\n`);
  expect(others).toEqual([]);
  expect(hunk?.skipped).toBe(27);
  expect(hunk?.lines.map(({ text }) => text)).toEqual(
    [28, 29, 30, 31, 32, 33, 34].map((n) => `line${n}: x`),
  );
});

test('what is only taken away is looked up by the line before it', () => {
  const diff =
    '@@ -9,3 +9,2 @@\n   - name: app\n-    command: [x]\n     image: shop/checkout:2.4.1\n';
  expect(readDiff(diff, AFTER)[0]?.path).toBe('spec.containers[app].name');
});

test('a text that is wholly new has no line before; a removed line may begin with dashes', () => {
  const [hunk] = readDiff('@@ -0,0 +1,2 @@\n+a: 1\n+--- b\n', 'a: 1\n--- b\n');
  expect(hunk).toMatchObject({ skipped: 0, path: 'a' });
  expect(hunk?.lines.map(({ after, text }) => [after, text])).toEqual([
    [1, 'a: 1'],
    [2, '--- b'],
  ]);
});

test('the manifest may hold more than the diff is about; without its lines there is no path', () => {
  const more = AFTER.replace('metadata:', 'status: {}\nmetadata:');
  expect(readDiff(DIFF, more)[1]?.path).toBe('spec.containers[app].resources.limits.memory');
  expect(readDiff(DIFF, 'kind: Pod')[1]?.path).toBe('');
});

test.each(['', 'no diff at all', '--- a\n+++ b\n'])('%j has no hunks', (diff) => {
  expect(readDiff(diff)).toEqual([]);
});
