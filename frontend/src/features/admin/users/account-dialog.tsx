import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../../api/keys';
import { changeUser, removeUser } from '../../../api/queries/users';
import type { Account } from '../../../api/types';
import { readList } from '../../../lib/format';
import { writeScopes } from '../../../lib/scopes';
import { Button } from '../../../ui/button';
import { Dialog } from '../../../ui/dialog';
import { GrantFields } from '../../../ui/grant-fields';
import { ErrorText } from '../../../ui/query-state';
import { toast } from '../../../ui/toast';

interface Props {
  account: Account;
  onClose: () => void;
}

/** Another role, other scopes, or the end of an account; in each case it is signed out. */
export function AccountDialog({ account, onClose }: Props) {
  const client = useQueryClient();
  const [role, setRole] = useState(account.role);
  const [scopes, setScopes] = useState(writeScopes(account.scopes));
  const done = (words: string) => () => {
    toast(words);
    onClose();
    return client.invalidateQueries({ queryKey: keys.users });
  };
  const change = useMutation({
    mutationFn: () => changeUser(account, { role, scopes: readList(scopes) }),
    onSuccess: done(`${account.name} may do that from now on.`),
  });
  const remove = useMutation({
    mutationFn: () => removeUser(account),
    onSuccess: done(`The account ${account.name} is removed.`),
  });
  const error = change.error ?? remove.error;
  return (
    <Dialog
      title={`Change ${account.name}`}
      description="Its sessions and, where it is removed, its tokens end at once."
      onClose={onClose}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <GrantFields
          role={role}
          scopes={scopes}
          error={change.error}
          onRole={setRole}
          onScopes={setScopes}
        />
        {error && <ErrorText error={error} />}
        <div className="flex flex-wrap justify-between gap-2">
          <Removal
            name={account.name}
            isPending={remove.isPending}
            onRemove={() => remove.mutate()}
          />
          <Button kind="primary" type="submit" disabled={change.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface RemovalProps {
  name: string;
  isPending: boolean;
  onRemove: () => void;
}

function Removal({ name, isPending, onRemove }: RemovalProps) {
  const [isAsked, setAsked] = useState(false);
  if (!isAsked) {
    return (
      <Button kind="quiet" onClick={() => setAsked(true)}>
        Remove the account…
      </Button>
    );
  }
  return (
    <Button disabled={isPending} onClick={onRemove}>
      Yes, remove {name}
    </Button>
  );
}
