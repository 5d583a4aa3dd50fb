import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../client';
import { keys } from '../keys';
import type { ApiToken, Grant } from '../types';

/** One's own tokens for programs, without their texts. */
export const tokensQuery = queryOptions({
  queryKey: keys.tokens,
  queryFn: async ({ signal }): Promise<ApiToken[]> =>
    (await answer(api.GET('/api/auth/tokens', { signal }))).items,
});

/** A token: its text is in the answer and nowhere else. */
export function makeToken(body: Grant & { name: string; expires_at: string }) {
  return answer(api.POST('/api/auth/tokens', { body }));
}

export async function endToken(id: string): Promise<void> {
  await answer(api.DELETE('/api/auth/tokens/{token_id}', { params: { path: { token_id: id } } }));
}
