import { type Heartbeat, type LiveEvent, TOPICS, type Topic } from './events';

export interface StreamHandlers {
  onHeartbeat(heartbeat: Heartbeat): void;
  onEvent(event: LiveEvent): void;
  /** Something was missed: what is shown must be fetched again. */
  onResync(): void;
  onBye(reason: string): void;
  /** The connection is gone. `wasOpen`: it had been answered with a stream. */
  onLost(wasOpen: boolean): void;
}

export interface Stream {
  close(): void;
}

export type OpenStream = (since: number | null, handlers: StreamHandlers) => Stream;

/**
 * Opens GET /api/events after number `since`.
 *
 * The browser's own reconnecting is not used: it gives up for good on the first answer that is no
 * stream, such as a proxy's 502 while the API restarts. So the first error closes, and the watchdog
 * opens anew.
 */
export const openStream: OpenStream = (since, handlers) => {
  const source = new EventSource(since === null ? '/api/events' : `/api/events?since=${since}`);
  let wasOpen = false;

  const listen = (name: string, use: (data: unknown, seq: number) => void) =>
    source.addEventListener(name, (message: MessageEvent<string>) => {
      const data = parse(message.data);
      if (data === undefined) handlers.onResync();
      else use(data, Number(message.lastEventId));
    });

  source.onopen = () => {
    wasOpen = true;
  };
  source.onerror = () => {
    source.close();
    handlers.onLost(wasOpen);
  };
  for (const topic of TOPICS) {
    listen(topic, (data, seq) => handlers.onEvent(toEvent(topic, seq, data)));
  }
  listen('hb', (data) => handlers.onHeartbeat(data as Heartbeat));
  listen('resync', () => handlers.onResync());
  listen('bye', (data) => {
    source.close();
    handlers.onBye((data as { reason: string }).reason);
  });
  return { close: () => source.close() };
};

function toEvent(topic: Topic, seq: number, data: unknown): LiveEvent {
  return { topic, seq, data } as LiveEvent;
}

/** Undefined where it is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
