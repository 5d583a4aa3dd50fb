import {
  CircleCheck,
  CircleSlash,
  LoaderCircle,
  type LucideIcon,
  OctagonX,
  Unplug,
} from 'lucide-react';
import type { Run } from '../api/types';
import { Chip } from './chip';
import type { Tone } from './tone';

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
  return <Chip {...LOOKS[state]} isTurning={state === 'running'} />;
}
