import { OctagonX, Unplug } from 'lucide-react';
import type { Step, StepState } from '../../api/types';
import { type CutAxis, cutAxis, type Span } from '../../lib/cut-axis';
import { usePreferences } from '../../lib/preferences';
import { formatClock, formatDuration, formatStamp, formatUntil, millis } from '../../lib/time';
import { useClock } from '../../live/clock';
import { classNames } from '../../ui/class-names';
import { lastAttempts, STEP_LOOKS } from '../../ui/step-list';
import { TONE_TEXT } from '../../ui/tone';

const BARS: Record<StepState, string> = {
  waiting: 'border border-control bg-idle-bg',
  running: 'bg-running',
  retrying: 'bg-warning',
  done: 'bg-ok',
  failed: 'bg-critical',
  lost: 'bg-warning',
};
const DAY = 86_400_000;

/** Whether something of a step went wrong, be it that a later attempt went well. */
export const hasFailed = (attempts: readonly Step[]): boolean =>
  attempts.some(({ state, error }) => state === 'failed' || state === 'lost' || Boolean(error));

interface Props {
  steps: readonly Step[];
  onlyFailures: boolean;
}

/** The steps of a run under each other, each attempt a bar; pauses in which nothing was done are cut. */
export function RunTimeline({ steps, onlyFailures }: Props) {
  // Once a second, so that what is under way grows.
  const now = useClock((at) => Math.floor(at / 1000) * 1000);
  const axis = cutAxis(steps.map((step) => spanOf(step, now)));
  const rows = lastAttempts(steps)
    .map((last) => attemptsOf(steps, last.step))
    .filter((attempts) => !onlyFailures || hasFailed(attempts));
  if (rows.length === 0) {
    return (
      <p className="text-sm text-muted">
        {onlyFailures ? 'No step has failed.' : 'The run has started; its first step has not.'}
      </p>
    );
  }
  return (
    <>
      <ol className="flex flex-col">
        {rows.map((attempts) => (
          <Row key={attempts[0]?.step} attempts={attempts} axis={axis} now={now} />
        ))}
      </ol>
      <Scale axis={axis} steps={steps} now={now} />
    </>
  );
}

const attemptsOf = (steps: readonly Step[], name: string) =>
  steps.filter(({ step }) => step === name).sort((a, b) => a.attempt - b.attempt);

function spanOf(step: Step, now: number): Span {
  const from = millis(step.started_at);
  const isOver = step.state === 'done' || step.state === 'failed' || step.state === 'lost';
  return [from, Math.max(from, step.ended_at ? millis(step.ended_at) : isOver ? from : now)];
}

interface RowProps {
  attempts: readonly Step[];
  axis: CutAxis;
  now: number;
}

function Row({ attempts, axis, now }: RowProps) {
  const last = attempts.at(-1);
  if (!last) return null;
  const look = STEP_LOOKS[last.state];
  const wasLost = attempts.some(({ state }) => state === 'lost');
  return (
    <li className="grid gap-x-4 gap-y-1 border-b border-hairline py-2 text-sm last:border-0 md:grid-cols-[minmax(0,2fr)_minmax(0,3fr)_72px]">
      <div className="flex min-w-0 gap-2">
        <look.icon
          aria-hidden
          size={16}
          className={classNames(
            'mt-0.5 shrink-0',
            TONE_TEXT[look.tone],
            last.state === 'running' && 'motion-safe:animate-spin',
          )}
        />
        <div className="min-w-0">
          <p className="break-words">{last.summary}</p>
          <p className={classNames('text-xs', TONE_TEXT[look.tone])}>
            {look.word}
            {last.attempt > 1 && `, attempt ${last.attempt}`}
            {last.state === 'retrying' &&
              last.next_retry_at &&
              `, next try in ${formatUntil(millis(last.next_retry_at), now)}`}
          </p>
          {wasLost && last.state !== 'lost' && (
            <p className="flex items-center gap-1 text-xs text-warning">
              <Unplug aria-hidden size={12} /> Worker restarted, continued
            </p>
          )}
        </div>
      </div>
      <Track attempts={attempts} axis={axis} now={now} />
      <p className="tabular text-xs text-muted max-md:pl-6 md:text-right">
        {formatDuration(millisOf(attempts, now))}
      </p>
      <Errors attempts={attempts} />
    </li>
  );
}

