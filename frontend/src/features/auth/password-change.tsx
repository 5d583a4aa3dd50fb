import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { problemAt } from '../../api/errors';
import { keys } from '../../api/keys';
import { changePassword } from '../../api/queries/auth';
import { Button } from '../../ui/button';
import { Field, INPUT } from '../../ui/field';
import { ErrorText } from '../../ui/query-state';
import { toast } from '../../ui/toast';

/** Another password; every other session of the account ends with it. */
export function PasswordChange({ name }: { name: string }) {
  const client = useQueryClient();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const change = useMutation({
    mutationFn: changePassword,
    onSuccess: () => {
      setCurrent('');
      setPassword('');
      toast('The password is changed. Other sessions have ended.');
      return client.invalidateQueries({ queryKey: keys.sessions });
    },
  });
  const wrong = problemAt(change.error, 'current');
  const easy = problemAt(change.error, 'password');
  return (
    <form
      className="flex flex-col gap-4 rounded-lg border border-hairline bg-surface p-5"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate({ current, password });
      }}
    >
      <h2 className="font-semibold">Password</h2>
      {/* For password managers: whose password it is. */}
      <input hidden readOnly autoComplete="username" value={name} />
      <Field label="Current password" hint="Empty if you have none yet." problem={wrong}>
        {(ids) => (
          <input
            {...ids}
            type="password"
            autoComplete="current-password"
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
            className={`${INPUT} max-w-sm`}
          />
        )}
      </Field>
      <Field label="New password" hint="12 characters or more." problem={easy}>
        {(ids) => (
          <input
            {...ids}
            required
            minLength={12}
            type="password"
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            className={`${INPUT} max-w-sm`}
          />
        )}
      </Field>
      {change.error && !wrong && !easy && <ErrorText error={change.error} />}
      <Button type="submit" disabled={change.isPending} className="self-start">
        {change.isPending ? 'Changing it…' : 'Change the password'}
      </Button>
    </form>
  );
}
