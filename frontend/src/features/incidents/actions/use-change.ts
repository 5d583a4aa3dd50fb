import { useMutation, useQueryClient } from '@tanstack/react-query';
import { isStatus } from '../../../api/errors';
import { keys } from '../../../api/keys';
import { type ActionName, change, showChanged, type Wish } from '../../../api/queries/incidents';
import type { IncidentRow } from '../../../api/types';
import { randomKey } from '../../../lib/id';
import { toast } from '../../../ui/toast';
import { nameOf } from '../words';

type Subject = Pick<IncidentRow, 'id' | 'kind' | 'name' | 'namespace' | 'version'>;

const DONE: Record<ActionName, (name: string) => string> = {
  acknowledge: (name) => `Acknowledged ${name}`,
  ignore: (name) => `Ignored ${name}`,
  restore: (name) => `${name} is no longer ignored`,
  resolve: (name) => `Marked ${name} as handled`,
  retry: (name) => `Diagnosing ${name} again`,
  investigate: (name) => `A model is asked about ${name}`,
};

/** Makes a wish of what a person has just asked for. */
export function wishFor(row: Subject, action: ActionName, rest: Partial<Wish> = {}): Wish {
  return { id: row.id, version: row.version, action, key: randomKey(), ...rest };
}

/** Carries out wishes about one incident, and says so. */
export function useChange(row: Subject) {
  const client = useQueryClient();
  return useMutation({
    mutationKey: keys.change(row.id),
    mutationFn: change,
    onSuccess: (changed, wish) => {
      showChanged(client, changed);
      toast(DONE[wish.action](nameOf(row)));
    },
    onError: (error) => {
      if (!isStatus(error, 409)) return;
      void client.invalidateQueries({ queryKey: keys.detail(row.id) });
      void client.invalidateQueries({ queryKey: keys.lists });
    },
  });
}
