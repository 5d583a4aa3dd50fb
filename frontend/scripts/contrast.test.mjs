import { expect, test } from 'vitest';
import { contrast, readTokens, tooWeak } from './contrast.mjs';

test('black on white is 21, a colour on itself is 1', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#1d4ed8', '#1d4ed8')).toBe(1);
});

test('every pair of both themes can be read', () => {
  expect(tooWeak()).toEqual([]);
});

test('a pair that is too weak is named with its theme and its ratio', () => {
  const { light } = readTokens();
  expect(tooWeak({ light: { ...light, muted: '#cbd5e1' } })[0]).toBe(
    'light: muted on bg is 1.42, needs 4.5',
  );
});

test.each([
  ['fg', 'surface', 17.9, 14.3],
  ['muted', 'surface', 7.6, 7.0],
  ['critical', 'critical-bg', 5.9, 8.6],
  ['ok', 'ok-bg', 6.8, 11.0],
])('%s on %s is as the design says', (fg, bg, light, dark) => {
  const themes = readTokens();
  expect(contrast(themes.light[fg], themes.light[bg])).toBeCloseTo(light, 0);
  expect(contrast(themes.dark[fg], themes.dark[bg])).toBeCloseTo(dark, 0);
});
