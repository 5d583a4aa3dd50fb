import { useState } from 'react';
import { problemAt } from '../../../api/errors';
import { toLocalInput } from '../../../lib/time';
import { serverNow } from '../../../live/clock';
import { Field, INPUT } from '../../../ui/field';

const HOUR_MS = 3_600_000;
const SPANS: [string, number][] = [
  ['One hour', 1],
  ['8 hours', 8],
  ['One day', 24],
  ['A week', 168],
  ['A month', 720],
];

interface Props {
  error: Error | null;
  /** An RFC 3339 time; null for no end. */
  onChange: (end: string | null) => void;
}

/** When an exclusion ends by itself. */
export function EndField({ error, onChange }: Props) {
  const [choice, setChoice] = useState('');
  const choose = (value: string) => {
    setChoice(value);
    if (value === 'until') return onChange(inHours(24));
    onChange(value ? inHours(Number(value)) : null);
  };
  return (
    <Field label="For" problem={problemAt(error, 'expires_at')}>
      {(ids) => (
        <div className="flex flex-wrap gap-2">
          <select
            {...ids}
            value={choice}
            onChange={({ target }) => choose(target.value)}
            className={`${INPUT} w-56!`}
          >
            <option value="">Without an end</option>
            {SPANS.map(([words, hours]) => (
              <option key={hours} value={hours}>
                {words}
              </option>
            ))}
            <option value="until">Until a moment…</option>
          </select>
          {choice === 'until' && (
            <input
              type="datetime-local"
              aria-label="Moment"
              required
              min={toLocalInput(serverNow())}
              defaultValue={toLocalInput(serverNow() + 24 * HOUR_MS)}
              onChange={({ target }) =>
                target.value && onChange(new Date(target.value).toISOString())
              }
              className={`${INPUT} w-52!`}
            />
          )}
        </div>
      )}
    </Field>
  );
}

function inHours(hours: number): string {
  return new Date(serverNow() + hours * HOUR_MS).toISOString();
}
