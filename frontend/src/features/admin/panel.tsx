import type { ReactNode } from 'react';

interface Props {
  title: string;
  about?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
}

/** A part of a page of the administration: what it is, what it is for, and what can be done. */
export function Panel({ title, about, aside, children }: Props) {
  return (
    <section className="flex flex-col gap-4 rounded-lg border border-hairline bg-surface p-5">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div className="min-w-0">
          <h2 className="font-semibold">{title}</h2>
          {about && <p className="max-w-[75ch] text-sm text-muted">{about}</p>}
        </div>
        {aside}
      </div>
      {children}
    </section>
  );
}
