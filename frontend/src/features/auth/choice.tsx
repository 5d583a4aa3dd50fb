interface Props<Value extends string> {
  legend: string;
  options: readonly (readonly [Value, string])[];
  value: Value;
  onChange: (value: Value) => void;
}

/** One of a few things, as a row of buttons of which one is pressed in. */
export function Choice<Value extends string>({ legend, options, value, onChange }: Props<Value>) {
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">{legend}</legend>
      <div className="inline-flex flex-wrap overflow-hidden rounded-sm border border-control">
        {options.map(([option, word]) => (
          <label
            key={option}
            className="flex min-h-8 cursor-pointer items-center border-control px-3 text-sm not-first:border-l has-checked:bg-accent has-checked:text-on-accent has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-focus pointer-coarse:min-h-11"
          >
            <input
              type="radio"
              name={legend}
              checked={value === option}
              onChange={() => onChange(option)}
              className="spoken"
            />
            {word}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
