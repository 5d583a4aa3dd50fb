import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names';

interface Props extends ComponentProps<'button'> {
  kind?: 'primary' | 'plain' | 'quiet';
  /** The single key that does the same. */
  hotkey?: string;
  children: ReactNode;
}

const KINDS = {
  primary: 'bg-accent text-on-accent border-transparent hover:opacity-90',
  plain: 'bg-surface text-fg border-control hover:bg-idle-bg',
  quiet: 'text-muted border-transparent hover:bg-idle-bg hover:text-fg',
};

/** How a button looks, also where a link is one. */
export function buttonLook(kind: NonNullable<Props['kind']>, className?: string): string {
  return classNames(
    'inline-flex min-h-8 items-center justify-center gap-1.5 rounded-sm border px-3 text-sm font-medium whitespace-nowrap',
    'transition-opacity disabled:cursor-not-allowed disabled:opacity-60 pointer-coarse:min-h-11',
    KINDS[kind],
    className,
  );
}

/** A button that says with a verb what it does. */
export function Button({ kind = 'plain', hotkey, className, children, ...rest }: Props) {
  return (
    <button type="button" {...rest} className={buttonLook(kind, className)}>
      {children}
      {hotkey && (
        <kbd aria-hidden className="hidden font-mono text-xs opacity-70 lg:inline">
          {hotkey}
        </kbd>
      )}
    </button>
  );
}
