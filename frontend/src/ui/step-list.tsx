import {
  Check,
  Circle,
  LoaderCircle,
  type LucideIcon,
  OctagonX,
  RefreshCw,
  Unplug,
} from 'lucide-react';
import type { Step, StepState } from '../api/types';
import { formatDuration, formatUntil, millis } from '../lib/time';
import { useClock } from '../live/clock';
import { classNames } from './class-names';
import { TONE_TEXT, type Tone } from './tone';

/** Each state by shape, word and colour. */
export const STEP_LOOKS: Record<StepState, { icon: LucideIcon; word: string; tone: Tone }> = {
  waiting: { icon: Circle, word: 'Waiting', tone: 'idle' },
  running: { icon: LoaderCircle, word: 'Running', tone: 'running' },
  retrying: { icon: RefreshCw, word: 'Retrying', tone: 'warning' },
  done: { icon: Check, word: 'Done', tone: 'ok' },
  failed: { icon: OctagonX, word: 'Failed', tone: 'critical' },
  lost: { icon: Unplug, word: 'Worker lost', tone: 'warning' },
};

/** The last attempt of each step, in the order in which the steps began. */
export function lastAttempts(steps: readonly Step[]): Step[] {
  const last = new Map<string, Step>();
  for (const step of steps) {
    const known = last.get(step.step);
    if (!known || step.attempt > known.attempt) last.set(step.step, step);
  }
  const began = (step: Step) =>
    Math.min(...steps.filter((s) => s.step === step.step).map((s) => millis(s.started_at)));
  return [...last.values()].sort((a, b) => began(a) - began(b));
}

/** What a workflow has done, is doing and waits for. */
export function StepList({ steps }: { steps: readonly Step[] }) {
  return (
    <ol className="flex flex-col">
      {lastAttempts(steps).map((step) => (
        <StepItem key={step.step} step={step} />
      ))}
    </ol>
  );
}

function StepItem({ step }: { step: Step }) {
  const look = STEP_LOOKS[step.state];
  return (
    <li className="relative flex gap-2.5 pb-3 last:pb-0 not-last:before:absolute not-last:before:top-6 not-last:before:bottom-0.5 not-last:before:left-2 not-last:before:w-px not-last:before:bg-hairline">
      <look.icon
        aria-hidden
        size={16}
        className={classNames(
          'mt-0.5 shrink-0',
          TONE_TEXT[look.tone],
          step.state === 'running' && 'motion-safe:animate-spin',
        )}
      />
      <div className="min-w-0 flex-1 text-sm">
        <div className="flex items-baseline justify-between gap-2">
          <span className="min-w-0 break-words">{step.summary}</span>
          <Duration step={step} />
        </div>
        <p className={classNames('text-xs', TONE_TEXT[look.tone])}>
          {look.word}
          {step.attempt > 1 && `, attempt ${step.attempt}`}
          <NextTry at={step.next_retry_at} state={step.state} />
        </p>
        {step.error && <p className="mt-1 text-xs break-words text-fg">{step.error}</p>}
      </div>
    </li>
  );
}

function Duration({ step }: { step: Step }) {
  const text = useClock((now) => {
    if (step.state === 'waiting') return '';
    const end = step.ended_at ? millis(step.ended_at) : now;
    const span = end - millis(step.started_at);
    // What is under way counts in whole seconds: tenths would only flicker.
    return step.ended_at ? formatDuration(span) : `${Math.max(0, Math.floor(span / 1000))} s`;
  });
  return <span className="tabular shrink-0 text-xs text-muted">{text}</span>;
}

function NextTry({ at, state }: { at: string | null | undefined; state: StepState }) {
  const text = useClock((now) =>
    at && state === 'retrying' ? `, next try in ${formatUntil(millis(at), now)}` : '',
  );
  return <>{text}</>;
}
