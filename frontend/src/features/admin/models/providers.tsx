import { useState } from 'react';
import { bodyOf } from '../../../api/queries/models';
import type { Models } from '../../../api/types';
import { Button } from '../../../ui/button';
import { ErrorText } from '../../../ui/query-state';
import { Panel } from '../panel';
import { ProviderDialog } from './provider-dialog';
import { ProviderRow } from './provider-row';
import { useSave } from './use-save';

/** The providers in the order in which they are asked: the next one where one fails. */
export function Providers({ models }: { models: Models }) {
  const [edited, setEdited] = useState<string | null>(null);
  const save = useSave();
  const { providers } = models;
  const move = (from: number, to: number) => {
    const { providers: bodies, ...rest } = bodyOf(models);
    const [moved] = bodies.splice(from, 1);
    if (!moved) return;
    bodies.splice(to, 0, moved);
    const words = `${moved.id} is asked as number ${to + 1}.`;
    save.mutate({ body: { ...rest, providers: bodies }, words });
  };
  return (
    <Panel
      title="Providers"
      about="Asked in this order: the next one where one fails or is left alone for a while."
      aside={
        <Button kind="primary" onClick={() => setEdited('')}>
          Add a provider
        </Button>
      }
    >
      {save.error && <ErrorText error={save.error} />}
      {providers.length === 0 ? (
        <p className="text-sm text-muted">
          No model is asked. Incidents have what the rules found, and nothing leaves Kure.
        </p>
      ) : (
        <ol className="divide-y divide-hairline">
          {providers.map((provider, at) => (
            <ProviderRow
              key={provider.id}
              provider={provider}
              place={at + 1}
              onEdit={() => setEdited(provider.id)}
              onUp={at > 0 ? () => move(at, at - 1) : undefined}
              onDown={at < providers.length - 1 ? () => move(at, at + 1) : undefined}
            />
          ))}
        </ol>
      )}
      {edited !== null && (
        <ProviderDialog models={models} id={edited} onClose={() => setEdited(null)} />
      )}
    </Panel>
  );
}
