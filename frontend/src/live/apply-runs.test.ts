import { type InfiniteData, QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeOpenRun, makeRunPage, makeRuns, runId } from '../../test/fixture-runs';
import { CHECKOUT, makeStep, NOW } from '../../test/fixtures';
import { keys } from '../api/keys';
import type { Run, RunPage } from '../api/types';
import { applyRuns } from './apply-runs';
import type { IncidentEvent } from './events';

const LIST = keys.runList({});

let client: QueryClient;

const state = (run: string, to: Run['state']): IncidentEvent => ({
  seq: 101,
  topic: 'run.state',
  data: { run_id: run, incident_id: CHECKOUT, state: to },
});
const step = (run: string, summary: string): IncidentEvent => ({
  seq: 101,
  topic: 'run.step',
  data: { run_id: run, incident_id: CHECKOUT, step: makeStep(NOW, 9, { summary }) },
});
const rows = () => client.getQueryData<InfiniteData<RunPage>>(LIST)?.pages[0]?.items ?? [];
const fresh = () => client.getQueryData<string[]>(keys.newRuns);

beforeEach(() => {
  client = new QueryClient();
  client.setQueryData(LIST, { pages: [makeRunPage(makeRuns(NOW))], pageParams: [null] });
});
afterEach(() => client.clear());

test('events of others change nothing', () => {
  const before = client.getQueryData(LIST);
  expect(applyRuns(client, [{ seq: 101, topic: 'incident.deleted', data: { id: 'x' } }])).toBe(
    false,
  );
  expect(client.getQueryData(LIST)).toBe(before);
});

test('a row follows the state and the step of its run, where it stands', () => {
  expect(applyRuns(client, [step(runId(2), 'Delete the copy')])).toBe(false);
  expect(applyRuns(client, [state(runId(2), 'failed')])).toBe(true);
  expect(rows()[1]).toMatchObject({ id: runId(2), state: 'failed', doing: 'Delete the copy' });
  expect(rows()).toHaveLength(5);
});

test('a new run waits until somebody asks for it', () => {
  applyRuns(client, [state(runId(2), 'running'), state(runId(9), 'running')]);
  applyRuns(client, [state(runId(9), 'running')]);
  expect(fresh()).toEqual([runId(9)]);
  expect(rows()).toHaveLength(5);
});

test('an open run gets its steps, each attempt once', () => {
  client.setQueryData(keys.run(runId(2)), makeOpenRun(NOW, runId(2)));
  applyRuns(client, [step(runId(2), 'Look again'), step(runId(2), 'Look again')]);
  const open = client.getQueryData<Run>(keys.run(runId(2)));
  expect(open?.steps.filter(({ summary }) => summary === 'Look again')).toHaveLength(1);
});
