import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../../api/keys';
import { useMayWrite } from '../../../api/may-write';
import { endMirror, extend } from '../../../api/queries/mirrors';
import { refusal } from '../../../api/refusal';
import type { MirrorDetail, MirrorRow } from '../../../api/types';
import { randomKey } from '../../../lib/id';
import { millis } from '../../../lib/time';
import { Button } from '../../../ui/button';
import { Countdown } from '../../../ui/countdown';
import { Notice } from '../../../ui/notice';
import { toast } from '../../../ui/toast';

/** The API lets no mirror live longer. */
const LONGEST_S = 3600;
const MORE_S = 120;

/** How long a mirror still lives, and who may: more time, or its end. */
export function MirrorControls({ mirror }: { mirror: MirrorRow }) {
  const mayWrite = useMayWrite();
  if (mirror.phase === 'gone') return <Gone mirror={mirror} />;
  if (mirror.phase === 'expiring') return null;
  return (
    <div className="flex flex-col gap-2 sm:items-end">
      {mirror.expires_at && (
        <p className="text-sm text-muted">
          Deleted in{' '}
          <span className="font-medium text-fg">
            <Countdown to={mirror.expires_at} what="The mirror test" />
          </span>
        </p>
      )}
      {mayWrite && <Buttons mirror={mirror} />}
    </div>
  );
}

function Gone({ mirror }: { mirror: MirrorRow }) {
  return (
    <p className="text-sm text-muted">
      {mirror.created_at ? 'The copy is deleted.' : 'No copy was made.'}
    </p>
  );
}

function Buttons({ mirror }: { mirror: MirrorRow }) {
  const client = useQueryClient();
  const [isEnding, setEnding] = useState(false);
  const refresh = () => {
    void client.invalidateQueries({ queryKey: keys.mirror(mirror.id) });
    void client.invalidateQueries({ queryKey: keys.detail(mirror.incident_id) });
  };
  const longer = useMutation({
    mutationFn: extend,
    onSuccess: ({ expires_at }) => {
      client.setQueryData<MirrorDetail>(keys.mirror(mirror.id), (known) =>
        known ? { ...known, expires_at } : known,
      );
      toast('The copy lives 2 min longer');
    },
    onError: refresh,
  });
  const end = useMutation({
    mutationFn: endMirror,
    onSuccess: () => {
      setEnding(true);
      toast(`Ending the test: ${mirror.pod} is being deleted`);
    },
    onError: refresh,
  });
  const lives =
    mirror.created_at && mirror.expires_at
      ? Math.round((millis(mirror.expires_at) - millis(mirror.created_at)) / 1000)
      : null;
  const ttlSeconds = lives === null ? null : Math.min(LONGEST_S, lives + MORE_S);
  const isLongest = lives !== null && lives >= LONGEST_S;
  const error = longer.error ?? end.error;
  return (
    <>
      <div className="flex flex-wrap gap-2">
        {ttlSeconds !== null && (
          <Button
            disabled={isLongest || longer.isPending || isEnding}
            title={isLongest ? 'No copy lives longer than an hour.' : undefined}
            onClick={() => longer.mutate({ id: mirror.id, key: randomKey(), ttlSeconds })}
          >
            +2 min
          </Button>
        )}
        <Button
          disabled={isEnding || end.isPending}
          onClick={() => end.mutate({ id: mirror.id, key: randomKey() })}
        >
          End now
        </Button>
      </div>
      {error && (
        <div className="max-w-sm">
          <Notice tone="critical" urgent title={refusal(error).title}>
            {refusal(error).text}
          </Notice>
        </div>
      )}
    </>
  );
}
