import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../../api/keys';
import { testChannel } from '../../../api/queries/notifications';
import type { Channel } from '../../../api/types';
import { Button } from '../../../ui/button';
import { ErrorText } from '../../../ui/query-state';
import { Health } from './health';
import { KINDS, SEVERITIES } from './kinds';

interface Props {
  channel: Channel;
  onEdit: () => void;
}

/** One channel: where it leads, of what it tells, how it does, and what can be done. */
export function ChannelRow({ channel, onEdit }: Props) {
  const { id, kind, address, enabled, health } = channel;
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: () => testChannel(id),
    onSettled: () => client.invalidateQueries({ queryKey: keys.notifications }),
  });
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 py-3 text-sm">
      <div className="min-w-0 flex-1 basis-64">
        <p className="break-words">
          <span className="font-medium">{id}</span>{' '}
          <span className="text-muted">{KINDS[kind].title}</span>
        </p>
        {address && <p className="font-mono text-xs break-all text-muted">{address}</p>}
        <p className="text-muted">{toldInWords(channel)}</p>
        <Health health={health} isOff={!enabled} />
        {test.data &&
          (test.data.ok ? (
            <p role="status" className="text-ok">
              The test message was taken.
            </p>
          ) : (
            <p role="status" className="break-words text-critical">
              The test message was not taken: {test.data.detail}
            </p>
          ))}
        {test.error && <ErrorText error={test.error} />}
      </div>
      <div className="flex flex-wrap gap-1">
        <Button disabled={test.isPending} onClick={() => test.mutate()} aria-label={`Test ${id}`}>
          {test.isPending ? 'Sending…' : 'Test'}
        </Button>
        <Button kind="quiet" onClick={onEdit} aria-label={`Change ${id}`}>
          Change
        </Button>
      </div>
    </li>
  );
}

/** "High and above in shop-*, quiet 22:00–07:00 Europe/Berlin; not of the end". */
export function toldInWords({ severity, namespaces, clusters, quiet, resolved }: Channel): string {
  const least = SEVERITIES.find(([value]) => value === severity)?.[1] ?? severity;
  const places = [
    namespaces.includes('*') ? '' : ` in ${namespaces.join(', ')}`,
    clusters.includes('*') ? '' : ` of ${clusters.join(', ')}`,
    quiet ? `, quiet ${quiet.start}–${quiet.end} ${quiet.zone}` : '',
    resolved ? '' : '; not of the end',
  ];
  return `${least}${places.join('')}`;
}
