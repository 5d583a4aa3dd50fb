import { ChevronDown, ChevronsUp, ChevronUp, type LucideIcon, Minus } from 'lucide-react';
import type { Severity } from '../api/types';
import { classNames } from './class-names';
import { TONE_TEXT, type Tone } from './tone';

const LOOKS: Record<Severity, { icon: LucideIcon; word: string; tone: Tone }> = {
  critical: { icon: ChevronsUp, word: 'Critical', tone: 'critical' },
  high: { icon: ChevronUp, word: 'High', tone: 'high' },
  medium: { icon: Minus, word: 'Medium', tone: 'warning' },
  low: { icon: ChevronDown, word: 'Low', tone: 'idle' },
};

/** How much of a workload is down, by shape, word and colour. */
export function SeverityMark({ severity }: { severity: Severity }) {
  const look = LOOKS[severity];
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1 text-sm font-medium whitespace-nowrap',
        TONE_TEXT[look.tone],
      )}
    >
      <look.icon aria-hidden size={16} strokeWidth={2.5} />
      {look.word}
    </span>
  );
}
