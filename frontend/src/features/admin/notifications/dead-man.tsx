import { useState } from 'react';
import { problemAt } from '../../../api/errors';
import { bodyOf } from '../../../api/queries/notifications';
import type { DeadManBody, Notifications } from '../../../api/types';
import { Button } from '../../../ui/button';
import { Check } from '../../../ui/check';
import { CountField } from '../../../ui/count-field';
import { Field, INPUT } from '../../../ui/field';
import { ErrorText } from '../../../ui/query-state';
import { Panel } from '../panel';
import { Health } from './health';
import { useSave } from './use-save';

/** A ping that goes out while Kure lives, so that somebody else notices when it does not. */
export function DeadMan({ notifications }: { notifications: Notifications }) {
  const save = useSave();
  const stored = notifications.dead_man;
  const body = bodyOf(notifications);
  const [ping, setPing] = useState<DeadManBody>(
    body.dead_man ?? { address: '', every_seconds: 300, inside: false },
  );
  const isOff = !ping.address?.trim();
  const set = (part: Partial<DeadManBody>) => setPing({ ...ping, ...part });
  const keep = () =>
    save.mutate({
      body: { ...body, dead_man: isOff ? null : ping },
      words: isOff ? 'No ping goes out.' : 'The ping is saved.',
    });
  return (
    <Panel
      title="When Kure itself is dead"
      about="While Kure is well, it asks for an address of a service that watches for that, such as healthchecks.io. When no ping comes, that service tells you."
    >
      {stored && (
        <div className="text-sm">
          <Health health={stored.health} />
        </div>
      )}
      <form
        className="grid gap-4 sm:grid-cols-[1fr_10rem]"
        onSubmit={(event) => {
          event.preventDefault();
          keep();
        }}
      >
        <Field
          label="Address of the ping"
          hint={
            stored ? 'As it is shown, it stays what it was. Empty: no ping.' : 'Empty: no ping.'
          }
          problem={problemAt(save.error, 'dead_man.address')}
        >
          {(ids) => (
            <input
              {...ids}
              spellCheck={false}
              autoCapitalize="off"
              autoComplete="off"
              value={ping.address ?? ''}
              className={`${INPUT} font-mono`}
              onChange={({ target }) => set({ address: target.value })}
            />
          )}
        </Field>
        <CountField
          label="Every … seconds"
          hint="From 60 to 86 400."
          least={60}
          most={86_400}
          value={ping.every_seconds}
          problem={problemAt(save.error, 'dead_man.every_seconds')}
          onChange={(every_seconds) => set({ every_seconds })}
        />
        <div className="sm:col-span-2">
          <Check
            label="The receiver of the ping is inside"
            about="It may have a private address."
            isOn={ping.inside}
            onChange={(inside) => set({ inside })}
          />
        </div>
        {save.error && (
          <div className="sm:col-span-2">
            <ErrorText error={save.error} />
          </div>
        )}
        <Button kind="primary" type="submit" className="w-fit" disabled={save.isPending}>
          Save
        </Button>
      </form>
    </Panel>
  );
}
