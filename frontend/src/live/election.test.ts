import { expect, test, vi } from 'vitest';
import { FakeLocks } from '../../test/fake-locks';
import { elect } from './election';

test('one tab at a time holds the stream, and the next takes over when it goes', async () => {
  const locks = new FakeLocks();
  const elected: string[] = [];
  const leave = elect(locks, 'live', () => elected.push('first'));
  elect(locks, 'live', () => elected.push('second'));
  expect(elected).toEqual(['first']);
  leave();
  await vi.waitFor(() => expect(elected).toEqual(['first', 'second']));
});

test('a tab that goes while it waits is never elected', async () => {
  const locks = new FakeLocks();
  const elected: string[] = [];
  const leave = elect(locks, 'live', () => elected.push('first'));
  const giveUp = elect(locks, 'live', () => elected.push('second'));
  elect(locks, 'live', () => elected.push('third'));
  giveUp();
  leave();
  await vi.waitFor(() => expect(elected).toEqual(['first', 'third']));
});
