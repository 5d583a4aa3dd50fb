import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../../api/keys';
import { saveModels } from '../../../api/queries/models';
import type { ModelsBody } from '../../../api/types';
import { toast } from '../../../ui/toast';

interface Saving {
  body: ModelsBody;
  /** What is said once it is saved. */
  words: string;
}

/** Saves all of it, from the version that was read. */
export function useSave(onSaved?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body }: Saving) => saveModels(body),
    onSuccess: (models, { words }) => {
      client.setQueryData(keys.models, models);
      toast(words);
      onSaved?.();
    },
  });
}
