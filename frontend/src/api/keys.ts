import type { ListSearch } from './search';

/** Every key of the query cache. */
export const keys = {
  me: ['me'] as const,
  config: ['config'] as const,
  lists: ['incidents', 'list'] as const,
  list: (search: ListSearch) => ['incidents', 'list', search] as const,
  allCounts: ['incidents', 'counts'] as const,
  counts: (search: Pick<ListSearch, 'q' | 'since'>) => ['incidents', 'counts', search] as const,
  detail: (id: string) => ['incidents', 'detail', id] as const,
  /** Of the mutations that change one incident. */
  change: (id: string) => ['incidents', 'change', id] as const,
  evidence: (id: string) => ['incidents', 'evidence', id] as const,
  evidenceItem: (id: string, evidenceId: string) =>
    ['incidents', 'evidence-item', id, evidenceId] as const,
};
