import { getRouteApi } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { type ListAddress, type ListSearch, matches } from '../../../api/search';
import type { IncidentRow } from '../../../api/types';
import { formatNumber, plural } from '../../../lib/format';
import { focusHeading, pageElement } from '../../../lib/page';
import { usePreferences } from '../../../lib/preferences';
import { lastOffset, rememberOffset } from '../last-list';
import { COLUMNS, ListRow } from './list-row';
import { RowActions } from './row-actions';
import type { ShownRow } from './use-folded';

const ROW_HEIGHT = { comfortable: 56, compact: 36 };
/** The next page is fetched when so few rows are left below. */
const AHEAD = 20;

const route = getRouteApi('/');

interface Props {
  search: ListSearch;
  shown: readonly ShownRow[];
  /** How many rows the list has, without those that stand under another one. */
  total: number;
  onToggle: (id: string) => void;
  /** Whether rows that do not fit the filter are told apart: not while those of the last filter are shown. */
  marksLeavers: boolean;
  selected: string | null;
  hasMore: boolean;
  onMore: () => void;
}

/** The rows, of which only those in sight are drawn. */
export function IncidentTable(props: Props) {
  const { search, shown, total, onToggle, marksLeavers, selected, hasMore, onMore } = props;
  const rows = useMemo(() => shown.map(({ row }) => row), [shown]);
  const read = shown.filter(({ isUnder }) => !isUnder).length;
  const { density } = usePreferences();
  const navigate = route.useNavigate();
  const body = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: pageElement,
    estimateSize: () => ROW_HEIGHT[density],
    getItemKey: (at) => rows[at]?.id ?? at,
    overscan: 8,
    scrollMargin: top,
    initialOffset: lastOffset(search) ?? 0,
  });
  const drawn = virtual.getVirtualItems();
  const focus = useRowFocus(search, rows, selected, (at) => virtual.scrollToIndex(at));

  useLayoutEffect(() => setTop(body.current?.offsetTop ?? 0));
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another density have other heights
  useEffect(() => virtual.measure(), [density]);
  const last = drawn.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last > rows.length - AHEAD) onMore();
  }, [hasMore, last, rows.length, onMore]);

  const select = useCallback(
    (row: IncidentRow) =>
      void navigate({
        to: '/',
        search: (previous: ListAddress) => ({ ...previous, row: row.id }),
        replace: true,
      }),
    [navigate],
  );
  const move = (by: number) => {
    const now = rows.findIndex((row) => row.id === selected);
    const at = now === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, now + by));
    const row = rows[at];
    if (!row) return;
    focus(row.id);
    virtual.scrollToIndex(at);
    select(row);
  };
  return (
    <>
      <RowActions row={rows.find((row) => row.id === selected) ?? null} onMove={move} />
      <div
        role="table"
        aria-label="Incidents"
        aria-rowcount={total + rows.length - read + 1}
        className="overflow-clip rounded-lg border border-hairline bg-surface"
      >
        <div role="rowgroup">
          <div
            role="row"
            aria-rowindex={1}
            className={`${COLUMNS} py-2 text-xs text-muted max-md:spoken!`}
          >
            {['Severity', 'Workload', 'What', 'Status', 'Pods', 'Seen'].map((name) => (
              <span key={name} role="columnheader" className="last:text-right">
                {name}
              </span>
            ))}
          </div>
        </div>
        <div
          ref={body}
          role="rowgroup"
          className="relative"
          style={{ height: virtual.getTotalSize() }}
        >
          {drawn.map(({ index, start }) => {
            const at = shown[index];
            return (
              at && (
                <ListRow
                  key={at.row.id}
                  ref={virtual.measureElement}
                  index={index}
                  row={at.row}
                  offset={start - top}
                  isUnder={at.isUnder}
                  isOpen={at.isOpen}
                  isSelected={at.row.id === selected}
                  hasLeft={marksLeavers && !at.isUnder && !matches(at.row, search)}
                  onToggle={onToggle}
                  isCompact={density === 'compact'}
                  onSelect={select}
                />
              )
            );
          })}
        </div>
      </div>
      <p className="tabular text-xs text-muted">
        {read < total
          ? `${formatNumber(read)} of ${plural(total, 'incident')} read`
          : plural(read, 'incident')}
      </p>
    </>
  );
}

/** Keeps the focus on the selected row: after j and k, and on the way back from an incident. */
function useRowFocus(
  search: ListSearch,
  rows: readonly IncidentRow[],
  selected: string | null,
  scrollTo: (at: number) => void,
) {
  const wanted = useRef<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: on the way in alone
  useEffect(() => {
    const isBack = lastOffset(search) !== null;
    const at = rows.findIndex((row) => row.id === selected);
    if (at === -1) focusHeading();
    else if (isBack) wanted.current = selected;
    else scrollTo(at);
  }, []);
  // A layout effect ends while the page still is as it was scrolled.
  useLayoutEffect(() => () => rememberOffset(search, pageElement()?.scrollTop ?? 0), [search]);
  useEffect(() => {
    if (wanted.current === null) return;
    const row = document.querySelector(`[data-row="${CSS.escape(wanted.current)}"] a`);
    if (!(row instanceof HTMLElement)) return;
    row.focus({ preventScroll: true });
    wanted.current = null;
  });
  return (id: string) => {
    wanted.current = id;
  };
}
