import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { problemAt } from '../../../api/errors';
import { keys } from '../../../api/keys';
import { mirrorTtlQuery, saveMirrorTtl } from '../../../api/queries/settings';
import type { MirrorTtl } from '../../../api/types';
import { formatDuration } from '../../../lib/time';
import { Button } from '../../../ui/button';
import { CountField } from '../../../ui/count-field';
import { ErrorText, QueryState } from '../../../ui/query-state';
import { toast } from '../../../ui/toast';
import { ChangedBy } from './changed-by';

/** How long a mirror lives where nobody says. */
export function MirrorTtlForm() {
  const query = useQuery(mirrorTtlQuery);
  return (
    <div>
      <QueryState query={query} what="the life of mirrors" skeletonLines={2}>
        {(setting) => <Form key={setting.version} setting={setting} />}
      </QueryState>
    </div>
  );
}

function Form({ setting }: { setting: MirrorTtl }) {
  const client = useQueryClient();
  const [seconds, setSeconds] = useState(setting.ttl_seconds);
  const save = useMutation({
    mutationFn: () => saveMirrorTtl({ ttl_seconds: seconds, version: setting.version }),
    onSuccess: (saved) => {
      client.setQueryData(keys.setting('mirror-ttl'), saved);
      toast(`A mirror lives ${formatDuration(saved.ttl_seconds * 1000)} where nobody says.`);
    },
  });
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <CountField
        label="Seconds that a mirror lives"
        hint={`Where nobody says; those that live stay. Usual: ${setting.default_seconds}.`}
        least={setting.least_seconds}
        most={setting.most_seconds}
        value={seconds}
        problem={problemAt(save.error, 'ttl_seconds')}
        onChange={setSeconds}
      />
      <p className="text-sm text-muted">
        <ChangedBy setting={setting} />
      </p>
      {save.error && <ErrorText error={save.error} />}
      <Button
        type="submit"
        className="w-fit"
        disabled={seconds === setting.ttl_seconds || save.isPending}
      >
        Save the life of mirrors
      </Button>
    </form>
  );
}
