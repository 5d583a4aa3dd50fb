import { useState } from 'react';
import { bodyOf, providerBody } from '../../../api/queries/models';
import type { KindDefaults, Models, ProviderBody } from '../../../api/types';
import { EntryDialog } from '../entry-dialog';
import { ProviderFields } from './provider-fields';
import { useSave } from './use-save';

interface Props {
  models: Models;
  /** '' for a new one. */
  id: string;
  onClose: () => void;
}

/** A provider as it is to be: its key is shown to nobody again. */
export function ProviderDialog({ models, id, onClose }: Props) {
  const stored = models.providers.find((one) => one.id === id);
  const [provider, setProvider] = useState(() =>
    stored ? providerBody(stored) : freshOf(models.kinds[0]),
  );
  const save = useSave(onClose);
  const { providers, ...rest } = bodyOf(models);
  const at = stored ? models.providers.indexOf(stored) : providers.length;
  const keep = () => {
    const body = { ...rest, providers: providers.toSpliced(at, 1, provider) };
    save.mutate({ body, words: `${provider.id} is saved. Workers use it within seconds.` });
  };
  const remove = () => {
    const body = { ...rest, providers: providers.toSpliced(at, 1) };
    save.mutate({ body, words: `${id} is removed.` });
  };
  return (
    <EntryDialog
      title={stored ? `Change ${id}` : 'Add a provider'}
      description="Its key is encrypted, and shown to nobody again."
      error={save.error}
      isPending={save.isPending}
      onSave={keep}
      onRemove={stored && remove}
      onClose={onClose}
    >
      <ProviderFields
        provider={provider}
        kinds={models.kinds}
        isNew={!stored}
        error={save.error}
        path={`providers.${at}`}
        onChange={setProvider}
      />
    </EntryDialog>
  );
}

/** A provider of a kind with what is usual for it. */
export function freshOf(kind: KindDefaults | undefined): ProviderBody {
  return {
    id: kind?.kind ?? '',
    kind: kind?.kind ?? 'compatible',
    model: kind?.models[0]?.model ?? '',
    enabled: true,
    place: kind?.place ?? 'outside',
    base_url: null,
    timeout_seconds: 120,
    at_once: 4,
    per_minute: 60,
    price: null,
    key: null,
    headers: null,
  };
}
