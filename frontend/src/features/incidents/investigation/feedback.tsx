import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../../api/keys';
import { useMayWrite } from '../../../api/may-write';
import { giveFeedback } from '../../../api/queries/incidents';
import type { IncidentDetail, Investigation } from '../../../api/types';
import { Button } from '../../../ui/button';
import { ErrorText } from '../../../ui/query-state';

interface Props {
  incident: IncidentDetail;
  investigation: Investigation;
}

/** Whether the answer is right: people say so, and it is kept. */
export function Feedback({ incident, investigation }: Props) {
  const client = useQueryClient();
  const mayWrite = useMayWrite();
  const giving = useMutation({
    mutationFn: (right: boolean) => giveFeedback(incident.id, { about: 'model', right, text: '' }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.detail(incident.id) }),
  });
  const { right } = investigation;
  if (!mayWrite) return null;
  return (
    <div className="flex flex-wrap items-center gap-2 text-sm">
      <span className="text-muted">Was this right?</span>
      {([true, false] as const).map((value) => (
        <Button
          key={String(value)}
          kind={right === value ? 'plain' : 'quiet'}
          aria-pressed={right === value}
          disabled={giving.isPending}
          onClick={() => giving.mutate(value)}
        >
          {value ? 'Yes' : 'No'}
        </Button>
      ))}
      {giving.error && <ErrorText error={giving.error} />}
    </div>
  );
}
