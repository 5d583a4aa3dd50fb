import type { ExclusionKind } from '../../../api/queries/exclusions';
import type { ExclusionPreview, NamespaceExclusion, PodExclusion } from '../../../api/types';
import { plural } from '../../../lib/format';

/** What an exclusion may be narrowed by; `*` matches all of it. */
export type Pattern = 'namespace' | 'workload' | 'pod' | 'label' | 'failure_class' | 'cluster';

export const PATTERNS: Record<Pattern, { label: string; hint: string }> = {
  namespace: { label: 'Namespace', hint: 'load-test-*; _ is what has no namespace.' },
  workload: { label: 'Workload', hint: 'Kind/name of the topmost owner: CronJob/report-*' },
  pod: { label: 'Pod', hint: 'The name of what fails.' },
  label: { label: 'Label', hint: 'key=value: team=playground' },
  failure_class: { label: 'What fails', hint: 'As the incident says: CrashLoopBackOff' },
  cluster: { label: 'Cluster', hint: '' },
};

export const PATTERNS_OF: Record<ExclusionKind, readonly Pattern[]> = {
  namespaces: ['namespace', 'cluster'],
  pods: ['namespace', 'workload', 'pod', 'label', 'failure_class', 'cluster'],
};

export const ANY = '*';

/** The patterns of an exclusion that leave something out, by what they are of. */
export function patternsOf(exclusion: NamespaceExclusion | PodExclusion): [string, string][] {
  const kind = 'workload' in exclusion ? 'pods' : 'namespaces';
  const values: Partial<Record<Pattern, string>> = exclusion;
  return PATTERNS_OF[kind]
    .map((name): [string, string] => [PATTERNS[name].label, values[name] ?? ANY])
    .filter(([, value]) => value !== ANY);
}

/** What it would close, in a sentence. The names of workloads are those of the first incidents. */
export function previewInWords({ incidents, workloads }: ExclusionPreview): string {
  if (incidents === 0) return 'Matches nothing that is open now.';
  const named = new Set(workloads).size;
  const some =
    incidents > workloads.length ? `more than ${named} workloads` : plural(named, 'workload');
  return `Matches ${some}, ${plural(incidents, 'incident')}: they are closed.`;
}
