import { useEffect, useRef } from 'react';

/** Rows that no longer belong here stay for so long, dimmed, so that nobody wonders where they went. */
const STAY_MS = 10_000;

/** Calls `tidy` when something has been due, without a break, for ten seconds. */
export function useTidyUp(isDue: boolean, tidy: () => void): void {
  const latest = useRef(tidy);
  latest.current = tidy;
  useEffect(() => {
    if (!isDue) return;
    const timer = setTimeout(() => latest.current(), STAY_MS);
    return () => clearTimeout(timer);
  }, [isDue]);
}
