import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { meQuery } from '../../../api/queries/auth';
import { usersQuery } from '../../../api/queries/users';
import type { Account } from '../../../api/types';
import { scopesInWords } from '../../../lib/scopes';
import { Button } from '../../../ui/button';
import { QueryState } from '../../../ui/query-state';
import { Time } from '../../../ui/time';
import { Panel } from '../panel';
import { AccountDialog } from './account-dialog';

/** The accounts, each with what it may; the last admin and oneself stay as they are. */
export function Accounts() {
  const query = useQuery(usersQuery);
  const [changed, setChanged] = useState<Account | null>(null);
  return (
    <Panel title="Accounts">
      <QueryState query={query} what="accounts" skeletonLines={3}>
        {(accounts) => (
          <ul className="divide-y divide-hairline">
            {accounts.map((account) => (
              <Row
                key={account.id}
                account={account}
                isLastAdmin={isLastAdmin(account, accounts)}
                onChange={() => setChanged(account)}
              />
            ))}
          </ul>
        )}
      </QueryState>
      {changed && <AccountDialog account={changed} onClose={() => setChanged(null)} />}
    </Panel>
  );
}

function isLastAdmin({ role }: Account, accounts: readonly Account[]): boolean {
  return role === 'admin' && accounts.filter((other) => other.role === 'admin').length === 1;
}

interface RowProps {
  account: Account;
  isLastAdmin: boolean;
  onChange: () => void;
}

function Row({ account, isLastAdmin, onChange }: RowProps) {
  const { data: me } = useQuery(meQuery);
  const why =
    account.name === me?.name
      ? 'This is your own account: another admin can change it.'
      : isLastAdmin
        ? 'The last admin: make somebody else one first.'
        : null;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2.5 text-sm">
      <div className="min-w-0">
        <p className="truncate font-medium" title={account.name}>
          {account.name}
          {!account.local && <span className="font-normal text-muted"> by identity provider</span>}
        </p>
        <p className="text-muted">
          {account.role}, {scopesInWords(account.scopes)};{' '}
          {account.signed_in_at ? (
            <>
              last signed in <Time at={account.signed_in_at} />
            </>
          ) : (
            'never signed in'
          )}
        </p>
      </div>
      {why ? (
        <p className="text-xs text-muted">{why}</p>
      ) : (
        <Button kind="quiet" aria-label={`Change ${account.name}`} onClick={onChange}>
          Change
        </Button>
      )}
    </li>
  );
}
