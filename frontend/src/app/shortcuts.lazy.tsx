import { Link } from '@tanstack/react-router';
import { usePreferences } from '../lib/preferences';
import { Dialog } from '../ui/dialog';

const GROUPS = [
  {
    name: 'Everywhere',
    keys: [
      ['Ctrl K', 'Search or jump'],
      ['g i', 'Go to incidents'],
      ['g m', 'Go to mirror tests'],
      ['g w', 'Go to workflows'],
      ['?', 'This sheet'],
      ['Esc', 'Close, clear the filter, or back to the list'],
    ],
  },
  {
    name: 'Incidents',
    keys: [
      ['/', 'Filter'],
      ['j k', 'Next, previous row'],
      ['Enter o', 'Open the row'],
      ['e', 'Ignore'],
      ['r', 'Diagnose again'],
      ['y', 'Copy link'],
    ],
  },
  {
    name: 'One incident',
    keys: [
      ['j k', 'Next, previous incident'],
      ['t', 'Test the fix on a copy of the pod'],
      ['l', 'Logs'],
      ['[ ]', 'Previous, next evidence'],
      ['e', 'Ignore'],
      ['r', 'Diagnose again'],
      ['y', 'Copy link'],
    ],
  },
] as const;

/** All single keys that do something. */
export default function Shortcuts({ onClose }: { onClose: () => void }) {
  const { singleKeys } = usePreferences();
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      {!singleKeys && (
        <p className="mb-4 text-sm text-warning">
          Single keys are switched off in your{' '}
          <Link to="/me" className="underline" onClick={onClose}>
            preferences
          </Link>
          .
        </p>
      )}
      <div className="flex flex-col gap-5">
        {GROUPS.map(({ name, keys }) => (
          <section key={name} aria-label={name}>
            <h3 className="mb-1.5 text-sm font-semibold">{name}</h3>
            <dl className="grid grid-cols-[88px_1fr] gap-x-4 gap-y-1.5 text-sm">
              {keys.map(([key, action]) => (
                <div key={key} className="contents">
                  <dt className="flex gap-1">
                    {key.split(' ').map((part) => (
                      <kbd
                        key={part}
                        className="rounded-sm border border-control bg-sunken px-1.5 font-mono text-xs leading-5"
                      >
                        {part}
                      </kbd>
                    ))}
                  </dt>
                  <dd className="text-muted">{action}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
