import type { Heartbeat, LiveEvent } from './events';
import type { OpenStream, Stream } from './stream';

/** The server beats every 15 s: three missed beats and the stream is dead, whatever the socket says. */
const SILENCE_MS = 45_000;
const OPENING_MS = 10_000;
/** Without a stream for so long, pages ask for themselves. */
const OFFLINE_AFTER_MS = 60_000;
const FIRST_RETRY_MS = 1000;
/** A person who looks at the page sees it live again within ten seconds of the API's return. */
const LONGEST_RETRY_MS = { visible: 8000, hidden: 30_000 };

export type LiveWord = 'connecting' | 'live' | 'reconnecting' | 'offline' | 'paused';

/** `lostAt`: what is shown is as old as that. `retryAt`: when the next try is due. */
export interface LiveState {
  word: LiveWord;
  lostAt: number | null;
  retryAt: number | null;
}

export type Probe = () => Promise<'signed in' | 'signed out' | 'no answer'>;

interface WatchdogParts {
  open: OpenStream;
  /** Asks whether there still is a session: an EventSource does not tell why it failed. */
  probe: Probe;
  isVisible(): boolean;
  /** From 0 to 1, so that tabs do not all come back in the same instant. */
  random(): number;
  onState(state: LiveState): void;
  onEvent(event: LiveEvent): void;
  onHeartbeat(heartbeat: Heartbeat): void;
  onResync(): void;
  onSignedOut(): void;
}

type Timer = ReturnType<typeof setTimeout>;

/** Keeps one stream open: notices that it is dead, opens it anew, and goes on from the last number. */
export class Watchdog {
  lastSeq: number | null = null;
  private stream: Stream | null = null;
  private attempt = 0;
  private lostAt: number | null = null;
  private retryAt: number | null = null;
  private lastSign = 0;
  private timers: { silence?: Timer; retry?: Timer; offline?: Timer } = {};
  /** Grows with each connection, so that what belongs to an older one is ignored. */
  private generation = 0;

  constructor(private readonly parts: WatchdogParts) {}

  /** Opens the stream after `since`; null begins at the present. */
  start(since: number | null): void {
    this.lastSeq = since;
    this.connect();
  }

  /** Closes the stream and forgets all timers. */
  stop(): void {
    this.drop();
    clearTimeout(this.timers.offline);
    this.lostAt = null;
    this.attempt = 0;
  }

  /** The page is looked at again, or the network is back: no waiting for a timer that slept. */
  wake(): void {
    if (this.stream && Date.now() - this.lastSign < SILENCE_MS) return;
    if (!this.stream && this.timers.retry === undefined) return;
    if (this.stream) this.markLost();
    this.attempt = 0;
    this.connect();
  }

  private drop(): void {
    this.generation++;
    this.stream?.close();
    this.stream = null;
    clearTimeout(this.timers.silence);
    clearTimeout(this.timers.retry);
    this.timers.retry = undefined;
  }

  private connect(): void {
    this.drop();
    const mine = this.generation;
    const current =
      <Args extends unknown[]>(handler: (...args: Args) => void) =>
      (...args: Args) => {
        if (mine === this.generation) handler(...args);
      };
    this.lastSign = Date.now();
    this.retryAt = null;
    this.tell(this.lostAt === null ? 'connecting' : this.waitingWord());
    this.stream = this.parts.open(this.lastSeq, {
      onHeartbeat: current((heartbeat) => {
        this.lastSeq ??= heartbeat.seq;
        this.alive();
        this.parts.onHeartbeat(heartbeat);
      }),
      onEvent: current((event) => {
        this.lastSeq = event.seq;
        this.alive();
        this.parts.onEvent(event);
      }),
      onResync: current(() => {
        this.lastSeq = null;
        this.alive();
        this.parts.onResync();
      }),
      onBye: current((reason) => this.lost(reason === 'auth')),
      onLost: current((wasOpen) => this.lost(!wasOpen)),
    });
    this.expectSign(OPENING_MS);
  }

  private alive(): void {
    this.lastSign = Date.now();
    this.attempt = 0;
    this.lostAt = null;
    clearTimeout(this.timers.offline);
    this.timers.offline = undefined;
    this.tell('live');
    this.expectSign(SILENCE_MS);
  }

  private expectSign(within: number): void {
    clearTimeout(this.timers.silence);
    this.timers.silence = setTimeout(() => this.lost(false), within);
  }

  private markLost(): void {
    if (this.lostAt !== null) return;
    this.lostAt = this.lastSign;
    this.timers.offline = setTimeout(
      () => this.tell('offline'),
      Math.max(0, this.lostAt + OFFLINE_AFTER_MS - Date.now()),
    );
  }

  private lost(ask: boolean): void {
    this.drop();
    this.markLost();
    const mine = this.generation;
    this.scheduleRetry();
    this.tell(this.waitingWord());
    if (!ask) return;
    void this.parts.probe().then((session) => {
      if (session !== 'signed out' || mine !== this.generation) return;
      this.stop();
      this.parts.onSignedOut();
    });
  }

  private scheduleRetry(): void {
    const longest = this.parts.isVisible() ? LONGEST_RETRY_MS.visible : LONGEST_RETRY_MS.hidden;
    const wait = Math.min(longest, FIRST_RETRY_MS * 2 ** this.attempt++);
    const withJitter = wait * (0.8 + 0.2 * this.parts.random());
    this.timers.retry = setTimeout(() => this.connect(), withJitter);
    this.retryAt = Date.now() + withJitter;
  }

  private waitingWord(): LiveWord {
    const isLong = this.lostAt !== null && Date.now() - this.lostAt >= OFFLINE_AFTER_MS;
    return isLong ? 'offline' : 'reconnecting';
  }

  private tell(word: LiveWord): void {
    this.parts.onState({ word, lostAt: this.lostAt, retryAt: this.retryAt });
  }
}
