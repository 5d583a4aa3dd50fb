import { type InfiniteData, QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  makeEnded,
  makeMirror,
  makeMirrorDetail,
  makeMirrorPage,
  mirrorId,
} from '../../test/fixture-mirrors';
import { CHECKOUT, makeDetail, makeStep, NOW } from '../../test/fixtures';
import { keys } from '../api/keys';
import type { IncidentDetail, MirrorDetail, MirrorPage, MirrorRow } from '../api/types';
import { Applier } from './applier';
import type { LiveEvent } from './events';
import { recentEvents } from './recent';

let client: QueryClient;
let applier: Applier;
let seq = 100;
const fetched: string[] = [];
const row = makeMirror(NOW, 11);

function show(queryKey: readonly unknown[], name: string, data: unknown): void {
  client.setQueryData(queryKey, data);
  const observer = new QueryObserver(client, {
    queryKey,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => {
      fetched.push(name);
      return client.getQueryData(queryKey);
    },
  });
  observer.subscribe(() => {});
}

const updated = (rest: Partial<MirrorRow>): LiveEvent => {
  const summary = { ...row, ...rest };
  const data = { id: summary.id, version: summary.version, summary };
  return { seq: ++seq, topic: 'mirror.updated', data };
};

const active = () => client.getQueryData<MirrorPage>(keys.activeMirrors)?.items;
const listed = () => client.getQueryData<InfiniteData<MirrorPage>>(keys.mirrorList)?.pages;
const open = () => client.getQueryData<MirrorDetail>(keys.mirror(row.id));
const incident = () => client.getQueryData<IncidentDetail>(keys.detail(CHECKOUT));

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  fetched.length = 0;
  seq = 100;
  recentEvents.begin(100);
  client = new QueryClient();
  applier = new Applier(client, () => 0.5);
  show(keys.activeMirrors, 'active', makeMirrorPage([row]));
  const pages = [makeMirrorPage([row]), makeMirrorPage(makeEnded(NOW))];
  show(keys.mirrorList, 'list', { pages, pageParams: ['', 'next'] });
  show(keys.mirror(row.id), 'mirror', makeMirrorDetail(NOW, row));
  show(keys.detail(CHECKOUT), 'incident', { ...makeDetail(NOW), mirrors: [row] });
});

afterEach(() => {
  applier.close();
  client.clear();
  vi.useRealTimers();
});

test('an older version changes nothing, and nothing is fetched', () => {
  applier.push(updated({ version: 3, text: 'old' }));
  expect(open()?.text).toBe(row.text);
  expect(active()?.[0]?.text).toBe(row.text);
  expect(fetched).toEqual([]);
});

test('what is said of a mirror changes everywhere, without a fetch', () => {
  applier.push(updated({ version: 5, text: 'Ready for 20 s of 30 s' }));
  const texts = [active()?.[0], listed()?.[0]?.items[0], open(), incident()?.mirrors[0]];
  expect(texts.map((known) => known?.text)).toEqual(Array(4).fill('Ready for 20 s of 30 s'));
  expect(fetched).toEqual([]);
});

test('a verdict, and one that is taken back, each fetch the mirror and its incident once', () => {
  applier.push(updated({ version: 5, phase: 'passed', verdict: 'passed' }));
  expect(open()?.verdict).toBe('passed');
  expect(fetched.sort()).toEqual(['incident', 'mirror']);
  fetched.length = 0;
  vi.advanceTimersByTime(1000);
  applier.push(updated({ version: 6, phase: 'failed', verdict: 'failed', text: 'restarted' }));
  expect(open()?.verdict).toBe('failed');
  expect(incident()?.mirrors[0]?.verdict).toBe('failed');
  expect(fetched.sort()).toEqual(['incident', 'mirror']);
});

test('a mirror that is gone leaves the active ones, and stays in the list', () => {
  applier.push(updated({ version: 7, phase: 'gone', gone_at: row.requested_at }));
  expect(active()).toEqual([]);
  expect(listed()?.[0]?.items[0]?.phase).toBe('gone');
});

test('a new mirror is counted, stands first, and belongs to its own incident alone', () => {
  const id = mirrorId(19);
  applier.push(updated({ id, version: 1 }));
  applier.push(updated({ id: mirrorId(20), version: 1, incident_id: 'another' }));
  vi.advanceTimersByTime(300);
  expect(active()).toHaveLength(3);
  expect(listed()?.map(({ items }) => items.length)).toEqual([3, 3]);
  expect(incident()?.mirrors.map((known) => known.id)).toEqual([id, row.id]);
});

test('a burst of events is one change of the page', () => {
  for (let version = 5; version < 105; version++) applier.push(updated({ version }));
  vi.advanceTimersByTime(300);
  expect(open()?.version).toBe(104);
  expect(fetched).toEqual([]);
});

test('steps of a mirror that is open move there, and leave its incident in peace', () => {
  const step = makeStep(NOW, 3, { step: 'mirror-3', state: 'done' });
  const data = { run_id: `run-${row.id}`, incident_id: CHECKOUT, step };
  applier.push({ seq: ++seq, topic: 'run.step', data });
  expect(open()?.run?.steps.at(-1)?.state).toBe('done');
  expect(fetched).toEqual([]);
});

test('a mirror whose run was not known yet is fetched with it', () => {
  client.setQueryData(keys.mirror(row.id), { ...makeMirrorDetail(NOW, row), run: null });
  const data = { run_id: 'new', incident_id: CHECKOUT, state: 'running' as const };
  applier.push({ seq: ++seq, topic: 'run.state', data });
  expect(fetched).toContain('mirror');
});

test('an answer that was on its way catches up with what arrived meanwhile', () => {
  applier.push(updated({ version: 9, text: 'newest' }));
  expect(recentEvents.catchUpMirrors(makeMirrorPage([row])).items[0]?.text).toBe('newest');
  expect(recentEvents.catchUpMirror(makeMirrorDetail(NOW, row)).text).toBe('newest');
});

test('after a gap all that is shown of mirrors is fetched again', async () => {
  applier.resync();
  await vi.advanceTimersByTimeAsync(3000);
  expect(fetched.sort()).toEqual(['active', 'incident', 'list', 'mirror']);
});
