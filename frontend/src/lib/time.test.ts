import { expect, test } from 'vitest';
import {
  formatAge,
  formatClock,
  formatDuration,
  formatFull,
  formatLeft,
  formatStamp,
  formatUntil,
  millis,
  toLocalInput,
} from './time';

const S = 1000;
const AT = millis('2026-11-23T14:03:20Z');

test.each([
  [-5 * S, '0 s'],
  [12_900, '12 s'],
  [60 * S, '1 min'],
  [59 * 60 * S, '59 min'],
  [5 * 3600 * S, '5 h'],
  [24 * 3600 * S, null],
])('an age of %i ms is %s', (age, text) => {
  expect(formatAge(AT - age, AT)).toBe(text);
});

test.each([
  [9, '9 ms'],
  [120, '0.1 s'],
  [6400, '6.4 s'],
  [41_000, '41 s'],
  [72_000, '1 min 12 s'],
  [7_500_000, '2 h 5 min'],
  [-1, '0 ms'],
])('a duration of %i ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [-1, '0 s'],
  [37_200, '38 s'],
  [61_000, '2 min'],
  [3 * 3600 * S, '3 h'],
  [100 * 3600 * S, '5 d'],
])('%i ms from now is in %s', (left, text) => {
  expect(formatUntil(AT + left, AT)).toBe(text);
});

test('a moment is told in the chosen zone', () => {
  expect(formatClock(AT, 'UTC')).toBe('14:03:20');
  expect(formatClock(AT, 'Asia/Tokyo')).toBe('23:03:20');
  expect(formatStamp(AT, 'UTC')).toBe('23 Nov, 14:03');
  expect(formatFull(AT, 'UTC')).toBe('23 Nov 2026, 14:03:20 UTC');
  expect(formatClock(AT, 'browser')).toMatch(/^\d\d:\d\d:\d\d$/);
});

test('a date field gets the local time', () => {
  expect(Date.parse(toLocalInput(AT))).toBe(AT - 20 * S);
});

test.each([
  [0, '0:00'],
  [7, '0:07'],
  [139, '2:19'],
  [3600, '1:00:00'],
])('%i s are left: %s', (seconds, words) => expect(formatLeft(seconds)).toBe(words));
