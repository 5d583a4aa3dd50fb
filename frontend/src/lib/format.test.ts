import { expect, test } from 'vitest';
import { formatBytes, formatNumber, namespaceName, plural, shortKind } from './format';
import { randomKey } from './id';

test('numbers, counts and sizes are written for people', () => {
  expect(formatNumber(12348)).toBe('12\u202f348');
  expect(plural(1, 'pod')).toBe('1 pod');
  expect(plural(0, 'pod')).toBe('0 pods');
  expect(plural(2, 'entry', 'entries')).toBe('2 entries');
  expect([812, 14_000, 2_400_000].map(formatBytes)).toEqual(['812 B', '14 Ki', '2.3 Mi']);
});

test('a kind loses its group, and no namespace has a name', () => {
  expect(shortKind('Rollout.argoproj.io')).toBe('Rollout');
  expect(shortKind('Deployment')).toBe('Deployment');
  expect(namespaceName('_')).toBe('cluster');
  expect(namespaceName('shop')).toBe('shop');
});

test('no two random keys are alike', () => {
  const keys = new Set(Array.from({ length: 100 }, randomKey));
  expect(keys.size).toBe(100);
  expect(randomKey()).toMatch(/^[0-9a-f]{32}$/);
});
