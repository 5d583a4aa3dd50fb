import type { IncidentDetail, IncidentPage, MirrorDetail, MirrorPage } from '../api/types';
import type { IncidentEvent } from './events';
import { deletedIds, mergeDetail, mergePage, newestRows, withoutRows } from './merge';
import { mergeMirror, mergeMirrorPage, newestMirrors } from './merge-mirrors';

const KEPT = 1000;

/** A list or an incident as it was when event `as_of_seq` had happened. */
interface Snapshot {
  as_of_seq: number;
}

/**
 * The last events, so that an answer which was on its way while they arrived can catch up.
 *
 * `from`: every event after this number has been seen. Null until the stream has begun.
 */
export class RecentEvents {
  from: number | null = null;
  private events: IncidentEvent[] = [];

  begin(seq: number): void {
    this.from = seq;
    this.events = [];
  }

  add(event: IncidentEvent): void {
    this.events.push(event);
    const dropped = this.events.length > KEPT ? this.events.shift() : undefined;
    if (dropped) this.from = dropped.seq;
  }

  /** Whether events may be missing between a snapshot and the first one that was seen. */
  hasGap(snapshot: Snapshot): boolean {
    return this.from !== null && snapshot.as_of_seq < this.from;
  }

  private since(snapshot: Snapshot): IncidentEvent[] {
    return this.events.filter((event) => event.seq > snapshot.as_of_seq);
  }

  /** A fetched page with what has happened since it was read. */
  catchUpPage(page: IncidentPage): IncidentPage {
    const events = this.since(page);
    return withoutRows(mergePage(page, newestRows(events)), deletedIds(events));
  }

  /** The fetched mirrors with what has happened since they were read. */
  catchUpMirrors(page: MirrorPage): MirrorPage {
    return mergeMirrorPage(page, newestMirrors(this.since(page)).values());
  }

  /** A fetched mirror with all that is known: an older event changes nothing. */
  catchUpMirror(detail: MirrorDetail): MirrorDetail {
    return mergeMirror(detail, this.events);
  }

  /** All that are remembered, in their order. */
  all(): readonly IncidentEvent[] {
    return this.events;
  }

  /** A fetched incident with what has happened since it was read. */
  catchUpDetail(detail: IncidentDetail): IncidentDetail {
    return mergeDetail(detail, this.since(detail));
  }
}

/** Of this tab. */
export const recentEvents = new RecentEvents();

/** Fetches a snapshot; once more where events may have been missed between it and the stream's start. */
export async function fetchSnapshot<Data extends Snapshot>(
  fetch: () => Promise<Data>,
): Promise<Data> {
  const snapshot = await fetch();
  return recentEvents.hasGap(snapshot) ? fetch() : snapshot;
}
