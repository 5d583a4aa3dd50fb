import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { problemAt } from '../../api/errors';
import { type NewAccount, signUp } from '../../api/queries/auth';
import { Button } from '../../ui/button';
import { Field, INPUT } from '../../ui/field';
import { ErrorText } from '../../ui/query-state';

interface Props {
  /** The first admin's one-time code, '' where it is still to be typed. */
  code?: string;
  invitation?: string;
  onSignedIn: () => void;
}

/** Makes an account and signs in to it: the first admin's, or that of somebody who was invited. */
export function SignUpForm({ code: given = '', invitation, onSignedIn }: Props) {
  const [code, setCode] = useState(given);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const entry = useMutation({ mutationFn: signUp, onSuccess: onSignedIn });
  const account: NewAccount =
    invitation === undefined
      ? { name: name.trim(), password, code: code.trim() }
      : { name: name.trim(), password, invitation };
  const named = problemAt(entry.error, 'name') ?? problemAt(entry.error, 'password');
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        entry.mutate(account);
      }}
    >
      <p className="text-muted">
        {invitation === undefined
          ? 'Make the first account: an admin, who can then invite others.'
          : 'You were invited: choose how you sign in.'}
      </p>
      {invitation === undefined && given === '' && (
        <Field
          label="One-time code"
          hint="kure admin-code prints one. It is good for an hour, once."
        >
          {(ids) => (
            <input
              {...ids}
              required
              value={code}
              onChange={(event) => setCode(event.target.value)}
              autoComplete="one-time-code"
              spellCheck={false}
              className={`${INPUT} font-mono uppercase`}
            />
          )}
        </Field>
      )}
      <Field label="Name" problem={problemAt(entry.error, 'name')}>
        {(ids) => (
          <input
            {...ids}
            required
            value={name}
            onChange={(event) => setName(event.target.value)}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            className={INPUT}
          />
        )}
      </Field>
      <Field
        label="Password"
        hint="12 characters or more. A few words that do not belong together are best."
        problem={problemAt(entry.error, 'password')}
      >
        {(ids) => (
          <input
            {...ids}
            required
            minLength={12}
            type="password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            autoComplete="new-password"
            className={INPUT}
          />
        )}
      </Field>
      {entry.error && !named && <ErrorText error={entry.error} />}
      <Button type="submit" kind="primary" disabled={entry.isPending} className="self-start">
        {entry.isPending ? 'Making it…' : 'Make the account'}
      </Button>
    </form>
  );
}
