import { type FormEvent, useState } from 'react';
import { ApiError } from '../../../api/errors';
import type { Wish } from '../../../api/queries/incidents';
import { refusal } from '../../../api/refusal';
import type { IncidentRow } from '../../../api/types';
import { toLocalInput } from '../../../lib/time';
import { serverNow } from '../../../live/clock';
import { Button } from '../../../ui/button';
import { Dialog } from '../../../ui/dialog';
import { Field, INPUT } from '../../../ui/field';
import { Notice } from '../../../ui/notice';
import { nameOf } from '../words';
import { useChange, wishFor } from './use-change';

const HOUR = 3_600_000;
const SPANS = [
  [1, '1 hour'],
  [8, '8 hours'],
  [24, '1 day'],
  [168, '7 days'],
] as const;

type Mode = 'span' | 'until' | 'count' | 'forever';

/** What the form says, as the API wants it. */
function readForm(form: FormData, mode: Mode): Partial<Wish> {
  const reason = String(form.get('reason') ?? '').trim();
  if (mode === 'count') return { reason, count: Number(form.get('count')) };
  if (mode === 'forever') return { reason, until: 'forever' };
  const at =
    mode === 'span'
      ? serverNow() + Number(form.get('span')) * HOUR
      : Date.parse(String(form.get('until')));
  return { reason, until: new Date(at).toISOString() };
}

interface Props {
  row: IncidentRow;
  onClose: () => void;
}

/** Asks how long an incident shall be ignored, and why. */
export default function IgnoreDialog({ row, onClose }: Props) {
  const [mode, setMode] = useState<Mode>('span');
  const wish = useChange(row);
  const fields = wish.error instanceof ApiError ? wish.error.fields : [];
  const problem = (path: string) => fields.find((field) => field.path.endsWith(path))?.message;
  const refused = wish.error && fields.length === 0 ? refusal(wish.error) : null;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const rest = readForm(new FormData(event.currentTarget), mode);
    wish.mutate(wishFor(row, 'ignore', rest), { onSuccess: onClose });
  };
  return (
    <Dialog
      title={`Ignore ${nameOf(row)}`}
      description="It leaves the list and sends no messages until then. Kure goes on watching it."
      onClose={onClose}
    >
      <form className="flex flex-col gap-5" onSubmit={submit}>
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 text-sm font-medium">How long</legend>
          <Option mode="span" word="For" current={mode} onChoose={setMode}>
            <select name="span" aria-label="Time" defaultValue={24} className={`${INPUT} w-28!`}>
              {SPANS.map(([hours, word]) => (
                <option key={hours} value={hours}>
                  {word}
                </option>
              ))}
            </select>
          </Option>
          <Option mode="until" word="Until" current={mode} onChoose={setMode}>
            <input
              type="datetime-local"
              name="until"
              aria-label="Moment"
              required={mode === 'until'}
              min={toLocalInput(Date.now())}
              defaultValue={toLocalInput(Date.now() + 24 * HOUR)}
              className={`${INPUT} w-52!`}
            />
          </Option>
          <Option mode="count" word="Until it has failed" current={mode} onChoose={setMode}>
            <input
              type="number"
              name="count"
              aria-label="Times"
              min={1}
              max={1000}
              required={mode === 'count'}
              defaultValue={10}
              className={`${INPUT} w-20!`}
            />
            more times
          </Option>
          <Option mode="forever" word="For ever" current={mode} onChoose={setMode} />
          {(problem('until') ?? problem('count')) && (
            <p className="text-sm text-critical">{problem('until') ?? problem('count')}</p>
          )}
        </fieldset>
        <Field
          label="Reason"
          hint="Others see it in the history. At most 500 characters."
          problem={problem('reason')}
        >
          {(ids) => (
            <textarea
              {...ids}
              name="reason"
              rows={2}
              maxLength={500}
              className={`${INPUT} py-1.5`}
            />
          )}
        </Field>
        {refused && (
          <Notice tone="critical" urgent title={refused.title}>
            {refused.text}
          </Notice>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" disabled={wish.isPending}>
            {wish.isPending ? 'Ignoring…' : 'Ignore'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface OptionProps {
  mode: Mode;
  word: string;
  current: Mode;
  onChoose: (mode: Mode) => void;
  children?: React.ReactNode;
}

function Option({ mode, word, current, onChoose, children }: OptionProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: who touches the value means this choice
    <div
      className="flex min-h-9 flex-wrap items-center gap-2 text-sm"
      onFocus={() => onChoose(mode)}
    >
      <label className="flex items-center gap-2">
        <input
          type="radio"
          name="mode"
          checked={current === mode}
          onChange={() => onChoose(mode)}
          className="size-4 accent-accent"
        />
        {word}
      </label>
      {children}
    </div>
  );
}
