import type { Run } from '../api/types';
import type { IncidentEvent } from './events';
import { mergeRunEvent } from './merge-run';

/** Brings a run with its steps up to date; the same object where no event is of it. */
export function mergeRun(run: Run, events: readonly IncidentEvent[]): Run {
  return events.reduce((detail, event) => mergeRunEvent(detail, event), { run }).run;
}

/** What a list shows of a run: how it stands, and what it is doing. */
function mergeRunRow(row: Run, event: IncidentEvent): Run {
  if (!('run_id' in event.data) || event.data.run_id !== row.id) return row;
  if (event.topic === 'run.state') {
    const { state } = event.data;
    return state === row.state ? row : { ...row, state };
  }
  if (event.topic !== 'run.step') return row;
  const { summary } = event.data.step;
  return summary === row.doing ? row : { ...row, doing: summary };
}

/** The same for the rows of a list, which have no steps; the same list where nothing has changed. */
export function mergeRunRows(rows: Run[], events: readonly IncidentEvent[]): Run[] {
  const merged = rows.map((row) => events.reduce(mergeRunRow, row));
  return merged.some((row, at) => row !== rows[at]) ? merged : rows;
}
