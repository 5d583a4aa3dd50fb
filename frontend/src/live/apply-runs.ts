import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { keys } from '../api/keys';
import type { Run, RunPage } from '../api/types';
import type { IncidentEvent } from './events';
import { mergeRun, mergeRunRows } from './merge-runs';

/**
 * Brings what is cached of runs up to date: rows stay where they are, new runs wait until somebody
 * asks for them. Says whether there may be other numbers of each state now.
 */
export function applyRuns(client: QueryClient, events: readonly IncidentEvent[]): boolean {
  const own = events.filter((event) => event.topic === 'run.step' || event.topic === 'run.state');
  if (own.length === 0) return false;
  const begun = new Set<string>();
  for (const event of own) {
    if (event.topic === 'run.state' && event.data.state === 'running') begun.add(event.data.run_id);
  }
  const lists = client.getQueriesData<InfiniteData<RunPage>>({ queryKey: keys.runLists });
  for (const [queryKey, data] of lists) {
    if (!data) continue;
    for (const page of data.pages) for (const { id } of page.items) begun.delete(id);
    client.setQueryData(queryKey, mergeRunPages(data, own));
  }
  if (lists.length > 0 && begun.size > 0) {
    client.setQueryData<string[]>(keys.newRuns, (known = []) => [...new Set([...known, ...begun])]);
  }
  applyToOpen(client, own);
  return own.some(({ topic }) => topic === 'run.state');
}

function mergeRunPages(data: InfiniteData<RunPage>, events: readonly IncidentEvent[]) {
  const pages = data.pages.map((page) => {
    const items = mergeRunRows(page.items, events);
    return items === page.items ? page : { ...page, items };
  });
  return pages.some((page, at) => page !== data.pages[at]) ? { ...data, pages } : data;
}

function applyToOpen(client: QueryClient, events: readonly IncidentEvent[]): void {
  for (const [queryKey, run] of client.getQueriesData<Run>({ queryKey: keys.openRuns })) {
    if (!run) continue;
    const merged = mergeRun(run, events);
    if (merged !== run) client.setQueryData(queryKey, merged);
    // When it ended is not in the event.
    if (merged.state !== run.state) void client.invalidateQueries({ queryKey });
  }
}
