import type { IncidentDetail, Run, Step, StepState } from '../api/types';
import type { IncidentEvent } from './events';

const ORDER: Record<StepState, number> = {
  waiting: 0,
  running: 1,
  retrying: 2,
  done: 3,
  failed: 3,
  lost: 3,
};

/** Adds one attempt of a step, or moves it forward: events may come late, twice, or in another order. */
export function mergeStep(run: Run, step: Step): Run {
  const at = run.steps.findIndex(
    (known) => known.step === step.step && known.attempt === step.attempt,
  );
  const known = run.steps[at];
  if (!known) return { ...run, steps: [...run.steps, step] };
  const isBack = ORDER[step.state] < ORDER[known.state];
  const isOver = ORDER[known.state] === ORDER.done;
  if (isBack || isOver) return run;
  return { ...run, steps: run.steps.with(at, step) };
}

/** The same for an incident, and for the investigation that belongs to it. */
export function mergeRunEventOf(detail: IncidentDetail, event: IncidentEvent): IncidentDetail {
  const merged = mergeRunEvent(detail, event);
  const { investigation } = merged;
  if (!investigation) return merged;
  const asked = mergeRunEvent(investigation, event);
  return asked === investigation ? merged : { ...merged, investigation: asked };
}

/** Brings the run of what is open up to date; the same object where the event is of another run. */
export function mergeRunEvent<Detail extends { run: Run | null }>(
  detail: Detail,
  event: IncidentEvent,
): Detail {
  const { run } = detail;
  if (event.topic === 'run.step' && run?.id === event.data.run_id) {
    const merged = mergeStep(run, event.data.step);
    return merged === run ? detail : { ...detail, run: merged };
  }
  if (event.topic === 'run.state' && run?.id === event.data.run_id) {
    const { state } = event.data;
    return run.state === state ? detail : { ...detail, run: { ...run, state } };
  }
  return detail;
}
