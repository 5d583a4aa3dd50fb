import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { keys } from '../../../api/keys';
import { deleteIncident } from '../../../api/queries/incidents';
import { refusal } from '../../../api/refusal';
import type { IncidentRow } from '../../../api/types';
import { ConfirmDialog } from '../../../ui/confirm-dialog';
import { toast } from '../../../ui/toast';
import { lastList } from '../last-list';
import { nameOf } from '../words';

interface Props {
  row: IncidentRow;
  onClose: () => void;
}

/** Asks whether an incident shall be forgotten with all that was captured of it. */
export default function DeleteDialog({ row, onClose }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const wish = useMutation({
    mutationFn: () => deleteIncident(row.id),
    onSuccess: async () => {
      toast(`Deleted ${nameOf(row)}`);
      const { row: _, ...list } = lastList();
      await navigate({ to: '/', search: list });
      client.removeQueries({ queryKey: keys.detail(row.id) });
      void client.invalidateQueries({ queryKey: keys.lists });
      void client.invalidateQueries({ queryKey: keys.allCounts });
    },
  });
  const refused = wish.error ? refusal(wish.error) : null;
  return (
    <ConfirmDialog
      title={`Delete ${nameOf(row)}`}
      description="Its logs, manifests, diagnoses, mirror tests and history are deleted with it, for everybody. That cannot be undone. If the workload fails again, that is a new incident."
      refused={refused}
      keep="Keep it"
      action={wish.isPending ? 'Deleting…' : 'Delete for ever'}
      isPending={wish.isPending}
      onAction={() => wish.mutate()}
      onClose={onClose}
    />
  );
}
