/** A row of links of which one leads to what is shown. */
export const NAV = '-mx-2 flex max-w-full gap-1 overflow-x-auto';

/** A link of a NAV; `aria-current="page"` marks the one to what is shown. */
export const NAV_LINK =
  'flex min-h-8 items-center gap-1.5 rounded-sm px-2 text-sm whitespace-nowrap text-muted hover:bg-idle-bg hover:text-fg aria-[current=page]:bg-idle-bg aria-[current=page]:font-medium aria-[current=page]:text-fg aria-[current=page]:shadow-[inset_0_-2px_0_var(--accent)] pointer-coarse:min-h-11';
