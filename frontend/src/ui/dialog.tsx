import { X } from 'lucide-react';
import { Dialog as Parts } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { classNames } from './class-names';

interface Props {
  title: string;
  description?: string;
  onClose: () => void;
  /** For manifests and the like. */
  isWide?: boolean;
  /** Holds what somebody has written: then only its buttons close it. */
  isKept?: boolean;
  children: ReactNode;
}

/** A window over the page. It keeps the focus, and gives it back to what had it. */
export function Dialog(props: Props) {
  const { title, description, onClose, isWide = false, isKept = false, children } = props;
  const keep = (event: Event) => isKept && event.preventDefault();
  const [opener] = useState(() => document.activeElement);
  return (
    <Parts.Root open onOpenChange={(open) => !open && onClose()}>
      <Parts.Portal>
        <Parts.Overlay className="fixed inset-0 z-40 bg-fg/40 dark:bg-bg/70" />
        <Parts.Content
          onCloseAutoFocus={(event) => {
            // Radix knows only openers of its own.
            event.preventDefault();
            if (opener instanceof HTMLElement) opener.focus();
          }}
          onEscapeKeyDown={keep}
          onInteractOutside={keep}
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={classNames(
            isWide ? 'max-w-4xl' : 'max-w-lg',
            'fixed top-1/2 left-1/2 z-40 max-h-[90dvh] w-[calc(100vw-32px)] -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-lg border border-hairline bg-surface shadow-(--overlay) outline-none',
          )}
        >
          <header className="border-b border-hairline py-4 pr-14 pl-5">
            <Parts.Title className="text-lg font-semibold break-words">{title}</Parts.Title>
            {description && (
              <Parts.Description className="mt-0.5 text-sm text-muted">
                {description}
              </Parts.Description>
            )}
          </header>
          <div className="px-5 py-4">{children}</div>
          {/* Last, so that what the window is about gets the focus first. */}
          <Parts.Close
            aria-label="Close"
            className="absolute top-3 right-3 rounded-sm p-2 text-muted hover:bg-idle-bg hover:text-fg"
          >
            <X aria-hidden size={16} />
          </Parts.Close>
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  );
}
