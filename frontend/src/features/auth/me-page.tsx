import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { meQuery, type NextPage, signOut } from '../../api/queries/auth';
import { usePageStart, usePageTitle } from '../../lib/page';
import { type Density, setPreferences, type Theme, usePreferences } from '../../lib/preferences';
import { Button } from '../../ui/button';
import { Field, INPUT } from '../../ui/field';
import { ErrorText } from '../../ui/query-state';
import { Choice } from './choice';
import { PasswordChange } from './password-change';
import { Sessions } from './sessions';
import { Tokens } from './tokens';

const THEMES: [Theme, string][] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];
const DENSITIES: [Density, string][] = [
  ['comfortable', 'Comfortable'],
  ['compact', 'Compact'],
];

const route = getRouteApi('/me');

/** What a person chooses for this browser, and the way out. */
export default function MePage() {
  usePageTitle('Preferences');
  usePageStart('preferences');
  const { theme, density, zone, singleKeys } = usePreferences();
  const { data: user } = useQuery(meQuery);
  const { live } = route.useRouteContext();
  const leave = (next: NextPage) => {
    live.signOut();
    if (next) location.assign(next);
  };
  const exit = useMutation({ mutationFn: signOut, onSuccess: leave });
  return (
    <div className="mx-auto flex w-full max-w-2xl flex-col gap-6 p-4 lg:p-6">
      <header>
        <h1 tabIndex={-1} className="text-2xl font-semibold">
          Preferences
        </h1>
        <p className="text-muted">Of this browser, and of your account.</p>
      </header>
      <div className="flex flex-col gap-5 rounded-lg border border-hairline bg-surface p-5">
        <Choice
          legend="Theme"
          options={THEMES}
          value={theme}
          onChange={(value) => setPreferences({ theme: value })}
        />
        <Choice
          legend="Density of lists"
          options={DENSITIES}
          value={density}
          onChange={(value) => setPreferences({ density: value })}
        />
        <Field label="Time zone" hint="In which times of day are shown.">
          {(ids) => (
            <select
              {...ids}
              value={zone}
              onChange={(event) => setPreferences({ zone: event.target.value })}
              className={`${INPUT} max-w-xs`}
            >
              <option value="browser">Of this browser</option>
              <option value="UTC">UTC</option>
              {Intl.supportedValuesOf('timeZone').map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          )}
        </Field>
        <label className="flex items-start gap-2.5 text-sm">
          <input
            type="checkbox"
            checked={singleKeys}
            onChange={(event) => setPreferences({ singleKeys: event.target.checked })}
            className="mt-0.5 size-4 accent-accent"
          />
          <span>
            <span className="font-medium">Single keys</span>
            <span className="block text-muted">
              Press ? to see them. Switch them off if they are in the way of a tool that you use.
            </span>
          </span>
        </label>
      </div>
      <section className="flex flex-wrap items-center justify-between gap-4 rounded-lg border border-hairline bg-surface p-5">
        <div>
          <h2 className="font-semibold">Session</h2>
          {user && (
            <p className="text-sm text-muted">
              Signed in as {user.name} ({user.role})
            </p>
          )}
          {exit.error && <ErrorText error={exit.error} />}
        </div>
        <Button disabled={exit.isPending} onClick={() => exit.mutate()}>
          Sign out
        </Button>
      </section>
      <Sessions onSignedOut={leave} />
      {user && <Tokens user={user} />}
      {user?.local && <PasswordChange name={user.name} />}
    </div>
  );
}
