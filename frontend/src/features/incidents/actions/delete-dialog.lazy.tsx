import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { keys } from '../../../api/keys';
import { deleteIncident } from '../../../api/queries/incidents';
import { refusal } from '../../../api/refusal';
import type { IncidentRow } from '../../../api/types';
import { Button } from '../../../ui/button';
import { Dialog } from '../../../ui/dialog';
import { Notice } from '../../../ui/notice';
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
    <Dialog
      title={`Delete ${nameOf(row)}`}
      description="Its logs, manifests, diagnoses, mirror tests and history are deleted with it, for everybody. That cannot be undone. If the workload fails again, that is a new incident."
      onClose={onClose}
    >
      {refused && (
        <Notice tone="critical" urgent title={refused.title}>
          {refused.text}
        </Notice>
      )}
      <div className="mt-2 flex justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button kind="primary" disabled={wish.isPending} onClick={() => wish.mutate()}>
          {wish.isPending ? 'Deleting…' : 'Delete for ever'}
        </Button>
      </div>
    </Dialog>
  );
}
