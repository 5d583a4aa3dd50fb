import { QueryClient } from '@tanstack/react-query';
import { HttpResponse, http } from 'msw';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeLocks } from '../../test/fake-locks';
import { problem, server } from '../../test/msw/handlers';
import { createLive } from './browser';

class FakeEventSource extends EventTarget {
  static opened: FakeEventSource[] = [];
  onopen = () => {};
  onerror = () => {};
  close = () => {};
  constructor() {
    super();
    FakeEventSource.opened.push(this);
  }
}

beforeEach(() => {
  FakeEventSource.opened = [];
  vi.stubGlobal('EventSource', FakeEventSource);
  vi.stubGlobal('navigator', Object.assign(Object.create(navigator), { locks: new FakeLocks() }));
});
afterEach(() => vi.unstubAllGlobals());

test.each([
  ['a revoked session', () => problem(401, 'There is no session.'), true],
  ['an API that fails', () => problem(500, 'Broken.'), false],
  ['an API that is away', () => HttpResponse.error(), false],
  ['a session that is good', () => HttpResponse.json({ user: {} }), false],
])('a refused stream and %s', async (_, answer, isOver) => {
  let asked = 0;
  server.use(
    http.get('*/api/auth/me', () => {
      asked++;
      return answer();
    }),
  );
  const onSignedOut = vi.fn(() => live.stop());
  const live = createLive(new QueryClient(), onSignedOut);
  live.start();
  FakeEventSource.opened[0]?.onerror();
  await vi.waitFor(() => expect(asked).toBe(1));
  if (isOver) await vi.waitFor(() => expect(onSignedOut).toHaveBeenCalledOnce());
  else expect(onSignedOut).not.toHaveBeenCalled();
  live.stop();
});

test('a second tab listens to the first', async () => {
  const [one, other] = [
    createLive(new QueryClient(), () => {}),
    createLive(new QueryClient(), () => {}),
  ];
  one.start();
  other.start();
  const beat = { data: '{"now":"2026-11-23T14:00:00Z","seq":7}' };
  FakeEventSource.opened[0]?.dispatchEvent(new MessageEvent('hb', beat));
  await vi.waitFor(() => expect(other.getState().word).toBe('live'));
  expect(FakeEventSource.opened).toHaveLength(1);
  one.stop();
  other.stop();
});
