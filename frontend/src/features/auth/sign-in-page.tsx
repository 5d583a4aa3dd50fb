import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { isStatus } from '../../api/errors';
import { keys } from '../../api/keys';
import { signIn } from '../../api/queries/auth';
import { usePageTitle } from '../../lib/page';
import { Button } from '../../ui/button';
import { Field, INPUT } from '../../ui/field';

function problemOf(error: Error | null): string | undefined {
  if (!error) return undefined;
  return isStatus(error, 401)
    ? 'This token is not right. It changes each time Kure starts: take the newest one.'
    : error.message;
}

/** How to get a session, for whom has none. */
export default function SignInPage() {
  usePageTitle('Sign in');
  const client = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const entry = useMutation({
    mutationFn: signIn,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.me }),
    onError: () => input.current?.select(),
  });
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <div className="w-full max-w-md rounded-lg border border-hairline bg-surface p-6">
        <div className="mb-4 flex items-center gap-3">
          <img src="/favicon.svg" alt="" className="size-8" />
          <h1 className="text-2xl font-semibold">Sign in to Kure</h1>
        </div>
        <p className="mb-5 text-muted">
          Open the address that <code className="font-mono text-sm text-fg">kure demo</code> printed
          in the terminal; it ends with <code className="font-mono text-sm text-fg">#token=…</code>{' '}
          and signs you in. Or paste the token here.
        </p>
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            const token = input.current?.value.trim();
            if (token) entry.mutate(token);
          }}
        >
          <Field
            label="Token"
            hint="It stands in the file token of Kure's data directory (.kure/token), and is new after each start."
            problem={problemOf(entry.error)}
          >
            {(ids) => (
              <input
                {...ids}
                ref={input}
                required
                type="password"
                autoComplete="off"
                spellCheck={false}
                className={`${INPUT} font-mono`}
              />
            )}
          </Field>
          <Button type="submit" kind="primary" disabled={entry.isPending} className="self-start">
            {entry.isPending ? 'Signing in…' : 'Sign in'}
          </Button>
        </form>
      </div>
    </main>
  );
}
