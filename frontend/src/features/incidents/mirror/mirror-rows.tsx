import { Link } from '@tanstack/react-router';
import type { MirrorRow } from '../../../api/types';
import { MirrorMark, mirrorWords } from '../../../ui/mirror-mark';
import { Time } from '../../../ui/time';

/** Mirrors of this incident, a line each, with what they showed. */
export function MirrorRows({ label, rows }: { label: string; rows: readonly MirrorRow[] }) {
  return (
    <ol aria-label={label} className="flex flex-col gap-1.5 py-1">
      {rows.map((row) => (
        <li key={row.id} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 text-sm">
          <MirrorMark mirror={row} />
          <Link
            from="/incidents/$id"
            to="."
            search={(previous) => ({ ...previous, mirror: row.id })}
            replace
            resetScroll={false}
            className="min-w-0 break-words text-accent hover:underline"
          >
            {row.rounds > 1 && `Round ${row.round}: `}
            {row.title}
          </Link>
          <span className="text-xs text-muted">
            <Time at={row.requested_at} style="clock" />
          </span>
          {row.verdict && row.text && (
            <span className="w-full text-xs break-words text-muted">{mirrorWords(row)}</span>
          )}
        </li>
      ))}
    </ol>
  );
}
