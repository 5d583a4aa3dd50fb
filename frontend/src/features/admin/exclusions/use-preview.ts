import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type ExclusionKind, exclusionPreviewQuery } from '../../../api/queries/exclusions';
import type { NewPodExclusion } from '../../../api/types';
import { useSettled } from '../../../lib/use-settled';
import { ANY } from './words';

type Patterns = Omit<NewPodExclusion, 'reason' | 'expires_at'>;

/** What the patterns would close now, once nobody has typed for a moment; not of all there is. */
export function usePreview(kind: ExclusionKind, patterns: Patterns) {
  const settled = useSettled(JSON.stringify(patterns));
  const wanted = useMemo(
    // The API wants a reason in any case; a preview keeps none.
    () => ({ ...(JSON.parse(settled) as Patterns), reason: 'preview' }),
    [settled],
  );
  const isAsked = leavesOut(patterns);
  const query = useQuery({
    ...exclusionPreviewQuery(kind, wanted),
    enabled: isAsked && leavesOut(wanted),
  });
  return { data: query.data, error: isAsked ? query.error : null, isAsked };
}

/** Whether the patterns leave anything out, but other clusters. */
function leavesOut({ namespace, workload, pod, label, failure_class }: Patterns): boolean {
  return [namespace, workload, pod, label, failure_class].some((pattern) => pattern !== ANY);
}
