import { useMayWrite } from '../../../api/may-write';
import type { IncidentDetail } from '../../../api/types';
import { Button } from '../../../ui/button';
import { ErrorText } from '../../../ui/query-state';
import { useChange, wishFor } from '../actions/use-change';

interface Props {
  incident: IncidentDetail;
  isFirst: boolean;
}

/** Has a model asked, also where one has answered: that costs again, within the day's budget. */
export function AskModel({ incident, isFirst }: Props) {
  const change = useChange(incident);
  const isOpen = incident.status === 'open' || incident.status === 'regressed';
  if (!useMayWrite() || !isOpen) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <Button
        disabled={change.isPending}
        onClick={() => change.mutate(wishFor(incident, 'investigate'))}
      >
        {isFirst ? 'Ask a model' : 'Ask a model again'}
      </Button>
      <span className="text-xs text-muted">It costs up to five calls of the day’s budget.</span>
      {change.error && <ErrorText error={change.error} />}
    </div>
  );
}
