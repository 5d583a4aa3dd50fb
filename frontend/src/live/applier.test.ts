import { type InfiniteData, QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CHECKOUT, makeDetail, makeRow, makeStep, NOW } from '../../test/fixtures';
import { keys } from '../api/keys';
import { toListSearch } from '../api/search';
import type { IncidentDetail, IncidentPage, IncidentRow } from '../api/types';
import { Applier } from './applier';
import type { LiveEvent } from './events';
import { recentEvents } from './recent';

const LIST = keys.list(toListSearch({}));
const COUNTS = keys.counts({ q: '', since: null });

let client: QueryClient;
let applier: Applier;
let seq = 100;
const fetched: string[] = [];

const listNow = () => client.getQueryData<InfiniteData<IncidentPage>>(LIST)?.pages[0]?.items;
const changed = (row: IncidentRow, topic: 'incident.created' | 'incident.updated'): LiveEvent => ({
  seq: ++seq,
  topic,
  data: { id: row.id, version: row.version, summary: row },
});
const update = (version: number, rest: Partial<IncidentRow> = {}) =>
  changed(makeRow(NOW, 1, { version, name: `v${version}`, ...rest }), 'incident.updated');

/** Something on the page shows a query: it is fetched when it becomes stale. */
function show(queryKey: readonly unknown[], name: string, data: unknown): void {
  client.setQueryData(queryKey, data);
  const observer = new QueryObserver(client, {
    queryKey,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => {
      fetched.push(name);
      return data;
    },
  });
  observer.subscribe(() => {});
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  fetched.length = 0;
  seq = 100;
  recentEvents.begin(100);
  client = new QueryClient();
  applier = new Applier(client, () => 0.5);
  const page = { items: [makeRow(NOW, 1)], next: null, total: 1, counts: {}, as_of_seq: 100 };
  client.setQueryData(LIST, { pages: [page], pageParams: [null] });
  show(COUNTS, 'counts', { counts: {}, as_of_seq: 100 });
});

afterEach(() => {
  applier.close();
  client.clear();
  vi.useRealTimers();
});

test('the first event is shown at once, a burst after it together', () => {
  applier.push(update(4));
  expect(listNow()?.[0]?.name).toBe('v4');
  for (let version = 5; version <= 504; version++) applier.push(update(version));
  expect(listNow()?.[0]?.name).toBe('v4');
  vi.advanceTimersByTime(250);
  expect(listNow()?.[0]?.name).toBe('v504');
});

test('events that come late or twice change nothing', () => {
  applier.push(update(9));
  applier.push(update(5));
  applier.push(update(9));
  vi.advanceTimersByTime(250);
  expect(listNow()?.[0]?.name).toBe('v9');
});

test('a new incident is told of, and not put into the list', () => {
  const told: string[] = [];
  applier.onRows((rows) => told.push(...rows.keys()));
  const row = makeRow(NOW, 7);
  applier.push(changed(row, 'incident.created'));
  expect(told).toEqual([row.id]);
  expect(listNow()).toHaveLength(1);
  expect(client.getQueryState(LIST)?.isInvalidated).toBe(true);
});

test('who watches is asked for when it has changed', async () => {
  show(keys.config, 'config', {});
  const data = { cluster: 'demo', nodes_total: 3, unwatched_total: 1 };
  applier.push({ seq: ++seq, topic: 'watching.changed', data });
  await vi.advanceTimersByTimeAsync(0);
  expect(fetched).toEqual(['config']);
});

test('counts are asked for at once, and then at most once in a second', async () => {
  applier.push(update(4, { status: 'resolved' }));
  await vi.advanceTimersByTimeAsync(0);
  expect(fetched).toEqual(['counts']);
  for (let n = 0; n < 4; n++) {
    applier.push(changed(makeRow(NOW, 20 + n), 'incident.created'));
    await vi.advanceTimersByTimeAsync(250);
  }
  expect(fetched).toEqual(['counts', 'counts']);
});

test('a change that leaves the status as it was asks for no counts', async () => {
  applier.push(update(4));
  await vi.advanceTimersByTimeAsync(2000);
  expect(fetched).toEqual([]);
});

test('an open incident takes the row at once and fetches what is not in the event', async () => {
  show(keys.detail(CHECKOUT), 'detail', makeDetail(NOW, makeRow(NOW, 1)));
  applier.push(update(4));
  expect(client.getQueryData<IncidentDetail>(keys.detail(CHECKOUT))?.name).toBe('v4');
  await vi.advanceTimersByTimeAsync(0);
  expect(fetched).toEqual(['detail']);
});

