import { problemAt } from '../api/errors';
import type { Grant } from '../api/types';
import { covers } from '../lib/scopes';
import { Field, INPUT } from './field';

const ROLES: [Grant['role'], string][] = [
  ['read', 'Read: see incidents, evidence and runs'],
  ['write', 'Write: also act on incidents, and test fixes'],
  ['admin', 'Admin: also everything here'],
];

interface Props {
  role: Grant['role'];
  scopes: string;
  error: Error | null;
  /** The most that may be given. */
  most?: Grant['role'];
  onRole: (role: Grant['role']) => void;
  onScopes: (scopes: string) => void;
}

/** What somebody may do, and where. */
export function GrantFields({ role, scopes, error, most = 'admin', onRole, onScopes }: Props) {
  return (
    <>
      <Field label="Role" problem={problemAt(error, 'role')}>
        {(ids) => (
          <select
            {...ids}
            value={role}
            onChange={(event) => onRole(event.target.value as Grant['role'])}
            className={INPUT}
          >
            {ROLES.filter(([value]) => covers(most, value)).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field
        label="Where"
        hint="cluster/namespace, each may be a pattern: */shop-*. An admin’s is */*."
        problem={problemAt(error, 'scopes')}
      >
        {(ids) => (
          <input
            {...ids}
            required
            value={scopes}
            spellCheck={false}
            autoCapitalize="off"
            onChange={(event) => onScopes(event.target.value)}
            className={`${INPUT} font-mono`}
          />
        )}
      </Field>
    </>
  );
}
