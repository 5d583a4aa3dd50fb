import { PageHead } from '../page-head';
import { Accounts } from './accounts';
import { AgentTokens } from './agent-tokens';
import { Invitations } from './invitations';

/** Who may use Kure, and who is invited to. */
export default function UsersPage() {
  return (
    <>
      <PageHead title="Users">Who may sign in, what they may do, and in which namespaces.</PageHead>
      <Accounts />
      <Invitations />
      <AgentTokens />
    </>
  );
}
