import { useEffect } from 'react';
import { announce } from '../lib/a11y';
import { formatLeft, millis } from '../lib/time';
import { useClock } from '../live/clock';

/** Screen readers hear of the end when so many seconds are left, and not each second. */
const SPOKEN = [60, 30, 10];

interface Props {
  /** The server's time at which it ends. */
  to: string;
  /** What ends, in the words of a sentence: "the mirror". */
  what: string;
}

/** How long something still lasts, by the server's clock: "2:19". */
export function Countdown({ to, what }: Props) {
  const end = millis(to);
  const seconds = useClock((now) => Math.max(0, Math.ceil((end - now) / 1000)));
  useEffect(() => {
    if (SPOKEN.includes(seconds)) announce(`${what} ends in ${seconds} seconds`);
  }, [seconds, what]);
  return (
    <span role="timer" aria-live="off" className="tabular whitespace-nowrap">
      {formatLeft(seconds)}
    </span>
  );
}
