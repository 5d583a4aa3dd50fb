import type { InfiniteData } from '@tanstack/react-query';
import type { IncidentDetail, IncidentPage, IncidentRow, Run, Step, StepState } from '../api/types';
import type { IncidentEvent } from './events';

/** The newest version of each incident that the events tell of. */
export function newestRows(events: readonly IncidentEvent[]): Map<string, IncidentRow> {
  const rows = new Map<string, IncidentRow>();
  for (const event of events) {
    if (event.topic !== 'incident.created' && event.topic !== 'incident.updated') continue;
    const { summary } = event.data;
    const known = rows.get(summary.id);
    if (!known || summary.version > known.version) rows.set(summary.id, summary);
  }
  return rows;
}

/** Replaces the rows that are shown by newer ones; nothing is added, removed or moved. */
export function mergePage(
  page: IncidentPage,
  rows: ReadonlyMap<string, IncidentRow>,
): IncidentPage {
  let changed = false;
  const items = page.items.map((item) => {
    const row = rows.get(item.id);
    if (!row || row.version <= item.version) return item;
    changed = true;
    return row;
  });
  return changed ? { ...page, items } : page;
}

/** `mergePage` for all pages of a list; the same object where nothing has changed. */
export function mergePages(
  data: InfiniteData<IncidentPage>,
  rows: ReadonlyMap<string, IncidentRow>,
): InfiniteData<IncidentPage> {
  const pages = data.pages.map((page) => mergePage(page, rows));
  return pages.some((page, at) => page !== data.pages[at]) ? { ...data, pages } : data;
}

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

function mergeRunEvent(detail: IncidentDetail, event: IncidentEvent): IncidentDetail {
  const { run } = detail;
  if (event.topic === 'run.step' && run?.id === event.data.run_id) {
    const merged = mergeStep(run, event.data.step);
    return merged === run ? detail : { ...detail, run: merged };
  }
  if (event.topic === 'run.state' && run?.id === event.data.run_id) {
    return run.state === event.data.state
      ? detail
      : { ...detail, run: { ...run, state: event.data.state } };
  }
  return detail;
}

/** Brings an open incident up to date with events about it; the same object where nothing is new. */
export function mergeDetail(
  detail: IncidentDetail,
  events: readonly IncidentEvent[],
): IncidentDetail {
  const row = newestRows(events).get(detail.id);
  const start = row && row.version > detail.version ? { ...detail, ...row } : detail;
  return events.reduce(mergeRunEvent, start);
}
