import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openStream, type StreamHandlers } from './stream';

class FakeEventSource extends EventTarget {
  static last: FakeEventSource;
  isClosed = false;
  onopen = () => {};
  onerror = () => {};
  constructor(readonly url: string) {
    super();
    FakeEventSource.last = this;
  }
  close(): void {
    this.isClosed = true;
  }
  say(name: string, data: string, lastEventId = ''): void {
    this.dispatchEvent(new MessageEvent(name, { data, lastEventId }));
  }
}

let heard: unknown[];
let handlers: StreamHandlers;

beforeEach(() => {
  vi.stubGlobal('EventSource', FakeEventSource);
  heard = [];
  handlers = {
    onHeartbeat: (beat) => heard.push(beat),
    onEvent: (event) => heard.push(event),
    onResync: () => heard.push('resync'),
    onBye: (reason) => heard.push(`bye ${reason}`),
    onLost: (wasOpen) => heard.push(`lost ${wasOpen}`),
  };
});

afterEach(() => vi.unstubAllGlobals());

test('it begins at the present, or after a number', () => {
  openStream(null, handlers);
  expect(FakeEventSource.last.url).toBe('/api/events');
  openStream(41, handlers).close();
  expect(FakeEventSource.last.url).toBe('/api/events?since=41');
  expect(FakeEventSource.last.isClosed).toBe(true);
});

test('what the server says is handed on', () => {
  openStream(null, handlers);
  const source = FakeEventSource.last;
  source.say('hb', '{"now":"2026-11-23T14:00:00Z","seq":7}');
  source.say('run.state', '{"run_id":"r"}', '8');
  source.say('unknown', '{}', '9');
  source.say('resync', '{}');
  source.say('bye', '{"reason":"shutdown"}');
  expect(heard).toEqual([
    { now: '2026-11-23T14:00:00Z', seq: 7 },
    { seq: 8, topic: 'run.state', data: { run_id: 'r' } },
    'resync',
    'bye shutdown',
  ]);
  expect(source.isClosed).toBe(true);
});

test('an event that is no JSON counts as missed', () => {
  openStream(null, handlers);
  FakeEventSource.last.say('incident.updated', '{"id":', '8');
  expect(heard).toEqual(['resync']);
});

test.each([true, false])('the first error closes it for good (had been open: %s)', (wasOpen) => {
  openStream(null, handlers);
  const source = FakeEventSource.last;
  if (wasOpen) source.onopen();
  source.onerror();
  expect(heard).toEqual([`lost ${wasOpen}`]);
  expect(source.isClosed).toBe(true);
});
