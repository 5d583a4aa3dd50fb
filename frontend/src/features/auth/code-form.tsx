import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { signInWithCode } from '../../api/queries/auth';
import { Button } from '../../ui/button';
import { Field, INPUT } from '../../ui/field';

/** Signs in with a one-time code, as `kure demo` prints one. */
export function CodeForm({ onSignedIn }: { onSignedIn: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const entry = useMutation({
    mutationFn: signInWithCode,
    onSuccess: onSignedIn,
    onError: () => input.current?.select(),
  });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const code = input.current?.value.trim();
        if (code) entry.mutate(code);
      }}
    >
      <Field
        label="One-time code"
        hint="kure demo prints one at each start. It is good for an hour, once."
        problem={entry.error?.message}
      >
        {(ids) => (
          <input
            {...ids}
            ref={input}
            required
            autoComplete="one-time-code"
            spellCheck={false}
            placeholder="ABCDE-FGHJK-…"
            className={`${INPUT} font-mono uppercase placeholder:normal-case`}
          />
        )}
      </Field>
      <Button type="submit" kind="primary" disabled={entry.isPending} className="self-start">
        {entry.isPending ? 'Signing in…' : 'Sign in'}
      </Button>
    </form>
  );
}
