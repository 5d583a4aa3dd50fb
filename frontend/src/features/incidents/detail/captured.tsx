import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { evidenceItemQuery } from '../../../api/queries/incidents';
import type { EvidenceTab } from '../../../api/search';
import type { EvidenceLine, EvidenceRow, IncidentDetail } from '../../../api/types';
import { formatBytes } from '../../../lib/format';
import { usePreferences } from '../../../lib/preferences';
import { formatClock, millis } from '../../../lib/time';
import { INPUT } from '../../../ui/field';
import { QueryState } from '../../../ui/query-state';
import { Time } from '../../../ui/time';
import { CapturedText } from './captured-text';
import { capturedFor, rowOf, subjectOf, tabOf } from './evidence-target';

export type CapturedTab = Exclude<EvidenceTab, 'pods' | 'history'>;

const NOTHING: Record<CapturedTab, string> = {
  logs: 'No log was captured. A container that never started has none.',
  events: 'No event was captured. Kubernetes forgets them after an hour.',
  manifest: 'No manifest was captured.',
  owner: 'No owner was captured: the pod may have none.',
  node: 'No node was captured: the pod may never have been scheduled.',
  reads: 'No model has asked for anything to be read.',
};

interface Props {
  incident: IncidentDetail;
  tab: CapturedTab;
  rows: readonly EvidenceRow[];
}

const route = getRouteApi('/incidents/$id');

/** The captured texts of one kind: which one, and its text. */
export function Captured({ incident, tab, rows }: Props) {
  const { item, ev, line: at } = route.useSearch();
  const navigate = route.useNavigate();
  const { zone } = usePreferences();
  const all = capturedFor(tab, rows);
  const line = lineNumber(incident, ev, tab);
  const marked = line && incident.diagnosis ? rowOf(line, rows, incident.diagnosis) : null;
  const copies = new Set(incident.mirrors.map(({ pod }) => `Pod/${pod}`));
  // What a test showed is not what the incident did: that stands first.
  const own = all.filter(({ subject }) => !copies.has(subject.split('/', 2).join('/')));
  const row =
    all.find(({ id }) => id === item) ??
    marked ??
    own.find(({ bytes }) => bytes > 0) ??
    own[0] ??
    all[0];
  const markedIn = (shown: EvidenceRow) => {
    if (at !== undefined && shown.id === item) return numbered(shown, at);
    return shown.id === marked?.id ? line : null;
  };
  if (!row) return <p className="py-4 text-muted">{NOTHING[tab]}</p>;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-xs text-muted">
        {all.length > 1 ? (
          <select
            aria-label="Which one"
            value={row.id}
            onChange={(event) =>
              void navigate({
                to: '.',
                search: ({ mirror }) => ({ mirror, tab, item: event.target.value }),
                replace: true,
                resetScroll: false,
              })
            }
            className={`${INPUT} w-auto! max-w-full`}
          >
            {all.map((other) => (
              <option key={other.id} value={other.id}>
                {titleOf(other)}, {formatClock(millis(other.captured_at), zone)}
              </option>
            ))}
          </select>
        ) : (
          <span className="text-sm text-fg">{titleOf(row)}</span>
        )}
        <span>
          captured <Time at={row.captured_at} style="clock" /> by the {row.captured_by},{' '}
          {formatBytes(row.bytes)}
          {row.truncated && ', cut'}
        </span>
      </div>
      <Item incident={incident} tab={tab} row={row} line={markedIn(row)} />
    </div>
  );
}

/** "app, previous, Pod/web-7f" for logs; the object for all else. */
function titleOf(row: EvidenceRow): string {
  if (row.kind !== 'log') return row.subject;
  const pod = subjectOf(row).replace(`/${row.container}/${row.stream}`, '');
  return `${row.container}, ${row.stream}, ${pod}`;
}

/** A line of a captured text by its number alone. */
function numbered(row: EvidenceRow, at: number): EvidenceLine {
  return { source: 'log', subject: subjectOf(row), field: String(at), text: '' };
}

/** The evidence line with a number, where it stands in this tab. */
function lineNumber(incident: IncidentDetail, number: number | undefined, tab: EvidenceTab) {
  const lines = incident.diagnosis?.causes.flatMap((cause) => cause.evidence) ?? [];
  const line = number === undefined ? undefined : lines[number - 1];
  return line && tabOf(line) === tab ? line : null;
}

interface ItemProps {
  incident: IncidentDetail;
  tab: CapturedTab;
  row: EvidenceRow;
  line: EvidenceLine | null;
}

function Item({ incident, tab, row, line }: ItemProps) {
  const query = useQuery(evidenceItemQuery(incident.id, row.id));
  return (
    <QueryState
      query={query}
      what="the captured text"
      skeletonLines={6}
      isEmpty={({ text }) => text.trim() === ''}
      empty={<p className="py-4 text-muted">It is empty: nothing was written.</p>}
      partial={({ truncated }) =>
        truncated && tab === 'logs' ? 'Only the last lines were captured.' : null
      }
    >
      {({ text }) => <CapturedText tab={tab} label={titleOf(row)} text={text} line={line} />}
    </QueryState>
  );
}
