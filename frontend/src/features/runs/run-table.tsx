import { Link } from '@tanstack/react-router';
import type { Run } from '../../api/types';
import { formatDuration, millis } from '../../lib/time';
import { RunMark } from '../../ui/run-mark';
import { TableHead } from '../../ui/table-head';
import { Time } from '../../ui/time';
import { typeWord } from './words';

const COLUMNS = ['State', 'Workflow', 'Workload', 'Step', 'Started', 'Took'];
const CELL = 'py-2 pr-4 max-md:p-0';

/** Runs, a row each; on a phone a card each. */
export function RunTable({ rows }: { rows: readonly Run[] }) {
  return (
    <table className="w-full text-left text-sm">
      <TableHead columns={COLUMNS} />
      <tbody>
        {rows.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row }: { row: Run }) {
  return (
    <tr className="border-b border-hairline align-top last:border-0 max-md:flex max-md:flex-col max-md:gap-1 max-md:py-3">
      <td className={CELL}>
        <RunMark state={row.state} />
      </td>
      <td className={`${CELL} md:max-w-80`}>
        <Link
          to="/runs/$id"
          params={{ id: row.id }}
          className="font-medium text-accent hover:underline"
        >
          {typeWord(row.workflow_type)}
        </Link>
        <span className="block font-mono text-xs break-all text-muted">{row.workflow_id}</span>
      </td>
      <td className={`${CELL} break-words`}>
        <Workload row={row} />
      </td>
      <td className={`${CELL} break-words text-muted md:max-w-80`}>{row.doing}</td>
      <td className={`${CELL} text-muted`}>
        <span className="md:hidden">Started </span>
        <Time at={row.started_at} />
      </td>
      <td className={`${CELL} tabular whitespace-nowrap text-muted`}>
        {row.ended_at && (
          <>
            <span className="md:hidden">Took </span>
            {formatDuration(millis(row.ended_at) - millis(row.started_at))}
          </>
        )}
      </td>
    </tr>
  );
}

function Workload({ row }: { row: Run }) {
  if (!row.incident_id) return <span className="text-muted max-md:hidden">-</span>;
  return (
    <Link to="/incidents/$id" params={{ id: row.incident_id }} className="hover:underline">
      {row.workload || 'Incident'}
    </Link>
  );
}
