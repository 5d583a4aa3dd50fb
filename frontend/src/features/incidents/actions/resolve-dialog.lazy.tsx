import { refusal } from '../../../api/refusal';
import type { IncidentRow } from '../../../api/types';
import { Button } from '../../../ui/button';
import { Dialog } from '../../../ui/dialog';
import { Notice } from '../../../ui/notice';
import { nameOf } from '../words';
import { useChange, wishFor } from './use-change';

interface Props {
  row: IncidentRow;
  onClose: () => void;
}

/** Asks whether an incident shall be closed although Kure has not seen it recover. */
export default function ResolveDialog({ row, onClose }: Props) {
  const wish = useChange(row);
  const refused = wish.error ? refusal(wish.error) : null;
  return (
    <Dialog
      title={`Mark ${nameOf(row)} as handled`}
      description="Kure closes incidents by itself when a workload has recovered. Close this one by hand where Kure cannot see that. If it fails again, it comes back as regressed."
      onClose={onClose}
    >
      {refused && (
        <Notice tone="critical" urgent title={refused.title}>
          {refused.text}
        </Notice>
      )}
      <div className="mt-2 flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          kind="primary"
          disabled={wish.isPending}
          onClick={() => wish.mutate(wishFor(row, 'resolve'), { onSuccess: onClose })}
        >
          Mark handled
        </Button>
      </div>
    </Dialog>
  );
}
