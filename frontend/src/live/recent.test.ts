import { beforeEach, expect, test } from 'vitest';
import { makeDetail, makeRow, NOW } from '../../test/fixtures';
import type { IncidentEvent } from './events';
import { fetchSnapshot, RecentEvents, recentEvents } from './recent';

const updated = (seq: number, version: number): IncidentEvent => {
  const row = makeRow(NOW, 1, { version, name: `v${version}` });
  return { seq, topic: 'incident.updated', data: { id: row.id, version, summary: row } };
};
const page = (as_of_seq: number) => ({
  items: [makeRow(NOW, 1)],
  next: null,
  total: 1,
  counts: {},
  as_of_seq,
});

beforeEach(() => {
  recentEvents.from = null;
});

test('an answer that was on its way catches up with what arrived meanwhile', () => {
  const recent = new RecentEvents();
  recent.begin(100);
  recent.add(updated(101, 4));
  expect(recent.catchUpPage(page(100)).items[0]?.name).toBe('v4');
  expect(recent.catchUpPage(page(101)).items[0]?.name).toBe('app-1');
  expect(recent.catchUpDetail(makeDetail(NOW)).name).toBe('v4');
});

test('there is a gap only before the first event that was seen', () => {
  const recent = new RecentEvents();
  expect(recent.hasGap({ as_of_seq: 1 })).toBe(false);
  recent.begin(100);
  expect(recent.hasGap({ as_of_seq: 100 })).toBe(false);
  expect(recent.hasGap({ as_of_seq: 99 })).toBe(true);
});

test('what was forgotten counts as a gap', () => {
  const recent = new RecentEvents();
  recent.begin(0);
  for (let seq = 1; seq <= 1001; seq++) recent.add(updated(seq, seq));
  expect(recent.hasGap({ as_of_seq: 0 })).toBe(true);
  expect(recent.hasGap({ as_of_seq: 1 })).toBe(false);
});

test('a snapshot from before the stream is fetched once more', async () => {
  const answers = [page(98), page(101)];
  const fetch = async () => answers.shift() ?? page(0);
  recentEvents.begin(100);
  expect((await fetchSnapshot(fetch)).as_of_seq).toBe(101);
  expect((await fetchSnapshot(async () => page(102))).as_of_seq).toBe(102);
});
