import { Link } from '@tanstack/react-router';
import type { MirrorRow } from '../../api/types';
import { shortKind } from '../../lib/format';
import { Countdown } from '../../ui/countdown';
import { MirrorMark } from '../../ui/mirror-mark';
import { TableHead } from '../../ui/table-head';
import { Time } from '../../ui/time';

const COLUMNS = ['State', 'Workload', 'Fix', 'Asked for', 'Deleted'];

/** Mirrors, a row each; on a phone a card each. */
export function MirrorTable({ rows }: { rows: readonly MirrorRow[] }) {
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

const CELL = 'py-2 pr-4 max-md:p-0';

function Row({ row }: { row: MirrorRow }) {
  return (
    <tr className="border-b border-hairline align-top last:border-0 max-md:flex max-md:flex-col max-md:gap-1 max-md:py-3">
      <td className={`${CELL} md:max-w-72`}>
        <MirrorMark mirror={row} />
        {row.text && (
          <span className="mt-0.5 block text-xs break-words text-muted">{row.text}</span>
        )}
      </td>
      <td className={CELL}>
        <Link
          to="/incidents/$id"
          params={{ id: row.incident_id }}
          search={{ mirror: row.id }}
          className="font-medium break-words text-accent hover:underline"
        >
          {shortKind(row.workload_kind)} {row.workload_name}
        </Link>
        <span className="block text-xs break-all text-muted">
          {row.namespace}, {row.pod}
        </span>
      </td>
      <td className={`${CELL} break-words`}>
        {row.title}
        {row.rounds > 1 && (
          <span className="block text-xs text-muted">
            Round {row.round} of at most {row.rounds}
          </span>
        )}
      </td>
      <td className={`${CELL} text-muted`}>
        <Label>Asked for</Label>
        <Time at={row.requested_at} />{' '}
        <span className="text-xs md:block">by {row.requested_by}</span>
      </td>
      <td className={`${CELL} text-muted`}>
        <Label>Deleted</Label>
        <End row={row} />
      </td>
    </tr>
  );
}

/** On a phone there is no head to say it. */
function Label({ children }: { children: string }) {
  return <span className="md:hidden">{children} </span>;
}

function End({ row }: { row: MirrorRow }) {
  if (row.phase === 'expiring') return <>now</>;
  if (row.gone_at) return <Time at={row.gone_at} />;
  if (!row.expires_at) return <>not yet created</>;
  return (
    <>
      in <Countdown to={row.expires_at} what={`The mirror test of ${row.workload_name}`} />
    </>
  );
}
