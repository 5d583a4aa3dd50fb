import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../../api/keys';
import { type ExclusionKind, include } from '../../../api/queries/exclusions';
import type { NamespaceExclusion, PodExclusion } from '../../../api/types';
import { Button } from '../../../ui/button';
import { ErrorText } from '../../../ui/query-state';
import { Time } from '../../../ui/time';
import { toast } from '../../../ui/toast';
import { patternsOf } from './words';

interface Props {
  kind: ExclusionKind;
  exclusion: NamespaceExclusion | PodExclusion;
}

/** One exclusion: what it matches, who made it and why, and how long it goes on. */
export function ExclusionRow({ kind, exclusion }: Props) {
  const client = useQueryClient();
  const patterns = patternsOf(exclusion);
  const name = patterns.map(([, value]) => value).join(' ');
  const removal = useMutation({
    mutationFn: () => include(kind, exclusion.id),
    onSuccess: () => toast(`${name} is excluded no more.`),
    onSettled: () => client.invalidateQueries({ queryKey: keys.exclusions }),
  });
  const { reason, created_by, created_at, last_matched_at } = exclusion;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 py-3 text-sm">
      <div className="min-w-0 flex-1 basis-64">
        <dl className="flex flex-wrap gap-x-4">
          {patterns.map(([label, value]) => (
            <div key={label} className="flex min-w-0 gap-1.5">
              <dt className="text-muted">{label}</dt>
              <dd className="min-w-0 font-mono break-all">{value}</dd>
            </div>
          ))}
        </dl>
        <p className="break-words">{reason}</p>
        <p className="text-muted">
          by {created_by} <Time at={created_at} />; <End exclusion={exclusion} />;{' '}
          {last_matched_at ? (
            <>
              last matched <Time at={last_matched_at} />
            </>
          ) : (
            'has matched nothing yet'
          )}
        </p>
        {removal.error && <ErrorText error={removal.error} />}
      </div>
      <Button
        kind="quiet"
        disabled={removal.isPending}
        aria-label={`Take back the exclusion of ${name}`}
        onClick={() => removal.mutate()}
      >
        Take back
      </Button>
    </li>
  );
}

function End({ exclusion: { expires_at, is_expired } }: Pick<Props, 'exclusion'>) {
  if (!expires_at) return 'without an end';
  return (
    <span className={is_expired ? 'text-warning' : undefined}>
      {is_expired ? 'ended' : 'until'} <Time at={expires_at} style="full" />
    </span>
  );
}