function millisOf(attempts: readonly Step[], now: number): number {
  const spans = attempts.map((step) => spanOf(step, now));
  return Math.max(...spans.map(([, to]) => to)) - Math.min(...spans.map(([from]) => from));
}

const percent = (part: number) => `${(part * 100).toFixed(2)}%`;

/** One bar an attempt, and a thin line where it waited for the next. All of it is in the words too. */
function Track({ attempts, axis, now }: RowProps) {
  const spans = attempts.map((step) => spanOf(step, now));
  const first = spans[0]?.[0] ?? now;
  const end = spans.at(-1)?.[1] ?? now;
  return (
    <div aria-hidden className="relative h-4 self-center max-md:ml-6">
      {axis.cuts.map(({ at }) => (
        <span
          key={at}
          className="absolute -inset-y-2 border-l border-dashed border-control"
          style={{ left: percent(at) }}
        />
      ))}
      <span
        className="absolute top-1/2 h-px bg-control"
        style={{
          left: percent(axis.place(first)),
          width: percent(axis.place(end) - axis.place(first)),
        }}
      />
      {attempts.map((step, at) => {
        const [from, to] = spans[at] as Span;
        return (
          <span
            key={step.attempt}
            title={`Attempt ${step.attempt}: ${STEP_LOOKS[step.state].word}, ${formatDuration(to - from)}`}
            className={classNames('absolute inset-y-0.5 min-w-1 rounded-[2px]', BARS[step.state])}
            style={{
              left: `min(${percent(axis.place(from))}, 100% - 4px)`,
              width: percent(axis.place(to) - axis.place(from)),
            }}
          />
        );
      })}
    </div>
  );
}

/** What went wrong: open where the step has failed for good. */
function Errors({ attempts }: { attempts: readonly Step[] }) {
  const wrong = attempts.filter(({ error }) => error);
  if (wrong.length === 0) return null;
  const isOpen = attempts.at(-1)?.state !== 'done';
  return (
    <details open={isOpen} className="min-w-0 pl-6 md:col-span-3">
      <summary className="w-fit rounded-sm text-xs text-muted hover:text-fg">
        {wrong.length === 1 ? 'Error' : `${wrong.length} errors`}
      </summary>
      <ul className="mt-1 flex flex-col gap-1">
        {wrong.map((step) => (
          <li key={step.attempt} className="flex gap-1.5 text-xs">
            <OctagonX aria-hidden size={12} className="mt-0.5 shrink-0 text-critical" />
            <span className="min-w-0 break-words whitespace-pre-wrap">
              {attempts.length > 1 && `Attempt ${step.attempt}: `}
              {step.error}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** From when to when, and what was left out between. */
function Scale({ axis, steps, now }: { axis: CutAxis; steps: readonly Step[]; now: number }) {
  const { zone } = usePreferences();
  const spans = steps.map((step) => spanOf(step, now));
  const from = Math.min(...spans.map(([start]) => start));
  const to = Math.max(...spans.map(([, end]) => end));
  const write = (at: number) => (to - from < DAY ? formatClock(at, zone) : formatStamp(at, zone));
  const left = axis.cuts.reduce((sum, { ms }) => sum + ms, 0);
  return (
    <div className="mt-1 grid gap-x-4 text-xs text-muted md:grid-cols-[minmax(0,2fr)_minmax(0,3fr)_72px]">
      <p className="tabular flex flex-wrap justify-between gap-x-4 max-md:pl-6 md:col-start-2">
        <span>{write(from)}</span>
        {left > 0 && <span>dashed: nothing was done for {formatDuration(left)} in all</span>}
        <span>{write(to)}</span>
      </p>
    </div>
  );
}
