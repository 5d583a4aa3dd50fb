import { expect, test } from 'vitest';
import { makeDetail, makeItems, NOW, withoutText } from '../../../../test/fixtures';
import type { Diagnosis, EvidenceLine, EvidenceRow } from '../../../api/types';
import { readEvents } from './captured-events';
import { capturedFor, lineOf, rowOf, subjectOf, tabOf } from './evidence-target';
import { groupFailures } from './what-fails';

const items = makeItems(NOW);
const rows = items.map(withoutText);
const diagnosis = makeDetail(NOW).diagnosis as Diagnosis;

const line = (rest: Partial<EvidenceLine>): EvidenceLine => ({
  source: 'log',
  subject: `${items[0]?.subject}/app/previous`,
  field: '18',
  text: 'Picked up JAVA_TOOL_OPTIONS: -Xms256m -Xmx512m',
  ...rest,
});

test.each([
  ['log', 'logs'],
  ['event', 'events'],
  ['pod', 'manifest'],
  ['owner', 'owner'],
  ['node', 'node'],
  ['something newer', 'manifest'],
])('a line of source %s is read in tab %s', (source, tab) => {
  expect(tabOf(line({ source }))).toBe(tab);
});

test('the subject of a log names container and stream, once', () => {
  const row = rows[0] as EvidenceRow;
  expect(subjectOf(row)).toMatch(/^Pod\/checkout-.*\/app\/previous$/);
  expect(subjectOf({ ...row, subject: subjectOf(row) })).toBe(subjectOf(row));
  expect(subjectOf(rows[1] as EvidenceRow)).toBe(row.subject);
});

test('of several captured texts the one is opened that the diagnosis has read', () => {
  const [first] = capturedFor('logs', rows) as [EvidenceRow];
  const newer = { ...first, id: 'newer', captured_at: '2027-01-01T00:00:00Z' };
  expect(rowOf(line({}), [newer, ...rows], diagnosis)?.id).toBe(first.id);
  expect(rowOf(line({}), [newer], diagnosis)?.id).toBe('newer');
  expect(rowOf(line({ subject: 'Pod/other/app/previous' }), [newer], diagnosis)?.id).toBe('newer');
  expect(rowOf(line({}), [], diagnosis)).toBeNull();
});

const LOG = 'one\n  two   words\nthree\n';
const YAML = 'spec:\n  nodeName: node-1\n';

test.each([
  ['its number', { field: '2', text: 'two words' }, LOG, 2],
  ['its words, where the number is of another capture', { field: '1', text: 'three' }, LOG, 3],
  ['its first words, where it was cut', { field: '3', text: 'thr…' }, LOG, 3],
  ['nothing, where it is not there', { field: '1', text: 'four' }, LOG, null],
  ['nothing, where there is nothing to look for', { field: '9', text: '' }, LOG, null],
  ['its path', { source: 'pod', field: 'spec.nodeName', text: 'x' }, YAML, 2],
  [
    'its words, where the path is not there',
    { source: 'pod', field: 'a.b', text: 'node-1' },
    YAML,
    2,
  ],
])('a line is found by %s', (_, rest, text, number) => {
  expect(lineOf(line(rest), text)).toBe(number);
});

test('events are read, the newest first, with the newest of their times and counts', () => {
  const events = readEvents(`- reason: A
  lastTimestamp: '2026-11-23T14:00:00Z'
- type: Warning
  reason: B
  message: later
  firstTimestamp: '2026-11-23T13:00:00Z'
  eventTime: 'null'
  series:
    count: 7
    lastObservedTime: '2026-11-23T14:01:00Z'
- message: undated
`);
  expect(events).toEqual([
    { at: '2026-11-23T14:01:00Z', type: 'Warning', reason: 'B', count: 7, message: 'later' },
    { at: '2026-11-23T14:00:00Z', type: 'Normal', reason: 'A', count: 1, message: '' },
    { at: null, type: 'Normal', reason: '', count: 1, message: 'undated' },
  ]);
  expect(readEvents('- something: else\n')).toBeNull();
  expect(readEvents('no list')).toBeNull();
});

test('failures are told once for all pods that have them, since the first', () => {
  const { pods } = makeDetail(NOW);
  const early = { ...pods[0], failures: pods[0]?.failures.map((f) => ({ ...f, since: '2020' })) };
  const groups = groupFailures([...pods, early as (typeof pods)[0]]);
  expect(groups.map((group) => [group.failure_class, group.subjects.length])).toEqual([
    ['OOMKilled', 4],
    ['CrashLoopBackOff', 4],
  ]);
  expect(groups[0]?.since).toBe('2020');
});
