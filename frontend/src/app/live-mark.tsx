import { LoaderCircle, type LucideIcon, Pause, Radio, RefreshCw, WifiOff } from 'lucide-react';
import { formatUntil } from '../lib/time';
import { useClock } from '../live/clock';
import { useLiveState } from '../live/use-live';
import type { LiveWord } from '../live/watchdog';
import { classNames } from '../ui/class-names';
import { TONE_TEXT, type Tone } from '../ui/tone';

const LOOKS: Record<LiveWord, { icon: LucideIcon; word: string; tone: Tone; about: string }> = {
  connecting: { icon: LoaderCircle, word: 'Connecting', tone: 'idle', about: '' },
  live: { icon: Radio, word: 'Live', tone: 'ok', about: 'Changes appear by themselves.' },
  reconnecting: {
    icon: RefreshCw,
    word: 'Reconnecting',
    tone: 'warning',
    about: 'The connection was lost; what you see may be old.',
  },
  offline: {
    icon: WifiOff,
    word: 'Offline',
    tone: 'critical',
    about: 'No live connection: the page asks every 15 s.',
  },
  paused: {
    icon: Pause,
    word: 'Paused',
    tone: 'idle',
    about: 'Goes on when you look at this tab again.',
  },
};

/** Whether the page is live. */
export function LiveMark() {
  const { word, retryAt } = useLiveState();
  const look = LOOKS[word];
  // `retryAt` is of this browser's clock, not the server's.
  const wait = useClock(() =>
    retryAt !== null && retryAt > Date.now() ? formatUntil(retryAt, Date.now()) : '',
  );
  return (
    <p
      title={look.about}
      className={classNames(
        'flex min-h-8 items-center gap-2.5 px-2 text-sm max-lg:justify-center max-sm:flex-col max-sm:gap-0.5 max-sm:text-xs',
        TONE_TEXT[look.tone],
      )}
    >
      <look.icon aria-hidden size={18} />
      <span role="status" className="sm:max-lg:spoken">
        {look.word}
      </span>
      {wait && (
        <span aria-hidden className="tabular text-xs text-muted max-lg:hidden">
          {wait}
        </span>
      )}
    </p>
  );
}
