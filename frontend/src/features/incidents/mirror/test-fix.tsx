import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { meQuery } from '../../../api/queries/auth';
import type { Cause, IncidentDetail } from '../../../api/types';
import { useHotkeys } from '../../../lib/hotkeys';
import { Button } from '../../../ui/button';

const TestDialog = lazy(() => import('./test-dialog.lazy'));

/** Whether a cause's fix can be proved on a copy of the pod: it must change the workload itself. */
export function isTestable(cause: Cause, incident: IncidentDetail): boolean {
  const { patch } = cause;
  if (!patch || patch.kind !== incident.kind || patch.namespace !== incident.namespace)
    return false;
  // Of pods that share a generated name each has a name of its own.
  return patch.name === incident.name || incident.kind === 'Pod';
}

interface Props {
  incident: IncidentDetail;
  /** The place of the cause among all; null for a change of one's own, which only admins may test. */
  cause: number | null;
  /** A stored fix, in place of a cause's. */
  fixId?: string;
  /** Of several, the one that the key `t` means. */
  isFirst: boolean;
}

/** Opens the test of a cause's fix, or says who could. */
export function TestFix({ incident, cause, fixId, isFirst }: Props) {
  const [isOpen, setOpen] = useState(false);
  const { data: me } = useQuery(meQuery);
  const isOwn = cause === null && fixId === undefined;
  const mayTest = me != null && (isOwn ? me.role === 'admin' : me.role !== 'read');
  useHotkeys(isFirst ? { t: () => mayTest && setOpen(true) } : NO_KEYS);
  if (!mayTest) {
    return isOwn || !me ? null : (
      <p className="text-sm text-muted">
        People with the role write or admin can test this fix on a copy of the pod; yours is{' '}
        {me.role}.
      </p>
    );
  }
  return (
    <div className="flex">
      <Button
        kind={isFirst && !isOwn ? 'primary' : 'plain'}
        hotkey={isFirst ? 't' : undefined}
        onClick={() => setOpen(true)}
      >
        {isOwn ? 'Test a change of your own…' : 'Test fix'}
      </Button>
      <Suspense>
        {isOpen && (
          <TestDialog
            incident={incident}
            cause={cause}
            fixId={fixId ?? null}
            onClose={() => setOpen(false)}
          />
        )}
      </Suspense>
    </div>
  );
}

const NO_KEYS = {};
