import createClient from 'openapi-fetch';
import { ApiError, NoAnswer, toApiError } from './errors';
import type { paths } from './schema';

/** Typed calls. `fetch` is looked up at each call, so that it can be replaced after this module is loaded. */
export const api = createClient<paths>({
  baseUrl: location.origin,
  fetch: (request) => globalThis.fetch(request),
});

interface Result<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

const signedOut = new Set<() => void>();

/** Calls `listener` when the API says that there is no session any more. */
export function onSignedOut(listener: () => void): () => void {
  signedOut.add(listener);
  return () => signedOut.delete(listener);
}

/** The body of an answer; any other answer becomes an ApiError, no answer a NoAnswer. */
export async function answer<Data>(call: Promise<Result<Data>>): Promise<Data> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new NoAnswer(cause);
  });
  if (response.ok) return data as Data;
  const failure = toApiError(response, error);
  if (failure.status === 401) for (const listener of signedOut) listener();
  throw failure;
}

/** Whether asking again may help: not when the API has understood and refused. */
export function mayRetry(failures: number, error: unknown): boolean {
  if (error instanceof ApiError && error.status < 500) return false;
  return failures < 2;
}
