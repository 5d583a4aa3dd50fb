import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../client';
import { keys } from '../keys';
import type { ExclusionPreview, NamespaceExclusion, NewPodExclusion, PodExclusion } from '../types';

/** Whole namespaces, or workloads, pods, labels and classes of failures in them. */
export type ExclusionKind = 'namespaces' | 'pods';

/** Those of one kind, newest first. */
export const exclusionsQuery = (kind: ExclusionKind) =>
  queryOptions({
    queryKey: [...keys.exclusions, kind],
    queryFn: async ({ signal }): Promise<(NamespaceExclusion | PodExclusion)[]> => {
      const pages = {
        namespaces: () => answer(api.GET('/api/admin/excluded-namespaces', { signal })),
        pods: () => answer(api.GET('/api/admin/excluded-pods', { signal })),
      };
      return (await pages[kind]()).items;
    },
    // When each last kept something away changes by itself.
    refetchInterval: 30_000,
  });

/** Where all patterns match, nobody is told; the same ones again change reason and end. */
export async function exclude(kind: ExclusionKind, wanted: NewPodExclusion): Promise<void> {
  await send(kind, wanted, false);
}

/** What an exclusion would close now; nothing is changed. */
export const exclusionPreviewQuery = (kind: ExclusionKind, wanted: NewPodExclusion) =>
  queryOptions({
    queryKey: [...keys.exclusionPreview(wanted), kind],
    queryFn: async ({ signal }) => (await send(kind, wanted, true, signal)) as ExclusionPreview,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
    gcTime: 5_000,
    retry: false,
  });

function send(
  kind: ExclusionKind,
  wanted: NewPodExclusion,
  preview: boolean,
  signal?: AbortSignal,
) {
  const rest = { params: { query: { preview } }, ...(signal && { signal }) };
  if (kind === 'pods')
    return answer(api.POST('/api/admin/excluded-pods', { body: wanted, ...rest }));
  const { cluster, namespace, reason, expires_at = null } = wanted;
  const body = { cluster, namespace, reason, expires_at };
  return answer(api.POST('/api/admin/excluded-namespaces', { body, ...rest }));
}

/** Be told again: what fails there now comes back. */
export async function include(kind: ExclusionKind, id: string): Promise<void> {
  const params = { path: { exclusion_id: id } };
  if (kind === 'pods')
    await answer(api.DELETE('/api/admin/excluded-pods/{exclusion_id}', { params }));
  else await answer(api.DELETE('/api/admin/excluded-namespaces/{exclusion_id}', { params }));
}
