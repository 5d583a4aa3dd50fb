import type { ReactNode } from 'react';
import { usePageStart, usePageTitle } from '../../lib/page';

interface Props {
  title: string;
  children: ReactNode;
}

/** The heading of a page of the administration, with what the page is for. */
export function PageHead({ title, children }: Props) {
  usePageTitle(title);
  usePageStart(title);
  return (
    <header>
      <h1 tabIndex={-1} className="text-2xl font-semibold">
        {title}
      </h1>
      <p className="max-w-[75ch] text-muted">{children}</p>
    </header>
  );
}
