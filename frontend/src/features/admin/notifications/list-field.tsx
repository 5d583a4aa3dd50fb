import { useState } from 'react';
import { readList } from '../../../lib/format';
import { Field, INPUT } from '../../../ui/field';

interface Props {
  label: string;
  hint: string;
  values: readonly string[];
  problem?: string | undefined;
  onChange: (values: string[]) => void;
}

/** Several patterns in one field, as somebody writes them. */
export function ListField({ label, hint, values, problem, onChange }: Props) {
  const [text, setText] = useState(() => values.join(', '));
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(ids) => (
        <input
          {...ids}
          required
          spellCheck={false}
          autoCapitalize="off"
          value={text}
          className={`${INPUT} font-mono`}
          onChange={({ target }) => {
            setText(target.value);
            onChange(readList(target.value));
          }}
        />
      )}
    </Field>
  );
}
