import { buttonLook } from '../../ui/button';
import { Notice } from '../../ui/notice';
import type { Entry } from './entry';

const SOMEBODY = 'the identity provider';
const ID = /^[0-9a-f-]{36}$/;

type Words = [title: string, what: string];

/** What to say of each word that the API may send; `label` is what the provider is called. */
const WORDS: Record<string, (label: string) => Words> = {
  no_group: (label) => [
    'Your account opens nothing here',
    `You are known to ${label}, but none of your groups there grants anything in Kure. Ask whoever runs Kure for access.`,
  ],
  denied: (label) => [
    'The sign-in was refused',
    `That is what ${label} answered. Try again, or ask whoever runs it.`,
  ],
  stale: () => [
    'That sign-in is over',
    'It was begun in another browser or too long ago, or was used already. Begin again.',
  ],
  throttled: () => ['Too many tries to sign in', 'Try again in five minutes.'],
  unreachable: (label) => [
    'The sign-in is not possible at the moment',
    `Kure cannot ask ${label}. Try again in a minute; an account of Kure's own works all the same.`,
  ],
  invalid: (label) => [
    'The sign-in did not succeed',
    `Kure cannot use what ${label} answered. Begin again.`,
  ],
};

/** Goes to the identity provider, and comes back to the page that is shown now. */
export function ProviderLink({ label }: { label: string }) {
  const next = encodeURIComponent(location.pathname + location.search);
  return (
    <a href={`/api/auth/oidc/start?next=${next}`} className={buttonLook('primary', 'mb-5 w-full')}>
      Sign in with {label}
    </a>
  );
}

interface Props {
  refused: NonNullable<Entry['refused']>;
  label: string | null | undefined;
}

/** Why a sign-in through the identity provider did not succeed. Anybody may make such a link, so
 * nothing of it is shown but the id. */
export function ProviderRefusal({ refused: { why, id }, label }: Props) {
  const words = Object.hasOwn(WORDS, why) ? WORDS[why] : WORDS.invalid;
  const [title, what] = words?.(label ?? SOMEBODY) ?? [];
  return (
    <div className="mb-5">
      <Notice tone="critical" urgent title={title ?? ''}>
        {what}
        {ID.test(id) && <p className="mt-1 text-muted">In the API's log: {id}</p>}
      </Notice>
    </div>
  );
}
