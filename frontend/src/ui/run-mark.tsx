import {
  CircleCheck,
  CircleSlash,
  LoaderCircle,
  type LucideIcon,
  OctagonX,
  Unplug,
} from 'lucide-react';
import type { Run } from '../api/types';
import { classNames } from './class-names';
import { TONE_CHIP, type Tone } from './tone';

const LOOKS: Record<Run['state'], { icon: LucideIcon; word: string; tone: Tone }> = {
  running: { icon: LoaderCircle, word: 'Running', tone: 'running' },
  completed: { icon: CircleCheck, word: 'Completed', tone: 'ok' },
  failed: { icon: OctagonX, word: 'Failed', tone: 'critical' },
  cancelled: { icon: CircleSlash, word: 'Cancelled', tone: 'idle' },
  lost: { icon: Unplug, word: 'Lost', tone: 'warning' },
};

export const runWord = (state: Run['state']): string => LOOKS[state].word;

/** A run's state by shape, word and colour. */
export function RunMark({ state }: Pick<Run, 'state'>) {
  const look = LOOKS[state];
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1 rounded-sm px-1.5 py-0.5 text-xs font-medium whitespace-nowrap',
        TONE_CHIP[look.tone],
      )}
    >
      <look.icon
        aria-hidden
        size={14}
        className={classNames(state === 'running' && 'motion-safe:animate-spin')}
      />
      {look.word}
    </span>
  );
}
