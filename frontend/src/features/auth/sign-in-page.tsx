import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/keys';
import { statusQuery } from '../../api/queries/auth';
import { usePageTitle } from '../../lib/page';
import { Button } from '../../ui/button';
import { CodeForm } from './code-form';
import { keepEntry, useEntry } from './entry';
import { PasswordForm } from './password-form';
import { ProviderLink, ProviderRefusal } from './provider';
import { SignUpForm } from './sign-up-form';

type Way = 'password' | 'code' | 'set up' | 'invitation';

const TITLES: Record<Way, string> = {
  password: 'Sign in to Kure',
  code: 'Sign in to Kure',
  'set up': 'Set up Kure',
  invitation: 'Join Kure',
};

/** How to get a session, for whom has none; whoever gets one stays at the same address. */
export default function SignInPage() {
  const client = useQueryClient();
  const entry = useEntry();
  const status = useQuery(statusQuery);
  const [withCode, setWithCode] = useState(false);
  const way = wayOf(Boolean(status.data?.setup_required), entry, withCode);
  usePageTitle(TITLES[way]);
  const done = () => {
    keepEntry({});
    return client.invalidateQueries({ queryKey: keys.me });
  };
  if (status.isPending) return null;
  const provider = status.data?.provider;
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <div className="w-full max-w-md rounded-lg border border-hairline bg-surface p-6">
        <div className="mb-4 flex items-center gap-3">
          <img src="/favicon.svg" alt="" className="size-8" />
          <h1 className="text-2xl font-semibold">{TITLES[way]}</h1>
        </div>
        {entry.refused && <ProviderRefusal refused={entry.refused} label={provider} />}
        {provider && way !== 'invitation' && <ProviderLink label={provider} />}
        {way === 'password' && <PasswordForm onSignedIn={done} />}
        {way === 'code' && <CodeForm onSignedIn={done} />}
        {way === 'set up' && <SignUpForm code={entry.code ?? ''} onSignedIn={done} />}
        {way === 'invitation' && (
          <SignUpForm invitation={entry.invitation ?? ''} onSignedIn={done} />
        )}
        {(way === 'password' || way === 'code') && (
          <div className="mt-5 border-t border-hairline pt-3">
            <Button kind="quiet" className="-ml-3" onClick={() => setWithCode(!withCode)}>
              {withCode ? 'Use name and password' : 'Use a one-time code'}
            </Button>
          </div>
        )}
      </div>
    </main>
  );
}

function wayOf(
  isNew: boolean,
  { code, invitation }: ReturnType<typeof useEntry>,
  withCode: boolean,
): Way {
  if (invitation !== undefined) return 'invitation';
  if (isNew || code !== undefined) return 'set up';
  return withCode ? 'code' : 'password';
}
