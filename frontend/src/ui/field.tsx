import { type ReactNode, useId } from 'react';

interface Props {
  label: string;
  hint?: string;
  problem?: string | undefined;
  children: (ids: { id: string; 'aria-describedby': string; 'aria-invalid': boolean }) => ReactNode;
}

/** The look of text fields and lists to choose from. */
export const INPUT =
  'min-h-8 w-full rounded-sm border border-control bg-surface px-2.5 text-sm text-fg placeholder:text-muted pointer-coarse:min-h-11';

/** A labelled control, with a hint and with what is wrong with its value. */
export function Field({ label, hint, problem, children }: Props) {
  const id = useId();
  const about = `${id}-about`;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': about, 'aria-invalid': problem !== undefined })}
      <p id={about} className={problem ? 'text-sm text-critical' : 'text-sm text-muted'}>
        {problem ?? hint}
      </p>
    </div>
  );
}
