import {
  CircleCheck,
  EyeOff,
  LoaderCircle,
  type LucideIcon,
  Merge,
  OctagonAlert,
  RotateCcw,
} from 'lucide-react';
import type { Status } from '../api/types';
import { Chip } from './chip';
import type { Tone } from './tone';

const LOOKS: Record<Status, { icon: LucideIcon; word: string; tone: Tone }> = {
  open: { icon: OctagonAlert, word: 'Open', tone: 'critical' },
  regressed: { icon: RotateCcw, word: 'Regressed', tone: 'critical' },
  ignored: { icon: EyeOff, word: 'Ignored', tone: 'idle' },
  resolved: { icon: CircleCheck, word: 'Resolved', tone: 'ok' },
  merged: { icon: Merge, word: 'Merged', tone: 'idle' },
};

/** An incident's status by shape, word and colour. */
export function StatusBadge({ status, diagnosing }: { status: Status; diagnosing: boolean }) {
  const isDiagnosing = diagnosing && status === 'open';
  const look = isDiagnosing
    ? { icon: LoaderCircle, word: 'Diagnosing', tone: 'running' as const }
    : LOOKS[status];
  return <Chip {...look} isTurning={isDiagnosing} />;
}
