import type { ListSearch, RunSearch } from './search';

/** Every key of the query cache. */
export const keys = {
  me: ['me'] as const,
  sessions: ['sessions'] as const,
  tokens: ['tokens'] as const,
  authStatus: ['auth-status'] as const,
  config: ['config'] as const,
  users: ['admin', 'users'] as const,
  invitations: ['admin', 'invitations'] as const,
  models: ['admin', 'models'] as const,
  prompt: (id: string) => ['admin', 'prompt', id] as const,
  exclusions: ['admin', 'exclusions'] as const,
  exclusionPreview: (patterns: object) => ['admin', 'exclusion-preview', patterns] as const,
  notifications: ['admin', 'notifications'] as const,
  setting: (name: string) => ['admin', 'setting', name] as const,
  retentionPreview: (name: string, days: unknown) =>
    ['admin', 'retention-preview', name, days] as const,
  /** Whether an incident with a name was ever seen. */
  seen: (name: string) => ['admin', 'seen', name] as const,
  health: ['admin', 'health'] as const,
  audit: (search: object) => ['admin', 'audit', search] as const,
  lists: ['incidents', 'list'] as const,
  list: (search: ListSearch) => ['incidents', 'list', search] as const,
  allCounts: ['incidents', 'counts'] as const,
  counts: (search: Pick<ListSearch, 'q' | 'since'>) => ['incidents', 'counts', search] as const,
  detail: (id: string) => ['incidents', 'detail', id] as const,
  /** What stands under the incident of a node. */
  folded: (id: string) => ['incidents', 'folded', id] as const,
  /** Of the mutations that change one incident. */
  change: (id: string) => ['incidents', 'change', id] as const,
  activeMirrors: ['mirrors', 'active'] as const,
  mirrorList: ['mirrors', 'list'] as const,
  openMirrors: ['mirrors', 'detail'] as const,
  mirror: (id: string) => ['mirrors', 'detail', id] as const,
  /** What a mirror of an incident would be. */
  preview: (id: string, wanted: object) => ['mirrors', 'preview', id, wanted] as const,
  runLists: ['runs', 'list'] as const,
  runList: (search: RunSearch) => ['runs', 'list', search] as const,
  runCounts: ['runs', 'counts'] as const,
  runCountsOf: (type: string) => ['runs', 'counts', type] as const,
  openRuns: ['runs', 'detail'] as const,
  run: (id: string) => ['runs', 'detail', id] as const,
  /** The runs that began since the list was read: the stream tells of them. */
  newRuns: ['new-runs'] as const,
  search: (q: string) => ['search', q] as const,
  fix: (id: string, fixId: string) => ['incidents', 'fix', id, fixId] as const,
  evidence: (id: string) => ['incidents', 'evidence', id] as const,
  evidenceItem: (id: string, evidenceId: string) =>
    ['incidents', 'evidence-item', id, evidenceId] as const,
};
