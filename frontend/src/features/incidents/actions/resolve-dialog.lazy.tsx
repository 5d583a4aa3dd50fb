import { refusal } from '../../../api/refusal';
import type { IncidentRow } from '../../../api/types';
import { ConfirmDialog } from '../../../ui/confirm-dialog';
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
    <ConfirmDialog
      title={`Mark ${nameOf(row)} as handled`}
      description="Kure closes incidents by itself when a workload has recovered. Close this one by hand where Kure cannot see that. If it fails again, it comes back as regressed."
      refused={refused}
      keep="Cancel"
      action="Mark handled"
      isPending={wish.isPending}
      onAction={() => wish.mutate(wishFor(row, 'resolve'), { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
