import {
  type InfiniteData,
  notifyManager,
  type QueryClient,
  type QueryKey,
} from '@tanstack/react-query';
import { keys } from '../api/keys';
import type { IncidentDetail, IncidentPage, IncidentRow, Status } from '../api/types';
import { applyMirrors, isOfMirror } from './apply-mirrors';
import { type IncidentEvent, incidentOf, type LiveEvent } from './events';
import { deletedIds, mergeDetail, mergePages, newestRows, withoutRows } from './merge';
import { recentEvents } from './recent';

/** Events are applied together, at most this often. */
const FLUSH_MS = 250;
/** Counts are asked for at most this often. */
const COUNTS_MS = 1000;
/** Tabs that must fetch everything again spread over this time. */
const RESYNC_SPREAD_MS = 3000;

export type RowsListener = (rows: ReadonlyMap<string, IncidentRow>) => void;

/** Brings events into the query cache: rows that are shown are patched, heavy parts are fetched again. */
export class Applier {
  private queue: IncidentEvent[] = [];
  private flushTimer: ReturnType<typeof setTimeout> | undefined;
  private countsTimer: ReturnType<typeof setTimeout> | undefined;
  private resyncTimer: ReturnType<typeof setTimeout> | undefined;
  private flushedAt = Number.NEGATIVE_INFINITY;
  private countedAt = Number.NEGATIVE_INFINITY;
  private readonly statuses = new Map<string, Status>();
  /** The numbers that are to be asked for. */
  private readonly uncounted = new Set<QueryKey>();
  private readonly listeners = new Set<RowsListener>();
  private readonly stopWatching: () => void;

  constructor(
    private readonly client: QueryClient,
    private readonly random: () => number = Math.random,
  ) {
    this.stopWatching = client.getMutationCache().subscribe(({ mutation }) => {
      const isSettled = mutation?.state.status === 'success' || mutation?.state.status === 'error';
      if (isSettled && this.queue.length > 0) this.schedule(0);
    });
  }

  /** Drops what is waiting and stops all timers. */
  close(): void {
    this.stopWatching();
    this.reset();
    this.listeners.clear();
  }

  /** Forgets all: the next person may not be the same. */
  reset(): void {
    this.queue = [];
    this.statuses.clear();
    this.uncounted.clear();
    clearTimeout(this.flushTimer);
    clearTimeout(this.countsTimer);
    clearTimeout(this.resyncTimer);
    this.flushTimer = this.countsTimer = this.resyncTimer = undefined;
  }

