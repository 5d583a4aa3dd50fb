import type { InfiniteData } from '@tanstack/react-query';
import type { IncidentDetail, MirrorDetail, MirrorPage, MirrorRow } from '../api/types';
import type { IncidentEvent } from './events';
import { mergeRunEvent } from './merge-run';

/** The newest version of each mirror that the events tell of. */
export function newestMirrors(events: readonly IncidentEvent[]): Map<string, MirrorRow> {
  const mirrors = new Map<string, MirrorRow>();
  for (const event of events) {
    if (event.topic !== 'mirror.updated') continue;
    const { summary } = event.data;
    const known = mirrors.get(summary.id);
    if (!known || summary.version > known.version) mirrors.set(summary.id, summary);
  }
  return mirrors;
}

/** Replaces mirrors by newer ones, and puts those that are new first; the same list where nothing is. */
export function mergeMirrors(
  known: readonly MirrorRow[],
  newer: Iterable<MirrorRow>,
): readonly MirrorRow[] {
  let merged = known;
  for (const row of newer) {
    const at = merged.findIndex(({ id }) => id === row.id);
    const old = merged[at];
    if (!old) merged = [row, ...merged];
    else if (row.version > old.version) merged = merged.with(at, row);
  }
  return merged;
}

/** `mergeMirrors` for the newest page of a list. */
export function mergeMirrorPage(page: MirrorPage, newer: Iterable<MirrorRow>): MirrorPage {
  const items = mergeMirrors(page.items, newer);
  return items === page.items ? page : { ...page, items: [...items] };
}

/** `mergeMirrors` for all pages of a list: what is new stands in the first. */
export function mergeMirrorPages(
  data: InfiniteData<MirrorPage>,
  newer: readonly MirrorRow[],
): InfiniteData<MirrorPage> {
  const known = new Set(data.pages.flatMap(({ items }) => items.map(({ id }) => id)));
  const pages = data.pages.map((page, at) => {
    const own = new Set(page.items.map(({ id }) => id));
    return mergeMirrorPage(
      page,
      newer.filter(({ id }) => own.has(id) || (at === 0 && !known.has(id))),
    );
  });
  return { ...data, pages };
}

/** `mergeMirrors` for the mirrors of an open incident. */
export function mergeMirrorsOf(
  detail: IncidentDetail,
  events: readonly IncidentEvent[],
): IncidentDetail {
  const own = [...newestMirrors(events).values()].filter((row) => row.incident_id === detail.id);
  const mirrors = mergeMirrors(detail.mirrors, own);
  return mirrors === detail.mirrors ? detail : { ...detail, mirrors: [...mirrors] };
}

/** Brings an open mirror up to date with events about it and its run; the same object where nothing is new. */
export function mergeMirror(detail: MirrorDetail, events: readonly IncidentEvent[]): MirrorDetail {
  const row = newestMirrors(events).get(detail.id);
  const start = row && row.version > detail.version ? { ...detail, ...row } : detail;
  return events.reduce(mergeRunEvent, start);
}
