/** The part of `navigator.locks` that is used. */
export type Locks = Pick<LockManager, 'request'>;

/**
 * Waits until this tab is the one that holds the stream, then calls `onElected`.
 *
 * The browser gives the lock to the next tab when its holder goes away, however it goes. The result
 * steps back: from holding, or from waiting.
 */
export function elect(locks: Locks, name: string, onElected: () => void): () => void {
  const stop = new AbortController();
  let stepBack = () => {};
  const held = new Promise<void>((resolve) => {
    stepBack = resolve;
  });
  locks
    .request(name, { signal: stop.signal }, () => {
      onElected();
      return held;
    })
    .catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
  return () => {
    stop.abort();
    stepBack();
  };
}
