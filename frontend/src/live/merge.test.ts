import type { InfiniteData } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { CHECKOUT, makeDetail, makeRow, makeRows, makeStep, NOW } from '../../test/fixtures';
import type { IncidentPage, Run, Step } from '../api/types';
import type { IncidentEvent } from './events';
import { mergeDetail, mergePages, newestRows } from './merge';
import { mergeStep } from './merge-run';

const updated = (seq: number, row = makeRow(NOW, 1)): IncidentEvent => ({
  seq,
  topic: 'incident.updated',
  data: { id: row.id, version: row.version, summary: row },
});

const pages = (...names: string[][]): InfiniteData<IncidentPage> => ({
  pageParams: names.map(() => null),
  pages: names.map((items) => ({
    items: items.map((name, at) => makeRow(NOW, at + 1, { name })),
    next: null,
    total: items.length,
    counts: {},
    as_of_seq: 100,
  })),
});

test('the newest version of a row wins, in whatever order events come', () => {
  const rows = newestRows([
    updated(3, makeRow(NOW, 1, { version: 5 })),
    updated(1, makeRow(NOW, 1, { version: 4 })),
    updated(2, makeRow(NOW, 2, { version: 9 })),
  ]);
  expect([...rows.values()].map((row) => row.version)).toEqual([5, 9]);
});

test('rows that are shown are replaced by newer ones, and stay where they are', () => {
  const data = pages(['a', 'b'], ['c']);
  const newer = makeRow(NOW, 2, { name: 'b2', version: 4, severity: 'critical' });
  const merged = mergePages(data, new Map([[newer.id, newer]]));
  expect(merged.pages[0]?.items.map((row) => row.name)).toEqual(['a', 'b2']);
  expect(merged.pages[1]).toBe(data.pages[1]);
});

test.each([
  ['an older version', makeRow(NOW, 1, { version: 2 })],
  ['the same version', makeRow(NOW, 1, { version: 3 })],
  ['a row that is not shown', makeRow(NOW, 9, { version: 8 })],
])('%s changes nothing', (_, row) => {
  const data = pages(['a']);
  expect(mergePages(data, new Map([[row.id, row]]))).toBe(data);
});

const runOf = (...steps: Step[]): Run => ({ ...(makeDetail(NOW).run as Run), steps });
const STATES = ['waiting', 'running', 'retrying', 'done', 'failed', 'lost'] as const;

test.each(STATES.flatMap((from) => STATES.map((to) => [from, to] as const)))(
  'a step goes from %s to %s only if that is forward',
  (from, to) => {
    const order = { waiting: 0, running: 1, retrying: 2, done: 3, failed: 3, lost: 3 };
    const run = runOf(makeStep(NOW, 1, { state: from }));
    const merged = mergeStep(run, makeStep(NOW, 1, { state: to }));
    const isForward = order[from] < 3 && order[to] >= order[from];
    expect(merged.steps[0]?.state).toBe(isForward ? to : from);
  },
);

test('another attempt of a step is added, twice the same is not', () => {
  const run = runOf(makeStep(NOW, 1));
  const again = makeStep(NOW, 1, { attempt: 2, state: 'running' });
  const merged = mergeStep(mergeStep(run, again), again);
  expect(merged.steps.map((step) => step.attempt)).toEqual([1, 2]);
});

const about = (run_id: string) => ({ run_id, incident_id: CHECKOUT });

test('an open incident takes its row, its steps and its run', () => {
  const detail = makeDetail(NOW);
  const runId = detail.run?.id ?? '';
  const merged = mergeDetail(detail, [
    updated(101, { ...(makeRows(NOW)[0] as typeof detail), version: 4, pods_failing: 5 }),
    { seq: 102, topic: 'run.step', data: { ...about(runId), step: makeStep(NOW, 9) } },
    { seq: 103, topic: 'run.state', data: { ...about(runId), state: 'completed' } },
  ]);
  expect(merged.pods_failing).toBe(5);
  expect(merged.pods).toBe(detail.pods);
  expect(merged.run?.steps.at(-1)?.step).toBe('step-9');
  expect(merged.run?.state).toBe('completed');
});

test('what is known already, or is of another run, leaves an incident as it is', () => {
  const detail = makeDetail(NOW);
  const runId = detail.run?.id ?? '';
  const events: IncidentEvent[] = [
    updated(101, makeRow(NOW, 2, { version: 9 })),
    updated(102, { ...(makeRows(NOW)[0] as typeof detail) }),
    { seq: 103, topic: 'run.step', data: { ...about('other'), step: makeStep(NOW, 9) } },
    { seq: 104, topic: 'run.step', data: { ...about(runId), step: makeStep(NOW, 1) } },
    { seq: 105, topic: 'run.state', data: { ...about('other'), state: 'failed' } },
    { seq: 106, topic: 'run.state', data: { ...about(runId), state: 'running' } },
    { seq: 107, topic: 'evidence.added', data: { incident_id: CHECKOUT, ids: [] } },
  ];
  const known = { ...detail, run: { ...(detail.run as Run), steps: [makeStep(NOW, 1)] } };
  expect(mergeDetail(known, events)).toBe(known);
});
