import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { problemAt } from '../../../api/errors';
import { keys } from '../../../api/keys';
import { invite } from '../../../api/queries/users';
import type { Grant } from '../../../api/types';
import { readList } from '../../../lib/format';
import { Button } from '../../../ui/button';
import { Dialog } from '../../../ui/dialog';
import { Field, INPUT } from '../../../ui/field';
import { GrantFields } from '../../../ui/grant-fields';
import { ErrorText } from '../../../ui/query-state';
import { ShownOnce } from '../../../ui/shown-once';

const DAY_MS = 86_400_000;
const LIVES: [string, number | null][] = [
  ['One day', 1],
  ['A week', 7],
  ['A month', 30],
  ['Until it is used', null],
];

/** An invitation, and its link, which is shown here and never again. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const [role, setRole] = useState<Grant['role']>('read');
  const [scopes, setScopes] = useState('*/*');
  const [days, setDays] = useState<number | null>(7);
  const inviting = useMutation({
    mutationFn: () => {
      const expires_at = days === null ? null : new Date(Date.now() + days * DAY_MS).toISOString();
      return invite({ note, role, scopes: readList(scopes), expires_at });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.invitations }),
  });
  if (inviting.data) {
    const { url, token } = inviting.data;
    return (
      <ShownOnce
        title="The invitation is made"
        description="Send this link. It is not shown again, and makes one account."
        text={url ?? `${location.origin}/#invitation=${token}`}
        what="the link"
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog title="Invite somebody" onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          inviting.mutate();
        }}
      >
        <Field
          label="For whom"
          hint="A note for yourself."
          problem={problemAt(inviting.error, 'note')}
        >
          {(ids) => (
            <input
              {...ids}
              maxLength={200}
              value={note}
              onChange={(event) => setNote(event.target.value)}
              className={INPUT}
            />
          )}
        </Field>
        <GrantFields
          role={role}
          scopes={scopes}
          error={inviting.error}
          onRole={setRole}
          onScopes={setScopes}
        />
        <Field label="Good for" problem={problemAt(inviting.error, 'expires_at')}>
          {(ids) => (
            <select
              {...ids}
              value={days ?? ''}
              onChange={(event) => setDays(event.target.value ? Number(event.target.value) : null)}
              className={INPUT}
            >
              {LIVES.map(([words, value]) => (
                <option key={words} value={value ?? ''}>
                  {words}
                </option>
              ))}
            </select>
          )}
        </Field>
        {inviting.error && <ErrorText error={inviting.error} />}
        <Button kind="primary" type="submit" className="self-end" disabled={inviting.isPending}>
          Make the invitation
        </Button>
      </form>
    </Dialog>
  );
}