test.each([
  [
    {
      topic: 'diagnosis.ready',
      data: { incident_id: CHECKOUT, diagnosis_id: 'd', source: 'rules' },
    },
    ['detail', 'evidence'],
  ],
  [{ topic: 'evidence.added', data: { incident_id: CHECKOUT, ids: ['e'] } }, ['evidence']],
  [
    { topic: 'run.step', data: { incident_id: CHECKOUT, run_id: 'new', step: makeStep(NOW, 1) } },
    ['detail'],
  ],
  [
    { topic: 'run.state', data: { incident_id: CHECKOUT, run_id: 'new', state: 'running' } },
    ['detail'],
  ],
  [
    { topic: 'run.step', data: { incident_id: 'not shown', run_id: 'r', step: makeStep(NOW, 1) } },
    [],
  ],
] as [Omit<LiveEvent, 'seq'>, string[]][])('%j fetches %j', async (event, names) => {
  show(keys.detail(CHECKOUT), 'detail', makeDetail(NOW));
  show(keys.evidence(CHECKOUT), 'evidence', []);
  applier.push({ ...event, seq: ++seq } as LiveEvent);
  await vi.advanceTimersByTimeAsync(0);
  expect(fetched).toEqual(names);
});

test('a step of the run that is shown needs no fetch', async () => {
  const detail = makeDetail(NOW);
  show(keys.detail(CHECKOUT), 'detail', detail);
  const step = makeStep(NOW, 9, { summary: 'Close' });
  const data = { incident_id: CHECKOUT, run_id: detail.run?.id ?? '', step };
  applier.push({ seq: ++seq, topic: 'run.step', data });
  await vi.advanceTimersByTimeAsync(1000);
  const shown = client.getQueryData<IncidentDetail>(keys.detail(CHECKOUT));
  expect(shown?.run?.steps.at(-1)?.summary).toBe('Close');
  expect(fetched).toEqual([]);
});

test('what is about an incident that is just being changed waits for the answer', async () => {
  let settle = () => {};
  const mutation = client.getMutationCache().build(client, {
    mutationKey: keys.change(CHECKOUT),
    mutationFn: () => new Promise<void>((resolve) => (settle = resolve)),
  });
  const done = mutation.execute(undefined);
  await vi.advanceTimersByTimeAsync(0);
  applier.push(update(4));
  await vi.advanceTimersByTimeAsync(1000);
  expect(listNow()?.[0]?.name).toBe('app-1');
  settle();
  await done;
  expect(listNow()?.[0]?.name).toBe('v4');
});

test('after a gap all that is shown is fetched again, once, spread over three seconds', async () => {
  applier.resync();
  applier.resync();
  await vi.advanceTimersByTimeAsync(1499);
  expect(fetched).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(fetched).toEqual(['counts']);
});

test('what was read before the stream began is fetched again', async () => {
  applier.begin(100);
  await vi.advanceTimersByTimeAsync(0);
  expect(fetched).toEqual([]);
  applier.begin(101);
  await vi.advanceTimersByTimeAsync(0);
  expect(fetched).toEqual(['counts']);
  expect(client.getQueryState(LIST)?.isInvalidated).toBe(true);
});

test('a stream that begins anew after a gap leaves the fetching to the spread one', async () => {
  applier.resync();
  applier.begin(500);
  await vi.advanceTimersByTimeAsync(0);
  expect(fetched).toEqual([]);
});

test('after a sign-out nothing that waited is shown', () => {
  applier.push(update(4));
  applier.push(update(5));
  applier.resync();
  applier.reset();
  vi.advanceTimersByTime(5000);
  expect(listNow()?.[0]?.name).toBe('v4');
  expect(fetched).toEqual([]);
});

test('a deleted incident leaves the lists; its open page asks again', () => {
  const told: string[] = [];
  applier.onRows((rows) => told.push(...rows.keys()));
  show(keys.detail(CHECKOUT), 'detail', makeDetail(NOW));
  const deleted: LiveEvent = { seq: ++seq, topic: 'incident.deleted', data: { id: CHECKOUT } };
  applier.push(deleted);
  expect(listNow()).toEqual([]);
  const data = client.getQueryData<InfiniteData<IncidentPage>>(LIST);
  expect(data?.pages[0]?.total).toBe(0);
  expect(fetched).toEqual(['detail', 'counts']);
});

test('what is created and deleted in one burst is told to nobody', () => {
  const told: string[] = [];
  applier.onRows((rows) => told.push(...rows.keys()));
  applier.push(update(4));
  told.length = 0;
  const row = makeRow(NOW, 7);
  applier.push(changed(row, 'incident.created'));
  applier.push({ seq: ++seq, topic: 'incident.deleted', data: { id: row.id } });
  vi.advanceTimersByTime(250);
  expect(told).toEqual([]);
});

test('a page that was on its way while one of its incidents was deleted does without it', () => {
  const page = { items: [makeRow(NOW, 1)], next: null, total: 1, counts: {}, as_of_seq: 100 };
  recentEvents.add({ seq: 101, topic: 'incident.deleted', data: { id: CHECKOUT } });
  expect(recentEvents.catchUpPage(page).items).toEqual([]);
  expect(recentEvents.catchUpPage({ ...page, as_of_seq: 101 }).items).toHaveLength(1);
});
