import { expect, test } from 'vitest';
import { makeMirror } from '../../test/fixture-mirrors';
import { groupTests } from './mirror-tests';

const at = (minute: number) => `2026-11-23T14:${String(minute).padStart(2, '0')}:00Z`;
const mirror = (n: number, minute: number, round = 1, rounds = 1) =>
  makeMirror(0, n, { requested_at: at(minute), round, rounds });

const ids = (tests: ReturnType<typeof groupTests>) =>
  tests.map((test) => test.map(({ requested_at }) => Number(requested_at.slice(14, 16))));

test('rounds of one test stand together, in their order; the newest test is first', () => {
  const newestFirst = [
    mirror(14, 9),
    mirror(13, 7, 3, 3),
    mirror(12, 5, 2, 3),
    mirror(11, 3),
    mirror(10, 1, 1, 3),
  ];
  expect(ids(groupTests(newestFirst))).toEqual([[9], [3], [1, 5, 7]]);
});

test('a round whose first ones are not among them stands alone', () => {
  expect(ids(groupTests([mirror(11, 5, 3, 3), mirror(10, 1, 1, 2)]))).toEqual([[5], [1]]);
});

test('of two tests side by side each keeps its rounds', () => {
  const rows = [mirror(10, 1, 1, 2), mirror(11, 2, 1, 3), mirror(12, 3, 2, 3), mirror(13, 4, 2, 2)];
  expect(ids(groupTests(rows))).toEqual([
    [2, 3],
    [1, 4],
  ]);
});
