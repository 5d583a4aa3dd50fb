import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../client';
import { keys } from '../keys';
import type { KeepDays, MirrorLimits, MirrorTtl, Retention } from '../types';

/** Of each kind of record, the setting that says how long it is kept. */
export const RETENTIONS = [
  'history-retention',
  'ignored-retention',
  'evidence-retention',
  'run-retention',
  'audit-retention',
  'event-retention',
] as const;

export type RetentionName = (typeof RETENTIONS)[number];

export const retentionQuery = (name: RetentionName) =>
  queryOptions({
    queryKey: keys.setting(name),
    queryFn: ({ signal }): Promise<Retention> =>
      answer(api.GET(`/api/admin/settings/${name}`, { signal })),
  });

/** What would go now if so many days were kept. */
export const retentionPreviewQuery = (name: RetentionName, preview: KeepDays) =>
  queryOptions({
    queryKey: keys.retentionPreview(name, preview),
    queryFn: async ({ signal }) => {
      const params = { query: { preview } };
      const setting = answer(api.GET(`/api/admin/settings/${name}`, { params, signal }));
      return (await setting).preview ?? null;
    },
    placeholderData: keepPreviousData,
    gcTime: 5_000,
    retry: false,
  });

/** Chooses how long is kept, from the version that was read. */
export function saveRetention(
  name: RetentionName,
  body: { keep_days: KeepDays; version: number },
): Promise<Retention> {
  return answer(api.PUT(`/api/admin/settings/${name}`, { body }));
}

export const mirrorTtlQuery = queryOptions({
  queryKey: keys.setting('mirror-ttl'),
  queryFn: ({ signal }) => answer(api.GET('/api/admin/settings/mirror-ttl', { signal })),
});

export function saveMirrorTtl(body: Pick<MirrorTtl, 'ttl_seconds' | 'version'>) {
  return answer(api.PUT('/api/admin/settings/mirror-ttl', { body }));
}

export const mirrorLimitsQuery = queryOptions({
  queryKey: keys.setting('mirror-limits'),
  queryFn: ({ signal }) => answer(api.GET('/api/admin/settings/mirror-limits', { signal })),
});

export function saveMirrorLimits(
  body: Pick<MirrorLimits, 'per_cluster' | 'per_namespace' | 'version'>,
) {
  return answer(api.PUT('/api/admin/settings/mirror-limits', { body }));
}
