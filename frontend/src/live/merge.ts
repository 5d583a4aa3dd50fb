import type { InfiniteData } from '@tanstack/react-query';
import type { IncidentDetail, IncidentPage, IncidentRow } from '../api/types';
import type { IncidentEvent } from './events';
import { mergeMirrorsOf } from './merge-mirrors';
import { mergeRunEventOf } from './merge-run';

/** The newest version of each incident that the events tell of; none of what was deleted since. */
export function newestRows(events: readonly IncidentEvent[]): Map<string, IncidentRow> {
  const rows = new Map<string, IncidentRow>();
  for (const event of events) {
    if (event.topic === 'incident.deleted') rows.delete(event.data.id);
    if (event.topic !== 'incident.created' && event.topic !== 'incident.updated') continue;
    const { summary } = event.data;
    const known = rows.get(summary.id);
    if (!known || summary.version > known.version) rows.set(summary.id, summary);
  }
  return rows;
}

/** The incidents that somebody has deleted. */
export function deletedIds(events: readonly IncidentEvent[]): Set<string> {
  const deleted = events.filter((event) => event.topic === 'incident.deleted');
  return new Set(deleted.map(({ data }) => data.id));
}

/** Takes rows out of a page; the same object where it holds none of them. */
export function withoutRows(page: IncidentPage, ids: ReadonlySet<string>): IncidentPage {
  const items = page.items.filter(({ id }) => !ids.has(id));
  const gone = page.items.length - items.length;
  return gone > 0 ? { ...page, items, total: Math.max(items.length, page.total - gone) } : page;
}

/** Replaces the rows that are shown by newer ones; nothing is added, removed or moved. */
export function mergePage(
  page: IncidentPage,
  rows: ReadonlyMap<string, IncidentRow>,
): IncidentPage {
  let changed = false;
  const items = page.items.map((item) => {
    const row = rows.get(item.id);
    if (!row || row.version <= item.version) return item;
    changed = true;
    return row;
  });
  return changed ? { ...page, items } : page;
}

/** `mergePage` for all pages of a list; the same object where nothing has changed. */
export function mergePages(
  data: InfiniteData<IncidentPage>,
  rows: ReadonlyMap<string, IncidentRow>,
): InfiniteData<IncidentPage> {
  const pages = data.pages.map((page) => mergePage(page, rows));
  return pages.some((page, at) => page !== data.pages[at]) ? { ...data, pages } : data;
}

/** Brings an open incident up to date with events about it; the same object where nothing is new. */
export function mergeDetail(
  detail: IncidentDetail,
  events: readonly IncidentEvent[],
): IncidentDetail {
  const row = newestRows(events).get(detail.id);
  const start = row && row.version > detail.version ? { ...detail, ...row } : detail;
  return events.reduce(mergeRunEventOf, mergeMirrorsOf(start, events));
}
