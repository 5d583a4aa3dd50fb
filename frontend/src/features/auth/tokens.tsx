import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/keys';
import { endToken, tokensQuery } from '../../api/queries/tokens';
import type { ApiToken, User } from '../../api/types';
import { scopesInWords } from '../../lib/scopes';
import { serverNow } from '../../live/clock';
import { Button } from '../../ui/button';
import { ErrorText, QueryState } from '../../ui/query-state';
import { Time } from '../../ui/time';
import { toast } from '../../ui/toast';
import { TokenDialog } from './token-dialog';

/** The tokens with which programs speak for the account. */
export function Tokens({ user }: { user: User }) {
  const query = useQuery(tokensQuery);
  const [isMaking, setMaking] = useState(false);
  return (
    <section className="flex flex-col gap-3 rounded-lg border border-hairline bg-surface p-5">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div>
          <h2 className="font-semibold">API tokens</h2>
          <p className="text-sm text-muted">For programs. None can do more than you.</p>
        </div>
        <Button onClick={() => setMaking(true)}>Make a token</Button>
      </div>
      <QueryState
        query={query}
        what="tokens"
        skeletonLines={1}
        isEmpty={(tokens) => tokens.length === 0}
        empty={<p className="text-sm text-muted">You have none.</p>}
      >
        {(tokens) => (
          <ul className="divide-y divide-hairline">
            {tokens.map((token) => (
              <Row key={token.id} token={token} />
            ))}
          </ul>
        )}
      </QueryState>
      {isMaking && <TokenDialog user={user} onClose={() => setMaking(false)} />}
    </section>
  );
}

function Row({ token }: { token: ApiToken }) {
  const client = useQueryClient();
  const ending = useMutation({
    mutationFn: () => endToken(token.id),
    onSuccess: () => toast(`The token ${token.name} has ended.`),
    onSettled: () => client.invalidateQueries({ queryKey: keys.tokens }),
  });
  const { name, role, scopes, expires_at, used_at } = token;
  const isOver = Date.parse(expires_at) < serverNow();
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2.5 text-sm">
      <div className="min-w-0">
        <p className="truncate font-medium" title={name}>
          {name}
        </p>
        <p className="text-muted">
          {role}, {scopesInWords(scopes)}; {isOver ? 'ended' : 'until'}{' '}
          <Time at={expires_at} style="full" />;{' '}
          {used_at ? (
            <>
              last used <Time at={used_at} />
            </>
          ) : (
            'never used'
          )}
        </p>
        {ending.error && <ErrorText error={ending.error} />}
      </div>
      <Button
        kind="quiet"
        disabled={ending.isPending}
        aria-label={`End the token ${name}`}
        onClick={() => ending.mutate()}
      >
        End
      </Button>
    </li>
  );
}
