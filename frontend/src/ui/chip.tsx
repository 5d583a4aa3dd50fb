import type { LucideIcon } from 'lucide-react';
import { classNames } from './class-names';
import { TONE_CHIP, type Tone } from './tone';

interface Props {
  icon: LucideIcon;
  word: string;
  tone: Tone;
  isTurning: boolean;
}

/** A state by shape, word and colour. */
export function Chip({ icon: Icon, word, tone, isTurning }: Props) {
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1 rounded-sm px-1.5 py-0.5 text-xs font-medium whitespace-nowrap',
        TONE_CHIP[tone],
      )}
    >
      <Icon aria-hidden size={14} className={classNames(isTurning && 'motion-safe:animate-spin')} />
      {word}
    </span>
  );
}
