import { useEffect, useState } from 'react';

/** Shorter waits show nothing: a flash would only disturb. */
const SHOW_AFTER_MS = 200;
const SHOW_AT_LEAST_MS = 300;

/** Whether the outline of what is loading should be drawn: after a moment, and then not for an instant only. */
export function useSkeleton(isLoading: boolean): boolean {
  const [isShown, setShown] = useState(false);
  const [minimum, setMinimum] = useState(false);
  useEffect(() => {
    if (!isLoading) return setShown(false);
    const timer = setTimeout(() => {
      setShown(true);
      setMinimum(true);
    }, SHOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isLoading]);
  useEffect(() => {
    if (!minimum) return;
    const timer = setTimeout(() => setMinimum(false), SHOW_AT_LEAST_MS);
    return () => clearTimeout(timer);
  }, [minimum]);
  return isShown || minimum;
}

/** Grey lines where text will be. */
export function Skeleton({ lines, what }: { lines: number; what: string }) {
  return (
    <div role="status" className="flex flex-col gap-3 py-2">
      <span className="spoken">Loading {what}…</span>
      {Array.from({ length: lines }, (_, at) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: all alike, and they never move
          key={at}
          className="h-4 rounded-sm bg-hairline motion-safe:animate-pulse odd:w-11/12 even:w-3/5"
        />
      ))}
    </div>
  );
}
