import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { signIn } from '../../api/queries/auth';
import { Button } from '../../ui/button';
import { Field, INPUT } from '../../ui/field';

/** Signs in with name and password. */
export function PasswordForm({ onSignedIn }: { onSignedIn: () => void }) {
  const name = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const entry = useMutation({
    mutationFn: signIn,
    onSuccess: onSignedIn,
    onError: () => password.current?.select(),
  });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        entry.mutate({
          name: name.current?.value.trim() ?? '',
          password: password.current?.value ?? '',
        });
      }}
    >
      <Field label="Name">
        {(ids) => (
          <input
            {...ids}
            ref={name}
            required
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            className={INPUT}
          />
        )}
      </Field>
      <Field label="Password" problem={entry.error?.message}>
        {(ids) => (
          <input
            {...ids}
            ref={password}
            required
            type="password"
            autoComplete="current-password"
            className={INPUT}
          />
        )}
      </Field>
      <Button type="submit" kind="primary" disabled={entry.isPending} className="self-start">
        {entry.isPending ? 'Signing in…' : 'Sign in'}
      </Button>
    </form>
  );
}
