import { X } from 'lucide-react';
import { Dialog as Parts } from 'radix-ui';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  description?: string;
  onClose: () => void;
  children: ReactNode;
}

/** A window over the page. It keeps the focus, and gives it back to what had it. */
export function Dialog({ title, description, onClose, children }: Props) {
  return (
    <Parts.Root open onOpenChange={(open) => !open && onClose()}>
      <Parts.Portal>
        <Parts.Overlay className="fixed inset-0 z-40 bg-fg/40 dark:bg-bg/70" />
        <Parts.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          className="fixed top-1/2 left-1/2 z-40 flex max-h-[90dvh] w-[calc(100vw-32px)] max-w-lg -translate-x-1/2 -translate-y-1/2 flex-col overflow-hidden rounded-lg border border-hairline bg-surface shadow-(--overlay)"
        >
          <header className="flex items-start justify-between gap-4 border-b border-hairline px-5 py-4">
            <div className="min-w-0">
              <Parts.Title className="text-lg font-semibold break-words">{title}</Parts.Title>
              {description && (
                <Parts.Description className="mt-0.5 text-sm text-muted">
                  {description}
                </Parts.Description>
              )}
            </div>
            <Parts.Close
              aria-label="Close"
              className="-mr-2 rounded-sm p-2 text-muted hover:bg-sunken hover:text-fg"
            >
              <X aria-hidden size={16} />
            </Parts.Close>
          </header>
          <div className="overflow-y-auto px-5 py-4">{children}</div>
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  );
}
