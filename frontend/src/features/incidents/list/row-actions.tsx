import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useMayWrite } from '../../../api/may-write';
import type { ActionName } from '../../../api/queries/incidents';
import { refusal } from '../../../api/refusal';
import type { ListAddress } from '../../../api/search';
import type { IncidentRow } from '../../../api/types';
import { useHotkeys } from '../../../lib/hotkeys';
import { copyText } from '../../../ui/copy';
import { toast } from '../../../ui/toast';
import { useChange, wishFor } from '../actions/use-change';
import { nameOf } from '../words';

const IgnoreDialog = lazy(() => import('../actions/ignore-dialog.lazy'));

const route = getRouteApi('/');

const NOBODY = { id: '', kind: '', name: '', namespace: '', version: 0 };

interface Props {
  row: IncidentRow | null;
  onMove: (by: number) => void;
}

/** The keys of the list, which act on the selected row. */
export function RowActions({ row, onMove }: Props) {
  const navigate = route.useNavigate();
  const mayWrite = useMayWrite();
  const [ignoring, setIgnoring] = useState<IncidentRow | null>(null);
  const change = useChange(row ?? NOBODY);

  const open = () => row && void navigate({ to: '/incidents/$id', params: { id: row.id } });
  const ask = (action: ActionName) =>
    row &&
    mayWrite &&
    change.mutate(wishFor(row, action), {
      onError: (error) => {
        const { title, text } = refusal(error);
        toast(`${title}: ${text}`);
      },
    });
  useHotkeys({
    j: () => onMove(1),
    ArrowDown: () => onMove(1),
    k: () => onMove(-1),
    ArrowUp: () => onMove(-1),
    Enter: open,
    o: open,
    e: () => row && mayWrite && setIgnoring(row),
    r: () => ask('retry'),
    y: () =>
      row && void copyText(`${location.origin}/incidents/${row.id}`, `the link to ${nameOf(row)}`),
    Escape: () =>
      void navigate({
        to: '/',
        search: ({ row: _, q, since, ...rest }: ListAddress) =>
          row ? { ...rest, q, since } : rest,
        replace: true,
      }),
  });
  if (!ignoring) return null;
  return (
    <Suspense>
      <IgnoreDialog row={ignoring} onClose={() => setIgnoring(null)} />
    </Suspense>
  );
}
