import type { Applier, RowsListener } from './applier';
import { setServerTime } from './clock';
import { elect, type Locks } from './election';
import type { Heartbeat, LiveEvent } from './events';
import type { OpenStream } from './stream';
import { type LiveState, type Probe, Watchdog } from './watchdog';

const NAME = 'kure-live';
/** The tab that owns the stream tells of each heartbeat; without one for so long it is no longer there. */
const SILENT_OWNER_MS = 50_000;

/** What tabs tell each other. */
export type ChannelMessage =
  | { kind: 'event'; event: LiveEvent }
  | { kind: 'heartbeat'; heartbeat: Heartbeat }
  | { kind: 'resync' }
  | { kind: 'state'; state: LiveState; lastSeq: number | null }
  | { kind: 'hello' }
  | { kind: 'wake' }
  | { kind: 'signed out' };

interface Channel {
  post(message: ChannelMessage): void;
  close(): void;
}

interface LiveParts {
  applier: Applier;
  open: OpenStream;
  probe: Probe;
  /** Null where the browser has no Web Locks: then each visible tab has its own stream. */
  locks: Locks | null;
  openChannel(name: string, onMessage: (message: ChannelMessage) => void): Channel;
  onSignedOut(): void;
}

const CONNECTING: LiveState = { word: 'connecting', lostAt: null, retryAt: null };

/** The live connection of this tab: as the owner of the stream, or listening to the tab that owns it. */
export class Live {
  private state = CONNECTING;
  private running = false;
  private isOwner = false;
  private lastSeq: number | null = null;
  private channel: Channel | null = null;
  private stepBack = () => {};
  private silence: ReturnType<typeof setTimeout> | undefined;
  private nudge: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly watchdog: Watchdog;

  constructor(private readonly parts: LiveParts) {
    this.watchdog = new Watchdog({
      open: parts.open,
      probe: parts.probe,
      isVisible,
      random: Math.random,
      onState: (state) => {
        this.setState(state);
        this.postState();
      },
      onEvent: (event) => {
        this.channel?.post({ kind: 'event', event });
        this.takeEvent(event);
      },
      onHeartbeat: (heartbeat) => {
        this.channel?.post({ kind: 'heartbeat', heartbeat });
        this.takeHeartbeat(heartbeat);
      },
      onResync: () => {
        this.channel?.post({ kind: 'resync' });
        this.takeResync();
      },
      onSignedOut: () => this.signOut(),
    });
  }

  /** Begins, or does nothing where it has begun. Only with a session: without one the stream is refused. */
  start(): void {
    if (this.running) return;
    this.running = true;
    this.setState(CONNECTING);
    document.addEventListener('visibilitychange', this.onVisible);
    addEventListener('online', this.onOnline);
    addEventListener('pageshow', this.onPageShow);
    const { locks } = this.parts;
    if (!locks) {
      this.onVisible();
      return;
    }
    this.channel = this.parts.openChannel(NAME, (message) => this.takeMessage(message));
    this.channel.post({ kind: 'hello' });
    this.expectOwner();
    this.stepBack = elect(locks, NAME, () => this.own());
  }

  /** Ends it, with the session. */
  stop(): void {
    if (!this.running) return;
    this.running = false;
    this.isOwner = false;
    this.lastSeq = null;
    this.watchdog.stop();
    this.stepBack();
    this.channel?.close();
    this.channel = null;
    clearTimeout(this.silence);
    clearTimeout(this.nudge);
    this.parts.applier.reset();
    document.removeEventListener('visibilitychange', this.onVisible);
    removeEventListener('online', this.onOnline);
    removeEventListener('pageshow', this.onPageShow);
  }

  /** The session has ended: here, and in the other tabs. */
  signOut(): void {
    this.channel?.post({ kind: 'signed out' });
    this.parts.onSignedOut();
  }

  getState = (): LiveState => this.state;

  onState = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  onRows(listener: RowsListener): () => void {
    return this.parts.applier.onRows(listener);
  }

  private own(): void {
    this.isOwner = true;
    clearTimeout(this.silence);
    clearTimeout(this.nudge);
    this.watchdog.start(this.lastSeq);
  }

  private readonly onVisible = () => {
    if (this.parts.locks) {
      if (isVisible()) this.wake();
    } else if (isVisible()) {
      this.own();
    } else {
      this.watchdog.stop();
      this.setState({ word: 'paused', lostAt: Date.now(), retryAt: null });
    }
  };

  private readonly onOnline = () => this.wake();

  /** A page from the back-forward cache has heard nothing while it lay there. */
  private readonly onPageShow = (event: PageTransitionEvent) => {
    if (!event.persisted) return;
    this.takeResync();
    this.wake();
  };

  private wake(): void {
    if (this.isOwner) this.watchdog.wake();
    else this.channel?.post({ kind: 'wake' });
  }

  private takeMessage(message: ChannelMessage): void {
    if (message.kind === 'signed out') this.parts.onSignedOut();
    else if (this.isOwner) this.takeAsOwner(message);
    else this.takeAsFollower(message);
  }

  private takeAsOwner(message: ChannelMessage): void {
    if (message.kind === 'wake') this.watchdog.wake();
    if (message.kind === 'hello' || message.kind === 'wake') this.postState();
  }

  private takeAsFollower(message: ChannelMessage): void {
    if (message.kind === 'hello' || message.kind === 'wake') return;
    this.expectOwner();
    if (message.kind === 'event') this.takeEvent(message.event);
    else if (message.kind === 'heartbeat') this.takeHeartbeat(message.heartbeat);
    else if (message.kind === 'resync') this.takeResync();
    else if (message.kind === 'state') this.takeOwnersState(message.state, message.lastSeq);
  }

  private takeOwnersState(state: LiveState, lastSeq: number | null): void {
    this.setState(state);
    if (lastSeq !== null) {
      if (this.lastSeq === null) this.parts.applier.begin(lastSeq);
      else if (this.lastSeq < lastSeq) this.takeResync();
      this.lastSeq = lastSeq;
    }
    clearTimeout(this.nudge);
    if (state.retryAt === null || !isVisible()) return;
    // A hidden owner's timers are slowed down by the browser; a visible tab's are not.
    this.nudge = setTimeout(
      () => this.channel?.post({ kind: 'wake' }),
      Math.max(0, state.retryAt - Date.now()) + 500,
    );
  }

  private takeEvent(event: LiveEvent): void {
    this.lastSeq = event.seq;
    this.parts.applier.push(event);
  }

  private takeHeartbeat(heartbeat: Heartbeat): void {
    setServerTime(heartbeat.now);
    if (this.lastSeq !== null) return;
    this.lastSeq = heartbeat.seq;
    this.parts.applier.begin(heartbeat.seq);
  }

  private takeResync(): void {
    this.lastSeq = this.isOwner ? this.watchdog.lastSeq : null;
    this.parts.applier.resync();
  }

  private postState(): void {
    this.channel?.post({ kind: 'state', state: this.state, lastSeq: this.lastSeq });
  }

  private expectOwner(): void {
    const heardAt = Date.now();
    clearTimeout(this.silence);
    this.silence = setTimeout(
      () => this.setState({ word: 'offline', lostAt: heardAt, retryAt: null }),
      SILENT_OWNER_MS,
    );
  }

  private setState(state: LiveState): void {
    const { word, lostAt, retryAt } = this.state;
    if (word === state.word && lostAt === state.lostAt && retryAt === state.retryAt) return;
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

function isVisible(): boolean {
  return document.visibilityState === 'visible';
}
