import { useId } from 'react';
import { problemAt } from '../../../api/errors';
import type { ChannelBody } from '../../../api/types';
import { Check } from '../../../ui/check';
import { Field, INPUT } from '../../../ui/field';

type Quiet = NonNullable<ChannelBody['quiet']>;

interface Props {
  quiet: Quiet | null;
  error: Error | null;
  path: string;
  onChange: (quiet: Quiet | null) => void;
}

/** When a channel keeps silent each day; what still fails then is told after it. */
export function QuietFields({ quiet, error, path, onChange }: Props) {
  const zones = useId();
  const usual = { start: '22:00', end: '07:00', zone: ownZone() };
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="spoken">Quiet hours</legend>
      <Check
        label="Keep quiet each day"
        about="What still fails when that ends is told then."
        isOn={quiet !== null}
        onChange={(isOn) => onChange(isOn ? usual : null)}
      />
      {quiet && (
        <div className="grid gap-4 pl-6.5 sm:grid-cols-3">
          {(['start', 'end'] as const).map((end) => (
            <Field
              key={end}
              label={end === 'start' ? 'From' : 'To'}
              problem={problemAt(error, `${path}.${end}`)}
            >
              {(ids) => (
                <input
                  {...ids}
                  type="time"
                  required
                  value={quiet[end]}
                  className={INPUT}
                  onChange={({ target }) => onChange({ ...quiet, [end]: target.value })}
                />
              )}
            </Field>
          ))}
          <Field label="Time zone" problem={problemAt(error, `${path}.zone`)}>
            {(ids) => (
              <>
                <input
                  {...ids}
                  required
                  list={zones}
                  value={quiet.zone}
                  className={INPUT}
                  onChange={({ target }) => onChange({ ...quiet, zone: target.value })}
                />
                <datalist id={zones}>
                  {Intl.supportedValuesOf('timeZone').map((zone) => (
                    <option key={zone} value={zone} />
                  ))}
                </datalist>
              </>
            )}
          </Field>
        </div>
      )}
    </fieldset>
  );
}

function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
