import { Link } from '@tanstack/react-router';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { memo, type Ref, useRef } from 'react';
import type { IncidentRow } from '../../../api/types';
import { namespaceName, plural, shortKind } from '../../../lib/format';
import { usePreferences } from '../../../lib/preferences';
import { useClock } from '../../../live/clock';
import { classNames } from '../../../ui/class-names';
import { SeverityMark } from '../../../ui/severity';
import { StatusBadge } from '../../../ui/status';
import { Time } from '../../../ui/time';
import { statusNote } from '../words';

/** The columns of the table: its head and its rows share them. Where it is narrow, a row is a card. */
export const COLUMNS =
  'md:grid md:grid-cols-[80px_minmax(0,1fr)_minmax(0,1.6fr)_124px_44px_64px] md:gap-x-4 md:px-4';

interface Props {
  ref: Ref<HTMLDivElement>;
  index: number;
  row: IncidentRow;
  offset: number;
  /** It stands under the row of its node. */
  isUnder: boolean;
  /** What stands under it is shown. */
  isOpen: boolean;
  isSelected: boolean;
  /** It no longer fits the filter, and stays for a moment. */
  hasLeft: boolean;
  isCompact: boolean;
  onSelect: (row: IncidentRow) => void;
  onToggle: (id: string) => void;
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
        'absolute inset-x-0 top-0 border-t border-hairline hover:bg-idle-bg',
        'max-md:grid max-md:grid-cols-[auto_auto_minmax(0,1fr)_auto] max-md:items-center max-md:gap-x-3 max-md:gap-y-1.5 max-md:px-4 max-md:py-3',
        COLUMNS,
        'md:items-center',
        isCompact ? 'md:min-h-9' : 'md:min-h-14 md:py-1.5',
        isSelected && 'bg-idle-bg shadow-[inset_3px_0_0_var(--accent)]',
        hasLeft && 'opacity-60',
      )}
    >
      <Flash version={row.version} />
      <span role="cell" className="relative flex items-center max-md:order-5">
        <SeverityMark severity={row.severity} />
      </span>
      <Workload {...props} />
      <What row={row} isCompact={isCompact} />
      <Status row={row} hasLeft={hasLeft} isCompact={isCompact} />
      <span
        role="cell"
        className="tabular relative text-sm max-md:order-6 max-md:col-span-2 max-md:text-right"
      >
        {row.pods_failing}/{row.pods_seen}
        <span className="spoken"> failing</span>
        <span aria-hidden className="text-muted md:hidden">
          {' '}
          failing
        </span>
      </span>
      <span
        role="cell"
        className="relative text-right text-sm text-muted max-md:order-2 max-md:self-start"
      >
        <Time at={row.last_seen} />
      </span>
    </div>
  );
});

function Workload(props: Props) {
  const { row, isUnder, isSelected, isCompact, onSelect } = props;
  const where = `${shortKind(row.kind)} in ${namespaceName(row.namespace)}`;
  return (
    <span
      role="cell"
      className={classNames('min-w-0 max-md:order-1 max-md:col-span-3', isUnder && 'pl-6')}
    >
      <span className={classNames('block truncate', isCompact && 'md:flex md:gap-2')}>
        <Link
          to="/incidents/$id"
          params={{ id: row.id }}
          onFocus={() => isSelected || onSelect(row)}
          className="truncate font-semibold after:absolute after:inset-0 after:z-1"
        >
          {row.name}
        </Link>
        <span
          className={classNames(
            'truncate text-sm text-muted max-md:block',
            isCompact ? 'shrink-[2]' : 'block',
          )}
        >
          {where}
        </span>
        {row.folds > 0 && <Toggle {...props} />}
      </span>
    </span>
  );
}

/** Shows and hides what stands under a node's row; above the link that covers the row. */
function Toggle({ row, isOpen, onToggle }: Props) {
  const Arrow = isOpen ? ChevronDown : ChevronRight;
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      onClick={() => onToggle(row.id)}
      className="relative z-2 flex items-center gap-1 rounded-sm text-sm text-accent hover:underline pointer-coarse:min-h-11"
    >
      <Arrow aria-hidden size={14} />
      {plural(row.folds, 'workload')}
    </button>
  );
}

function What({ row, isCompact }: Pick<Props, 'row' | 'isCompact'>) {
  return (
    <span
      role="cell"
      className={classNames(
        'relative min-w-0 max-md:order-3 max-md:col-span-4',
        isCompact && 'md:flex md:gap-2',
      )}
    >
      <span className="block truncate text-sm font-medium md:shrink-0">
        {row.classes.join(', ')}
      </span>
      <span className="line-clamp-2 text-sm text-muted md:line-clamp-1" title={row.summary}>
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
      className="relative min-w-0 max-md:order-4 max-md:flex max-md:items-center max-md:gap-2"
      title={note || undefined}
    >
      <StatusBadge status={row.status} diagnosing={row.diagnosing} />
      {note && (
        <span
          className={classNames('truncate text-xs text-muted', isCompact ? 'md:hidden' : 'block')}
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
