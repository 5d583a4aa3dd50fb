import type { LiveEvent } from '../src/live/events';
import type { OpenStream, StreamHandlers } from '../src/live/stream';

interface Opened {
  since: number | null;
  handlers: StreamHandlers;
  isClosed: boolean;
}

/** Streams that a test drives: it may lose, delay, repeat and reorder what it sends. */
export class FakeStreams {
  readonly opened: Opened[] = [];

  readonly open: OpenStream = (since, handlers) => {
    const stream: Opened = { since, handlers, isClosed: false };
    this.opened.push(stream);
    return {
      close: () => {
        stream.isClosed = true;
      },
    };
  };

  /** The newest one. */
  get last(): Opened {
    const stream = this.opened.at(-1);
    if (!stream) throw new Error('No stream has been opened');
    return stream;
  }

  get openCount(): number {
    return this.opened.filter((stream) => !stream.isClosed).length;
  }

  beat(seq: number, now = new Date().toISOString()): void {
    this.last.handlers.onHeartbeat({ now, seq });
  }

  send(...events: LiveEvent[]): void {
    for (const event of events) this.last.handlers.onEvent(event);
  }

  lose(wasOpen = true): void {
    this.last.handlers.onLost(wasOpen);
  }
}
