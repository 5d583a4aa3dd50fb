import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { problemAt } from '../../api/errors';
import { keys } from '../../api/keys';
import { makeToken } from '../../api/queries/tokens';
import type { Grant, User } from '../../api/types';
import { readList } from '../../lib/format';
import { writeScopes } from '../../lib/scopes';
import { serverNow } from '../../live/clock';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field, INPUT } from '../../ui/field';
import { GrantFields } from '../../ui/grant-fields';
import { ErrorText } from '../../ui/query-state';
import { ShownOnce } from '../../ui/shown-once';

const DAY_MS = 86_400_000;
const LIVES: [string, number][] = [
  ['One day', 1],
  ['A week', 7],
  ['A month', 30],
  ['90 days', 90],
  ['A year', 365],
];

interface Props {
  user: User;
  onClose: () => void;
}

/** A token for a program, and its text, which is shown here and never again. */
export function TokenDialog({ user, onClose }: Props) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Grant['role']>('read');
  const [scopes, setScopes] = useState(writeScopes(user.scopes));
  const [days, setDays] = useState(30);
  const making = useMutation({
    mutationFn: () => {
      const expires_at = new Date(serverNow() + days * DAY_MS).toISOString();
      return makeToken({ name, role, scopes: readList(scopes), expires_at });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.tokens }),
  });
  if (making.data) {
    return (
      <ShownOnce
        title={`The token ${name} is made`}
        description="Give it to the program now. It is not shown again."
        text={making.data.token}
        what="the token"
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog title="Make a token" onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          making.mutate();
        }}
      >
        <Field label="For what" problem={problemAt(making.error, 'name')}>
          {(ids) => (
            <input
              {...ids}
              required
              maxLength={100}
              value={name}
              onChange={({ target }) => setName(target.value)}
              className={INPUT}
            />
          )}
        </Field>
        <GrantFields
          role={role}
          scopes={scopes}
          error={making.error}
          most={user.role}
          onRole={setRole}
          onScopes={setScopes}
        />
        <Field label="Good for" problem={problemAt(making.error, 'expires_at')}>
          {(ids) => (
            <select
              {...ids}
              value={days}
              onChange={({ target }) => setDays(Number(target.value))}
              className={INPUT}
            >
              {LIVES.map(([words, value]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </select>
          )}
        </Field>
        {making.error && <ErrorText error={making.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={making.isPending}>
            Make the token
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
