import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeStreams } from '../../test/fake-stream';
import { CHECKOUT } from '../../test/fixtures';
import type { LiveEvent } from './events';
import { type LiveState, Watchdog } from './watchdog';

const evidence = (seq: number): LiveEvent => ({
  seq,
  topic: 'evidence.added',
  data: { incident_id: CHECKOUT, ids: [] },
});

let streams: FakeStreams;
let watchdog: Watchdog;
let session: 'signed in' | 'signed out' | 'no answer';
let isVisible: boolean;
let states: LiveState[];
let seen: (number | string)[];
let probes: number;

const word = () => states.at(-1)?.word;

beforeEach(() => {
  vi.useFakeTimers();
  streams = new FakeStreams();
  session = 'signed in';
  isVisible = true;
  states = [];
  seen = [];
  probes = 0;
  watchdog = new Watchdog({
    open: streams.open,
    probe: async () => {
      probes++;
      return session;
    },
    isVisible: () => isVisible,
    random: () => 1,
    onState: (state) => states.push(state),
    onEvent: (event) => seen.push(event.seq),
    onHeartbeat: () => seen.push('hb'),
    onResync: () => seen.push('resync'),
    onSignedOut: () => seen.push('signed out'),
  });
});

afterEach(() => {
  watchdog.stop();
  vi.useRealTimers();
});

function goLive(): void {
  watchdog.start(null);
  streams.beat(100);
}

test('it is live with the first heartbeat', () => {
  watchdog.start(null);
  expect(word()).toBe('connecting');
  expect(streams.last.since).toBeNull();
  streams.beat(100);
  expect(word()).toBe('live');
  expect(seen).toEqual(['hb']);
});

test('a lost stream is opened again after the last number that was seen', () => {
  goLive();
  streams.send(evidence(101), evidence(102));
  streams.lose();
  expect(word()).toBe('reconnecting');
  vi.advanceTimersByTime(1000);
  expect(streams.last.since).toBe(102);
  streams.beat(102);
  expect(word()).toBe('live');
});

test('without any event it goes on from the number of the first heartbeat', () => {
  goLive();
  streams.beat(140);
  streams.lose();
  vi.advanceTimersByTime(1000);
  expect(streams.last.since).toBe(100);
});

test('after a resync it goes on from where the server is', () => {
  goLive();
  streams.send(evidence(101));
  streams.last.handlers.onResync();
  expect(seen.at(-1)).toBe('resync');
  streams.beat(5);
  streams.lose();
  vi.advanceTimersByTime(1000);
  expect(streams.last.since).toBe(5);
});

test('three missed heartbeats are a dead stream, whatever the socket says', () => {
  goLive();
  vi.advanceTimersByTime(44_999);
  expect(word()).toBe('live');
  vi.advanceTimersByTime(1);
  expect(word()).toBe('reconnecting');
  expect(streams.opened[0]?.isClosed).toBe(true);
});

test('a stream that opens and says nothing is given up', () => {
  watchdog.start(null);
  vi.advanceTimersByTime(10_000);
  expect(word()).toBe('reconnecting');
});

test.each([
  [true, [1000, 2000, 4000, 8000, 8000]],
  [false, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]],
])('visible %s: it tries again after %j ms', (visible, waits) => {
  isVisible = visible;
  goLive();
  for (const wait of waits) {
    const before = streams.opened.length;
    streams.lose(false);
    expect(states.at(-1)?.retryAt).toBe(Date.now() + wait);
    vi.advanceTimersByTime(wait - 1);
    expect(streams.opened).toHaveLength(before);
    vi.advanceTimersByTime(1);
    expect(streams.opened).toHaveLength(before + 1);
  }
});

test('after a minute without a stream it is offline, until there is one again', () => {
  goLive();
  const lostAt = Date.now();
  streams.lose();
  for (let n = 0; n < 8; n++) {
    vi.advanceTimersByTime(8000);
    streams.lose(false);
  }
  expect(states.at(-1)).toMatchObject({ word: 'offline', lostAt });
  expect(states.at(-1)?.retryAt).not.toBeNull();
  vi.advanceTimersByTime(8000);
  streams.beat(120);
  expect(states.at(-1)).toEqual({ word: 'live', lostAt: null, retryAt: null });
});

test('a refused stream asks once whether there is a session, and ends without one', async () => {
  goLive();
  session = 'signed out';
  streams.lose(false);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(seen.at(-1)).toBe('signed out');
  expect(probes).toBe(1);
  expect(streams.opened).toHaveLength(1);
});

test('a stream that was open and broke asks nothing first', async () => {
  goLive();
  streams.lose(true);
  await vi.advanceTimersByTimeAsync(1000);
  expect(probes).toBe(0);
});

test('a goodbye because of the session asks at once, any other comes back', async () => {
  goLive();
  streams.last.handlers.onBye('shutdown');
  await vi.advanceTimersByTimeAsync(1000);
  expect(streams.opened).toHaveLength(2);
  session = 'signed out';
  streams.last.handlers.onBye('auth');
  await vi.advanceTimersByTimeAsync(0);
  expect(seen.at(-1)).toBe('signed out');
});

test('an API that does not answer is tried again', async () => {
  session = 'no answer';
  goLive();
  streams.lose(false);
  await vi.advanceTimersByTimeAsync(1000);
  expect(streams.opened).toHaveLength(2);
  expect(seen).not.toContain('signed out');
});

test('waking up does not wait for the next try', () => {
  goLive();
  streams.lose();
  streams.last.handlers.onLost(false);
  watchdog.wake();
  expect(streams.opened).toHaveLength(2);
});

test('waking up leaves a stream alone that has just spoken', () => {
  goLive();
  watchdog.wake();
  expect(streams.opened).toHaveLength(1);
});

test('after a long sleep the stream is not trusted, though no timer has run', () => {
  goLive();
  vi.setSystemTime(Date.now() + 2 * 3_600_000);
  watchdog.wake();
  expect(streams.opened).toHaveLength(2);
  expect(word()).toBe('offline');
  streams.beat(200);
  expect(word()).toBe('live');
});

test('what an older stream still says is not heard', () => {
  goLive();
  const old = streams.last.handlers;
  streams.lose();
  vi.advanceTimersByTime(1000);
  streams.beat(100);
  old.onEvent(evidence(999));
  old.onLost(true);
  expect(seen).not.toContain(999);
  expect(word()).toBe('live');
});

test('after it has stopped nothing is tried, nor woken', () => {
  goLive();
  streams.lose();
  watchdog.stop();
  vi.advanceTimersByTime(120_000);
  watchdog.wake();
  expect(streams.opened).toHaveLength(1);
  expect(word()).toBe('reconnecting');
});
