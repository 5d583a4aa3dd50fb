import { useSyncExternalStore } from 'react';

/**
 * What the page's address brought to sign in with, `#code=…` or `#invitation=…`; or why a sign-in
 * through the identity provider was refused, `#refused=…&id=…`, of which the API's log says more.
 */
export interface Entry {
  code?: string;
  invitation?: string;
  refused?: { why: string; id: string };
}

const listeners = new Set<() => void>();
let kept: Entry = {};

/**
 * Takes it out of the address bar and of the history, so that nobody copies it with a link. Null
 * where there is none.
 */
export function takeEntry(): Entry | null {
  const found = new URLSearchParams(location.hash.slice(1));
  const [code, invitation, why] = ['code', 'invitation', 'refused'].map((name) => found.get(name));
  if (code === null && invitation === null && why === null) return null;
  history.replaceState(history.state, '', location.pathname + location.search);
  if (why != null) return { refused: { why, id: found.get('id') ?? '' } };
  return code == null ? { invitation: invitation ?? '' } : { code };
}

/** Keeps it for the page that asks for the rest: a name and a password. */
export function keepEntry(entry: Entry): void {
  kept = entry;
  for (const listener of listeners) listener();
}

export function useEntry(): Entry {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => kept,
  );
}
