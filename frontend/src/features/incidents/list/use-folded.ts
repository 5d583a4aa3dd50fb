import { useQueries } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { foldedQuery } from '../../../api/queries/incidents';
import type { IncidentRow } from '../../../api/types';

export interface ShownRow {
  row: IncidentRow;
  /** It stands under the row of its node. */
  isUnder: boolean;
  /** What stands under it is shown. */
  isOpen: boolean;
}

/** The rows of the list, those of nodes followed by what they explain where that is opened. */
export function useFolded(rows: readonly IncidentRow[]) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const ids = useMemo(
    () => rows.filter((row) => row.folds > 0 && open.has(row.id)).map((row) => row.id),
    [rows, open],
  );
  const under = useQueries({
    queries: ids.map(foldedQuery),
    combine: (results) => results.map((result) => result.data),
  });
  const shown = useMemo(
    () => rows.flatMap((row) => withBelow(row, ids, under)),
    [rows, ids, under],
  );
  const toggle = useCallback(
    (id: string) =>
      setOpen((known) => {
        const next = new Set(known);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
    [],
  );
  return { shown, toggle };
}

function withBelow(
  row: IncidentRow,
  ids: readonly string[],
  under: readonly (IncidentRow[] | undefined)[],
): ShownRow[] {
  const below = under[ids.indexOf(row.id)] ?? [];
  return [
    { row, isUnder: false, isOpen: ids.includes(row.id) },
    ...below.map((one) => ({ row: one, isUnder: true, isOpen: false })),
  ];
}
