import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { problemAt } from '../../../api/errors';
import { keys } from '../../../api/keys';
import { mirrorLimitsQuery, saveMirrorLimits } from '../../../api/queries/settings';
import type { MirrorLimits } from '../../../api/types';
import { Button } from '../../../ui/button';
import { CountField } from '../../../ui/count-field';
import { ErrorText, QueryState } from '../../../ui/query-state';
import { toast } from '../../../ui/toast';
import { ChangedBy } from './changed-by';

/** How many mirrors there may be at once: each is a pod beside the others. */
export function MirrorLimitsForm() {
  const query = useQuery(mirrorLimitsQuery);
  return (
    <div>
      <QueryState query={query} what="the limits of mirrors" skeletonLines={2}>
        {(setting) => <Form key={setting.version} setting={setting} />}
      </QueryState>
    </div>
  );
}

function Form({ setting }: { setting: MirrorLimits }) {
  const client = useQueryClient();
  const [perCluster, setPerCluster] = useState(setting.per_cluster);
  const [perNamespace, setPerNamespace] = useState(setting.per_namespace);
  const wanted = { per_cluster: perCluster, per_namespace: perNamespace };
  const isChanged = perCluster !== setting.per_cluster || perNamespace !== setting.per_namespace;
  const save = useMutation({
    mutationFn: () => saveMirrorLimits({ ...wanted, version: setting.version }),
    onSuccess: (saved) => {
      client.setQueryData(keys.setting('mirror-limits'), saved);
      toast('The limits of mirrors are saved. Those that live stay.');
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
      <div className="grid gap-4 sm:grid-cols-2">
        <CountField
          label="At once in a cluster"
          hint="1 to 100."
          least={1}
          most={100}
          value={perCluster}
          problem={problemAt(save.error, 'per_cluster')}
          onChange={setPerCluster}
        />
        <CountField
          label="At once in a namespace"
          hint="1 to 20."
          least={1}
          most={20}
          value={perNamespace}
          problem={problemAt(save.error, 'per_namespace')}
          onChange={setPerNamespace}
        />
      </div>
      <p className="text-sm text-muted">
        <ChangedBy setting={setting} />
      </p>
      {save.error && <ErrorText error={save.error} />}
      <Button type="submit" className="w-fit" disabled={!isChanged || save.isPending}>
        Save the limits
      </Button>
    </form>
  );
}
