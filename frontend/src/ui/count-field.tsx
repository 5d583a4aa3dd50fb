import { Field, INPUT } from './field';

interface Props {
  label: string;
  hint?: string;
  least: number;
  most: number;
  value: number;
  problem?: string | undefined;
  onChange: (value: number) => void;
}

/** A whole number within bounds. */
export function CountField({ label, hint, least, most, value, problem, onChange }: Props) {
  return (
    <Field label={label} hint={hint ?? ''} problem={problem}>
      {(ids) => (
        <input
          {...ids}
          type="number"
          required
          min={least}
          max={most}
          value={Number.isNaN(value) ? '' : value}
          className={INPUT}
          onChange={({ target }) => onChange(target.valueAsNumber)}
        />
      )}
    </Field>
  );
}
