import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys';
import { cancelRun } from '../../api/queries/runs';
import { refusal } from '../../api/refusal';
import type { Run } from '../../api/types';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { toast } from '../../ui/toast';
import { typeWord } from './words';

interface Props {
  run: Run;
  onClose: () => void;
}

/** Asks whether a run shall end before it is done. */
export default function CancelDialog({ run, onClose }: Props) {
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelRun(run.id),
    onSuccess: () => {
      toast('The run ends; it cleans up first');
      onClose();
    },
    onSettled: () => void client.invalidateQueries({ queryKey: keys.run(run.id) }),
  });
  const refused = cancel.error ? refusal(cancel.error) : null;
  return (
    <ConfirmDialog
      title={`Cancel this run: ${typeWord(run.workflow_type)}${run.workload && ` of ${run.workload}`}`}
      description="It stops what it does, deletes what it has made in the cluster, and does not begin again by itself. The steps it has done stay to be seen."
      refused={refused}
      keep="Let it go on"
      action={cancel.isPending ? 'Cancelling…' : 'Cancel the run'}
      isPending={cancel.isPending}
      onAction={() => cancel.mutate()}
      onClose={onClose}
    />
  );
}
