import {
  FlaskConical,
  type LucideIcon,
  ShieldCheck,
  ShieldQuestionMark,
  ShieldX,
  Trash2,
} from 'lucide-react';
import type { MirrorRow, Phase, Verdict } from '../api/types';
import { classNames } from './class-names';
import { TONE_CHIP, type Tone } from './tone';

interface Look {
  icon: LucideIcon;
  word: string;
  tone: Tone;
}

const VERDICTS: Record<Verdict, Look> = {
  passed: { icon: ShieldCheck, word: 'Passed', tone: 'ok' },
  failed: { icon: ShieldX, word: 'Failed', tone: 'critical' },
  none: { icon: ShieldQuestionMark, word: 'No verdict', tone: 'idle' },
};

/** Without a verdict nothing is said of the fix: a pod that runs may crash in a minute. */
const PHASES: Record<Phase, Look> = {
  planned: { icon: FlaskConical, word: 'Being created', tone: 'running' },
  created: { icon: FlaskConical, word: 'Created', tone: 'running' },
  starting: { icon: FlaskConical, word: 'Starting', tone: 'running' },
  passed: VERDICTS.passed,
  failed: VERDICTS.failed,
  no_verdict: VERDICTS.none,
  expiring: { icon: Trash2, word: 'Being deleted', tone: 'idle' },
  gone: { icon: Trash2, word: 'Gone', tone: 'idle' },
};

type Judged = Pick<MirrorRow, 'phase' | 'verdict'>;

const lookOf = ({ phase, verdict }: Judged) => (verdict ? VERDICTS[verdict] : PHASES[phase]);

/** "Passed (Ready for 30 s without a restart)": a mirror's verdict, or how far it is, in words. */
export function mirrorWords(mirror: Judged & Pick<MirrorRow, 'text'>): string {
  const { word } = lookOf(mirror);
  if (!mirror.text) return word;
  return mirror.verdict ? `${word} (${mirror.text})` : `${word}: ${mirror.text}`;
}

/** A mirror's verdict, or how far it is, by shape, word and colour; `isFull` with what is said of it. */
export function MirrorMark({ mirror, isFull }: { mirror: MirrorRow; isFull?: boolean }) {
  const { icon: Icon, word, tone } = lookOf(mirror);
  return (
    <span
      className={classNames(
        'inline-flex w-fit items-center gap-1 rounded-sm px-1.5 py-0.5 text-xs font-medium',
        isFull ? 'items-start text-sm! break-words' : 'whitespace-nowrap',
        TONE_CHIP[tone],
      )}
    >
      <Icon aria-hidden size={isFull ? 16 : 14} className="mt-px shrink-0" />
      <span className="min-w-0">{isFull ? mirrorWords(mirror) : word}</span>
    </span>
  );
}
