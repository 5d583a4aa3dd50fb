import { act, render } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { onTick, serverNow, setServerTime, useClock } from './clock';

const NOW = Date.parse('2026-11-23T14:03:20Z');

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => setServerTime(new Date(Date.now()).toISOString()));

test('the time is the server’s, however wrong the clock here is', () => {
  setServerTime('2026-11-23T15:00:00Z');
  expect(serverNow()).toBe(Date.parse('2026-11-23T15:00:00Z'));
  vi.advanceTimersByTime(5000);
  expect(serverNow()).toBe(Date.parse('2026-11-23T15:00:05Z'));
  setServerTime('no time');
  expect(serverNow()).toBe(Date.parse('2026-11-23T15:00:05Z'));
});

test('one timer serves all, and stops with the last', () => {
  const ticks: string[] = [];
  const stops = [onTick(() => ticks.push('a')), onTick(() => ticks.push('b'))];
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(1000);
  expect(ticks).toEqual(['a', 'b']);
  for (const stop of stops) stop();
  expect(vi.getTimerCount()).toBe(0);
});

test('a hidden page does not tick, and catches up when it is looked at', () => {
  const ticks: number[] = [];
  const stop = onTick(() => ticks.push(1));
  const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  vi.advanceTimersByTime(5000);
  expect(ticks).toHaveLength(0);
  visibility.mockReturnValue('visible');
  document.dispatchEvent(new Event('visibilitychange'));
  expect(ticks).toHaveLength(1);
  visibility.mockRestore();
  stop();
});

test('a component is drawn again only when what it reads of the time changes', () => {
  let draws = 0;
  const Minutes = () => {
    draws++;
    return <p>{useClock((now) => Math.floor((now - NOW) / 60_000))}</p>;
  };
  const { container } = render(<Minutes />);
  act(() => vi.advanceTimersByTime(59_000));
  expect(draws).toBe(1);
  act(() => vi.advanceTimersByTime(2000));
  expect(container).toHaveTextContent('1');
  expect(draws).toBe(2);
});
