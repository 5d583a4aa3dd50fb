import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { keys } from '../../../api/keys';
import { type ListSearch, matches } from '../../../api/search';
import type { IncidentRow } from '../../../api/types';
import { announce } from '../../../lib/a11y';
import { plural } from '../../../lib/format';
import { pageElement } from '../../../lib/page';
import { useIncidentRows } from '../../../live/use-live';

/** A burst of new incidents is fetched together. */
const GATHER_MS = 1000;

/**
 * Incidents that belong into the list and are not in it yet.
 *
 * They wait behind a button; they come by themselves only where nobody is reading: at the top, in the
 * order of attention, with nothing selected.
 */
export function useNewRows(search: ListSearch, rows: readonly IncidentRow[], mayMove: boolean) {
  const client = useQueryClient();
  const [waiting, setWaiting] = useState<ReadonlySet<string>>(new Set());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef({ search, rows, mayMove });
  latest.current = { search, rows, mayMove };

  const show = useCallback(() => {
    setWaiting(new Set());
    void client.invalidateQueries({ queryKey: keys.list(latest.current.search) });
  }, [client]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another list has other new rows
  useEffect(() => setWaiting(new Set()), [search]);
  useEffect(() => () => clearTimeout(timer.current), []);

  useIncidentRows(
    useCallback(
      (changed) => {
        const { search, rows, mayMove } = latest.current;
        const shown = new Set(rows.map((row) => row.id));
        const fresh = [...changed.values()].filter(
          (row) => !shown.has(row.id) && matches(row, search),
        );
        if (fresh.length === 0) return;
        announce(plural(fresh.length, 'new incident'));
        const isAtTop = (pageElement()?.scrollTop ?? 0) === 0;
        if (mayMove && isAtTop && search.sort === 'attention') {
          timer.current ??= setTimeout(() => {
            timer.current = undefined;
            show();
          }, gatherFor(rows));
        } else {
          setWaiting((known) => new Set([...known, ...fresh.map((row) => row.id)]));
        }
      },
      [show],
    ),
  );
  const shown = new Set(rows.map((row) => row.id));
  const count = [...waiting].filter((id) => !shown.has(id)).length;
  return { count, show };
}

/** The first incident is shown at once. */
const gatherFor = (rows: readonly IncidentRow[]) => (rows.length === 0 ? 0 : GATHER_MS);
