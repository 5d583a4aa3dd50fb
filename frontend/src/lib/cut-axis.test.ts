import { expect, test } from 'vitest';
import { cutAxis } from './cut-axis';

const HOUR = 3_600_000;

test('nothing at all stands somewhere', () => {
  expect(cutAxis([]).place(5)).toBe(1);
  expect(cutAxis([[5, 5]]).place(5)).toBe(1);
});

test('without long pauses the axis is even', () => {
  const { place, cuts } = cutAxis([
    [1000, 5000],
    [6000, 11_000],
  ]);
  expect(cuts).toEqual([]);
  expect([1000, 6000, 11_000].map(place)).toEqual([0, 0.5, 1]);
});

test('a day in which nothing was done takes little room, and is named', () => {
  const { place, cuts } = cutAxis([
    [0, 1000],
    [24 * HOUR, 24 * HOUR + 1000],
  ]);
  expect(place(1000)).toBeCloseTo(0.472, 3);
  expect(place(24 * HOUR)).toBeCloseTo(0.528, 3);
  expect(cuts).toHaveLength(1);
  expect(cuts[0]?.ms).toBe(24 * HOUR - 1000);
  expect(cuts[0]?.at).toBeCloseTo(0.5, 5);
});

test('spans that overlap count once', () => {
  const { place } = cutAxis([
    [0, 1000],
    [500, 2000],
  ]);
  expect(place(1000)).toBe(0.5);
});
