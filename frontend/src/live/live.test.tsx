import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeLocks } from '../../test/fake-locks';
import { FakeStreams } from '../../test/fake-stream';
import { CHECKOUT } from '../../test/fixtures';
import { Applier } from './applier';
import type { LiveEvent } from './events';
import { type ChannelMessage, Live } from './live';

/** One browser: its tabs share locks and a channel. */
class FakeBrowser {
  readonly locks = new FakeLocks();
  readonly streams = new FakeStreams();
  readonly members = new Set<(message: ChannelMessage) => void>();
  readonly tabs: Live[] = [];

  openTab(hasLocks = true) {
    const seen: (number | string)[] = [];
    const applier = new Applier(new QueryClient(), () => 0);
    applier.push = (event) => seen.push(event.seq);
    applier.resync = () => seen.push('resync');
    applier.begin = (seq) => seen.push(`begin ${seq}`);
    const live = new Live({
      applier,
      open: this.streams.open,
      probe: async () => 'signed out',
      locks: hasLocks ? this.locks : null,
      openChannel: (_, onMessage) => {
        this.members.add(onMessage);
        return {
          post: (message) => {
            for (const member of this.members) if (member !== onMessage) member(message);
          },
          close: () => this.members.delete(onMessage),
        };
      },
      onSignedOut: () => {
        seen.push('signed out');
        live.stop();
      },
    });
    live.start();
    this.tabs.push(live);
    return { live, seen };
  }
}

const evidence = (seq: number): LiveEvent => ({
  seq,
  topic: 'evidence.added',
  data: { incident_id: CHECKOUT, ids: [] },
});

let browser: FakeBrowser;

function look(state: 'visible' | 'hidden'): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new Event('visibilitychange'));
}

beforeEach(() => {
  vi.useFakeTimers();
  browser = new FakeBrowser();
});

afterEach(() => {
  for (const live of browser.tabs) live.stop();
  vi.restoreAllMocks();
});

test('many tabs share one stream, and all hear the same', () => {
  const tabs = [browser.openTab(), browser.openTab(), browser.openTab()];
  browser.streams.beat(100);
  browser.streams.send(evidence(101));
  expect(browser.streams.opened).toHaveLength(1);
  for (const { live, seen } of tabs) {
    expect(seen).toEqual(['begin 100', 101]);
    expect(live.getState().word).toBe('live');
  }
});

test('a tab that opens later learns at once how things stand', () => {
  browser.openTab();
  browser.streams.beat(100);
  browser.streams.send(evidence(101));
  const late = browser.openTab();
  expect(late.live.getState().word).toBe('live');
  expect(late.seen).toEqual(['begin 101']);
});

test('when the owner goes, the next tab goes on after the last number', async () => {
  const owner = browser.openTab();
  const next = browser.openTab();
  browser.streams.beat(100);
  browser.streams.send(evidence(101));
  owner.live.stop();
  await vi.advanceTimersByTimeAsync(0);
  expect(browser.streams.openCount).toBe(1);
  expect(browser.streams.last.since).toBe(101);
  browser.streams.beat(101);
  browser.streams.send(evidence(102));
  expect(next.seen).toEqual(['begin 100', 101, 102]);
});

test('a tab that has missed something, and learns of it, fetches again', () => {
  browser.openTab();
  const follower = browser.openTab();
  browser.streams.beat(100);
  const [, deaf] = [...browser.members];
  if (deaf) browser.members.delete(deaf);
  browser.streams.send(evidence(101));
  if (deaf) browser.members.add(deaf);
  look('visible');
  expect(follower.seen).toEqual(['begin 100', 'resync']);
});

test('a resync reaches every tab', () => {
  const tabs = [browser.openTab(), browser.openTab()];
  browser.streams.beat(100);
  browser.streams.last.handlers.onResync();
  browser.streams.beat(140);
  for (const { seen } of tabs) expect(seen).toEqual(['begin 100', 'resync', 'begin 140']);
});

test('a visible tab wakes an owner that sleeps over its next try', () => {
  browser.openTab();
  const follower = browser.openTab();
  browser.streams.beat(100);
  browser.streams.lose();
  expect(follower.live.getState().word).toBe('reconnecting');
  dispatchEvent(new Event('online'));
  expect(browser.streams.opened).toHaveLength(2);
  browser.streams.lose(false);
  vi.advanceTimersByTime(10_000);
  expect(browser.streams.opened.length).toBeGreaterThan(2);
});

test('a tab that hears nothing from the owner any more says that it is offline', () => {
  browser.openTab();
  const follower = browser.openTab();
  browser.streams.beat(100);
  const [, deaf] = [...browser.members];
  if (deaf) browser.members.delete(deaf);
  vi.advanceTimersByTime(49_999);
  expect(follower.live.getState().word).toBe('live');
  vi.advanceTimersByTime(1);
  expect(follower.live.getState().word).toBe('offline');
});

test('without locks each visible tab has its own stream, and gives it up when hidden', () => {
  look('visible');
  const { live, seen } = browser.openTab(false);
  browser.streams.beat(100);
  browser.streams.send(evidence(101));
  look('hidden');
  expect(live.getState().word).toBe('paused');
  expect(browser.streams.openCount).toBe(0);
  look('visible');
  expect(browser.streams.last.since).toBe(101);
  browser.streams.beat(101);
  expect(live.getState().word).toBe('live');
  expect(seen).toEqual(['begin 100', 101]);
});

test('a page that comes back from the cache of the browser fetches again', () => {
  const { seen } = browser.openTab();
  browser.streams.beat(100);
  dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }));
  expect(seen).toEqual(['begin 100']);
  dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
  expect(seen).toEqual(['begin 100', 'resync']);
});

test('when the session ends all tabs end with it', async () => {
  const tabs = [browser.openTab(), browser.openTab()];
  browser.streams.beat(100);
  browser.streams.lose(false);
  await vi.advanceTimersByTimeAsync(0);
  for (const { seen } of tabs) expect(seen.at(-1)).toBe('signed out');
  await vi.advanceTimersByTimeAsync(120_000);
  expect(browser.streams.opened).toHaveLength(1);
});

test('signing out in one tab signs out in the others', () => {
  const [one, other] = [browser.openTab(), browser.openTab()];
  browser.streams.beat(100);
  one.live.signOut();
  expect(other.seen.at(-1)).toBe('signed out');
});

test('starting twice is starting once', () => {
  const { live } = browser.openTab();
  live.start();
  expect(browser.streams.opened).toHaveLength(1);
});
