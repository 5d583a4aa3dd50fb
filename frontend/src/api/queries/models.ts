import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../client';
import { keys } from '../keys';
import type { Models, ModelsBody, Provider, ProviderBody } from '../types';

/** Providers, budget and what is spent of it; how the providers do changes by itself. */
export const modelsQuery = queryOptions({
  queryKey: keys.models,
  queryFn: ({ signal }) => answer(api.GET('/api/admin/llm', { signal })),
  refetchInterval: 15_000,
});

/** What stays of what was read: secrets are sent as they were shown, so they stay what they are. */
export function bodyOf({
  version,
  ask,
  budget,
  outside_namespaces,
  hide_names,
  providers,
}: Models) {
  const bodies = providers.map(providerBody);
  return { version, ask, budget, outside_namespaces, hide_names, providers: bodies };
}

export function providerBody(provider: Provider): ProviderBody {
  const { health: _, key_set_at: __, key, headers, ...rules } = provider;
  return { ...rules, key: key || null, headers };
}

export function saveModels(body: ModelsBody): Promise<Models> {
  return answer(api.PUT('/api/admin/llm', { body }));
}

/** Asks a provider something small: it costs a little. */
export function testModel(provider: string) {
  return answer(api.POST('/api/admin/llm/test', { body: { provider } }));
}

/** What the first call about an incident would send. */
export const promptQuery = (incidentId: string) =>
  queryOptions({
    queryKey: keys.prompt(incidentId),
    queryFn: ({ signal }) => {
      const params = { path: { incident_id: incidentId } };
      return answer(api.GET('/api/admin/llm/preview/{incident_id}', { params, signal }));
    },
    // Each look is in the audit log: only when somebody asks for it.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 1000,
    retry: false,
  });