  /** Tells of the incidents that were created or changed, after they have been applied. */
  onRows(listener: RowsListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The stream has begun at `seq`: what was fetched before that may have missed something. */
  begin(seq: number): void {
    recentEvents.begin(seq);
    if (this.resyncTimer !== undefined) return;
    void this.client.invalidateQueries({
      predicate: ({ queryKey, state }) =>
        // Runs do not say up to which event they are complete.
        queryKey[0] === 'runs' ||
        ((queryKey[0] === 'incidents' || queryKey[0] === 'mirrors') &&
          snapshotSeqs(state.data).some((known) => known < seq)),
    });
  }

  push(event: LiveEvent): void {
    if (event.topic === 'watching.changed') {
      void this.client.invalidateQueries({ queryKey: keys.config });
      return;
    }
    recentEvents.add(event);
    this.queue.push(event);
    const quiet = Date.now() - this.flushedAt;
    this.schedule(this.queue.length === 1 && quiet > FLUSH_MS ? 0 : FLUSH_MS);
  }

  /** Something was missed: all that is shown is fetched again, the rest when it is next looked at. */
  resync(): void {
    this.resyncTimer ??= setTimeout(() => {
      this.resyncTimer = undefined;
      void this.client.invalidateQueries();
    }, this.random() * RESYNC_SPREAD_MS);
  }

  private schedule(wait: number): void {
    if (wait === 0) {
      clearTimeout(this.flushTimer);
      this.flush();
    } else {
      this.flushTimer ??= setTimeout(() => this.flush(), wait);
    }
  }

  private flush(): void {
    this.flushTimer = undefined;
    this.flushedAt = Date.now();
    const [ready, held] = this.split();
    this.queue = held;
    if (ready.length === 0) return;
    const rows = newestRows(ready);
    notifyManager.batch(() => {
      this.applyRows(rows);
      this.applyDeleted(deletedIds(ready));
      this.applyRuns(ready);
      applyMirrors(this.client, ready);
      this.applyDetails(ready, rows);
      this.fetchHeavyParts(ready, rows);
    });
    if (rows.size > 0) for (const listener of this.listeners) listener(rows);
  }

  /** What is about an incident that the person is just changing waits until that is answered. */
  private split(): [IncidentEvent[], IncidentEvent[]] {
    const ready: IncidentEvent[] = [];
    const held: IncidentEvent[] = [];
    for (const event of this.queue) {
      const mutationKey = keys.change(incidentOf(event));
      (this.client.isMutating({ mutationKey }) > 0 ? held : ready).push(event);
    }
    return [ready, held];
  }

  private applyRows(rows: ReadonlyMap<string, IncidentRow>): void {
    if (rows.size === 0) return;
    const known = this.knownStatuses();
    this.client.setQueriesData<InfiniteData<IncidentPage>>({ queryKey: keys.lists }, (data) =>
      data ? mergePages(data, rows) : data,
    );
    for (const { id, folds, folded_into } of rows.values()) {
      const node = folds > 0 ? id : folded_into;
      if (node) void this.client.invalidateQueries({ queryKey: keys.folded(node) });
    }
    const moved = [...rows.values()].filter((row) => known.get(row.id) !== row.status);
    for (const row of rows.values()) this.statuses.set(row.id, row.status);
    if (moved.length === 0) return;
    void this.client.invalidateQueries({ queryKey: keys.lists, refetchType: 'none' });
    this.count(keys.allCounts);
  }

  /** Its row leaves the lists; an open page asks again, and is told that there is no such incident. */
  private applyDeleted(ids: ReadonlySet<string>): void {
    if (ids.size === 0) return;
    this.client.setQueriesData<InfiniteData<IncidentPage>>({ queryKey: keys.lists }, (data) =>
      data ? { ...data, pages: data.pages.map((page) => withoutRows(page, ids)) } : data,
    );
    for (const id of ids) {
      this.statuses.delete(id);
      void this.client.invalidateQueries({ queryKey: keys.detail(id) });
    }
    this.count(keys.allCounts);
  }

  /** Few pages show runs: what brings them up to date is loaded with the first of them. */
  private applyRuns(events: readonly IncidentEvent[]): void {
    if (!this.client.getQueryCache().find({ queryKey: ['runs'], exact: false })) return;
    void import('./apply-runs').then(({ applyRuns }) => {
      if (applyRuns(this.client, events)) this.count(keys.runCounts);
    });
  }

  private knownStatuses(): Map<string, Status> {
    const known = new Map(this.statuses);
    const lists = this.client.getQueriesData<InfiniteData<IncidentPage>>({ queryKey: keys.lists });
    for (const [, data] of lists) {
      for (const row of data?.pages.flatMap((page) => page.items) ?? [])
        known.set(row.id, row.status);
    }
    return known;
  }

  private count(numbers: QueryKey): void {
    this.uncounted.add(numbers);
    const wait = this.countedAt + COUNTS_MS - Date.now();
    const ask = () => {
      this.countsTimer = undefined;
      this.countedAt = Date.now();
      for (const queryKey of this.uncounted) void this.client.invalidateQueries({ queryKey });
      this.uncounted.clear();
    };
    if (wait <= 0) ask();
    else this.countsTimer ??= setTimeout(ask, wait);
  }

  private applyDetails(events: IncidentEvent[], rows: ReadonlyMap<string, IncidentRow>): void {
    const ids = new Set([...rows.keys(), ...events.map(incidentOf)]);
    for (const id of ids) {
      const about = events.filter((event) => incidentOf(event) === id);
      this.client.setQueryData<IncidentDetail>(keys.detail(id), (detail) =>
        detail ? mergeDetail(detail, about) : detail,
      );
    }
  }

  /** Pods, the diagnosis and what happened are not in the events: where an incident is open, they are fetched. */
  private fetchHeavyParts(events: IncidentEvent[], rows: ReadonlyMap<string, IncidentRow>): void {
    const incidents = new Set(rows.keys());
    const evidence = new Set<string>();
    for (const event of events) {
      const id = incidentOf(event);
      if (event.topic === 'evidence.added' || event.topic === 'diagnosis.ready') evidence.add(id);
      if (event.topic === 'diagnosis.ready' || this.isAboutNewRun(event)) incidents.add(id);
    }
    for (const id of incidents) void this.client.invalidateQueries({ queryKey: keys.detail(id) });
    for (const id of evidence) void this.client.invalidateQueries({ queryKey: keys.evidence(id) });
  }

  private isAboutNewRun(event: IncidentEvent): boolean {
    if (event.topic !== 'run.step' && event.topic !== 'run.state') return false;
    const detail = this.client.getQueryData<IncidentDetail>(keys.detail(event.data.incident_id));
    const runs = [detail?.run, detail?.investigation?.run];
    if (!detail || runs.some((run) => run?.id === event.data.run_id)) return false;
    return !isOfMirror(this.client, event);
  }
}

/** The numbers up to which cached data is known to be complete. */
function snapshotSeqs(data: unknown): number[] {
  const parts = (data as InfiniteData<unknown> | undefined)?.pages ?? [data];
  return parts.flatMap((part) => {
    const seq = (part as { as_of_seq?: unknown } | undefined)?.as_of_seq;
    return typeof seq === 'number' ? [seq] : [];
  });
}
