import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { problemAt } from '../../../api/errors';
import { configQuery } from '../../../api/queries/config';
import { rotateServiceToken } from '../../../api/queries/users';
import { Button } from '../../../ui/button';
import { Field, INPUT } from '../../../ui/field';
import { ErrorText } from '../../../ui/query-state';
import { ShownOnce } from '../../../ui/shown-once';
import { Panel } from '../panel';

/** A new token for the agents of a cluster; the one before stays good until the next is made. */
export function AgentTokens() {
  const { data: config } = useQuery(configQuery);
  const [cluster, setCluster] = useState('');
  const rotation = useMutation({ mutationFn: () => rotateServiceToken(cluster.trim()) });
  return (
    <Panel
      title="Tokens of agents"
      about="Agents in Kure’s own cluster show the token of their pod and need none. Others need one. The token before stays good until the next is made: give agents the new one, then make another to end the old."
    >
      <form
        className="flex flex-wrap items-start gap-x-3 gap-y-2"
        onSubmit={(event) => {
          event.preventDefault();
          rotation.mutate();
        }}
      >
        <div className="w-full max-w-xs">
          <Field
            label="Cluster"
            hint={`Empty: ${config?.cluster ?? 'Kure’s own'}.`}
            problem={problemAt(rotation.error, 'cluster')}
          >
            {(ids) => (
              <input
                {...ids}
                spellCheck={false}
                autoCapitalize="off"
                value={cluster}
                onChange={({ target }) => setCluster(target.value)}
                className={`${INPUT} font-mono`}
              />
            )}
          </Field>
        </div>
        <Button type="submit" className="sm:mt-5.5" disabled={rotation.isPending}>
          Make a new token
        </Button>
      </form>
      {rotation.error && <ErrorText error={rotation.error} />}
      {rotation.data && (
        <ShownOnce
          title={`The token of ${rotation.data.cluster} is made`}
          description="Give it to the agents as KURE_SERVICE_TOKEN. It is not shown again."
          text={rotation.data.token}
          what="the token"
          onClose={rotation.reset}
        />
      )}
    </Panel>
  );
}
