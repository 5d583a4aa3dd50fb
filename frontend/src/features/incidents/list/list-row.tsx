import { Link } from '@tanstack/react-router';
import { memo, type Ref, useRef } from 'react';
import type { IncidentRow } from '../../../api/types';
import { namespaceName, shortKind } from '../../../lib/format';
import { usePreferences } from '../../../lib/preferences';
import { useClock } from '../../../live/clock';
import { classNames } from '../../../ui/class-names';
import { SeverityMark } from '../../../ui/severity';
import { StatusBadge } from '../../../ui/status';
import { Time } from '../../../ui/time';
import { statusNote } from '../words';

/** The columns of the table: its head and its rows share them. Below 1100 px a row is a card. */
export const COLUMNS =
  'lg:grid lg:grid-cols-[88px_minmax(180px,1fr)_minmax(0,2fr)_132px_56px_76px] lg:gap-x-4 lg:px-3';

interface Props {
  ref: Ref<HTMLDivElement>;
  index: number;
  row: IncidentRow;
  offset: number;
  isSelected: boolean;
  /** It no longer fits the filter, and stays for a moment. */
  hasLeft: boolean;
  isCompact: boolean;
  onSelect: (row: IncidentRow) => void;
}

/** One incident of the list. */
export const ListRow = memo(function ListRow(props: Props) {
  const { row, index, isSelected, hasLeft, isCompact } = props;
  return (
    <div
      ref={props.ref}
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      data-row={row.id}
      style={{ transform: `translateY(${props.offset}px)` }}
      className={classNames(
        'absolute inset-x-0 top-0 border-b border-hairline bg-surface hover:bg-sunken',
        'max-lg:grid max-lg:grid-cols-[1fr_auto] max-lg:gap-x-4 max-lg:gap-y-1 max-lg:px-3 max-lg:py-2.5',
        COLUMNS,
        'lg:items-center',
        isCompact ? 'lg:min-h-9' : 'lg:min-h-14 lg:py-1.5',
        isSelected && 'bg-sunken shadow-[inset_3px_0_0_var(--accent)]',
        hasLeft && 'opacity-60',
      )}
    >
      <Flash version={row.version} />
      <span role="cell" className="relative max-lg:order-3">
        <SeverityMark severity={row.severity} />
      </span>
      <Workload {...props} />
      <What row={row} isCompact={isCompact} />
      <Status row={row} hasLeft={hasLeft} isCompact={isCompact} />
      <span role="cell" className="tabular relative text-sm max-lg:order-6 max-lg:text-right">
        {row.pods_failing}/{row.pods_seen}
        <span className="spoken"> pods failing</span>
        <span aria-hidden className="text-muted lg:hidden">
          {' '}
          pods
        </span>
      </span>
      <span role="cell" className="relative text-right text-sm text-muted max-lg:order-2">
        <Time at={row.last_seen} />
      </span>
    </div>
  );
});

function Workload({ row, isSelected, isCompact, onSelect }: Props) {
  const where = `${shortKind(row.kind)} in ${namespaceName(row.namespace)}`;
  return (
    <span role="cell" className="min-w-0 max-lg:order-1">
      <span className={classNames('block truncate', isCompact && 'lg:flex lg:gap-2')}>
        <Link
          to="/incidents/$id"
          params={{ id: row.id }}
          onFocus={() => isSelected || onSelect(row)}
          className="truncate font-medium after:absolute after:inset-0 after:z-1"
        >
          {row.name}
        </Link>
        <span
          className={classNames(
            'truncate text-sm text-muted max-lg:block',
            isCompact ? 'shrink-[2]' : 'block',
          )}
        >
          {where}
        </span>
      </span>
    </span>
  );
}

function What({ row, isCompact }: Pick<Props, 'row' | 'isCompact'>) {
  return (
    <span
      role="cell"
      className={classNames(
        'relative min-w-0 max-lg:order-4 max-lg:col-span-2',
        isCompact && 'lg:flex lg:gap-2',
      )}
    >
      <span className="block truncate text-sm font-medium lg:shrink-0">
        {row.classes.join(', ')}
      </span>
      <span className="line-clamp-2 text-sm text-muted lg:line-clamp-1" title={row.summary}>
        {row.summary}
      </span>
    </span>
  );
}

function Status({ row, hasLeft, isCompact }: Pick<Props, 'row' | 'hasLeft' | 'isCompact'>) {
  const { zone } = usePreferences();
  const note = useClock((now) => (hasLeft ? 'no longer matches' : statusNote(row, zone, now)));
  return (
    <span
      role="cell"
      className="relative min-w-0 max-lg:order-5 max-lg:flex max-lg:items-center max-lg:gap-2"
      title={note || undefined}
    >
      <StatusBadge status={row.status} diagnosing={row.diagnosing} />
      {note && (
        <span
          className={classNames('truncate text-xs text-muted', isCompact ? 'lg:hidden' : 'block')}
        >
          {note}
        </span>
      )}
    </span>
  );
}

/** Shows once that a row has just changed; not when it is first drawn. */
function Flash({ version }: { version: number }) {
  const first = useRef(version);
  return version === first.current ? null : (
    <span key={version} aria-hidden className="row-flash" />
  );
}
