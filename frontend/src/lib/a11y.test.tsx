import { expect, test, vi } from 'vitest';
import { announce } from './a11y';

const spoken = () => document.querySelector('[role=status].spoken')?.textContent;

test('screen readers hear at most one sentence in five seconds, the newest', () => {
  vi.useFakeTimers();
  announce('one');
  expect(spoken()).toBe('one');
  announce('two');
  announce('three');
  expect(spoken()).toBe('one');
  vi.advanceTimersByTime(5000);
  expect(spoken()).toBe('three');
  vi.advanceTimersByTime(5000);
  announce('four');
  expect(spoken()).toBe('four');
  vi.advanceTimersByTime(5000);
});
