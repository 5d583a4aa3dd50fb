import { renderHook } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { useTidyUp } from './use-tidy-up';

test('rows that have left are tidied up after ten seconds in which nobody looked at them', () => {
  vi.useFakeTimers();
  let tidied = 0;
  const tidy = () => {
    tidied++;
  };
  const { rerender } = renderHook(({ isDue }) => useTidyUp(isDue, tidy), {
    initialProps: { isDue: true },
  });
  vi.advanceTimersByTime(9999);
  rerender({ isDue: false });
  rerender({ isDue: true });
  vi.advanceTimersByTime(9999);
  expect(tidied).toBe(0);
  vi.advanceTimersByTime(1);
  expect(tidied).toBe(1);
});
