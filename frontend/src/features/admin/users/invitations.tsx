import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../../api/keys';
import { invitationsQuery, withdraw } from '../../../api/queries/users';
import type { Invitation } from '../../../api/types';
import { scopesInWords } from '../../../lib/scopes';
import { Button } from '../../../ui/button';
import { ErrorText, QueryState } from '../../../ui/query-state';
import { Time } from '../../../ui/time';
import { Panel } from '../panel';
import { InviteDialog } from './invite-dialog';

/** Who was invited; an open invitation can be withdrawn. */
export function Invitations() {
  const query = useQuery(invitationsQuery);
  const [isInviting, setInviting] = useState(false);
  return (
    <Panel
      title="Invitations"
      about="Each makes one account. Its link is shown once, when it is made."
      aside={
        <Button kind="primary" onClick={() => setInviting(true)}>
          Invite somebody
        </Button>
      }
    >
      <QueryState
        query={query}
        what="invitations"
        skeletonLines={2}
        isEmpty={(items) => items.length === 0}
        empty={<p className="text-sm text-muted">Nobody has been invited yet.</p>}
      >
        {(items) => (
          <ul className="divide-y divide-hairline">
            {items.map((invitation) => (
              <Row key={invitation.id} invitation={invitation} />
            ))}
          </ul>
        )}
      </QueryState>
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Panel>
  );
}

function Row({ invitation }: { invitation: Invitation }) {
  const client = useQueryClient();
  const withdrawal = useMutation({
    mutationFn: () => withdraw(invitation.id),
    onSettled: () => client.invalidateQueries({ queryKey: keys.invitations }),
  });
  const { note, role, scopes, created_by, created_at, used_at } = invitation;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2.5 text-sm">
      <div className="min-w-0">
        <p className="truncate font-medium">{note || 'Without a note'}</p>
        <p className="text-muted">
          {role}, {scopesInWords(scopes)}; by {created_by} <Time at={created_at} />;{' '}
          <State invitation={invitation} />
        </p>
        {withdrawal.error && <ErrorText error={withdrawal.error} />}
      </div>
      {!used_at && (
        <Button
          kind="quiet"
          disabled={withdrawal.isPending}
          aria-label={`Withdraw the invitation ${note}`}
          onClick={() => withdrawal.mutate()}
        >
          Withdraw
        </Button>
      )}
    </li>
  );
}

function State({ invitation: { used_at, used_by, expires_at } }: { invitation: Invitation }) {
  if (used_at) {
    return (
      <>
        used by {used_by ?? 'an account that is gone'} <Time at={used_at} />
      </>
    );
  }
  if (!expires_at) return 'open until it is used';
  const isOver = Date.parse(expires_at) < Date.now();
  return (
    <>
      {isOver ? 'expired' : 'open until'} <Time at={expires_at} style="full" />
    </>
  );
}
