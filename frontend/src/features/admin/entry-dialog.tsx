import type { ReactNode } from 'react';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { ErrorText } from '../../ui/query-state';

interface Props {
  title: string;
  description: string;
  error: Error | null;
  isPending: boolean;
  onSave: () => void;
  /** Without it there is nothing to remove yet. */
  onRemove: (() => void) | undefined;
  onClose: () => void;
  children: ReactNode;
}

/** One entry of a list of settings: changed, added or removed. */
export function EntryDialog(props: Props) {
  const { title, description, error, isPending, onSave, onRemove, onClose, children } = props;
  return (
    <Dialog title={title} description={description} isKept onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          onSave();
        }}
      >
        {children}
        {error && <ErrorText error={error} />}
        <div className="flex flex-wrap justify-between gap-2">
          {onRemove ? (
            <Button kind="quiet" disabled={isPending} onClick={onRemove}>
              Remove it
            </Button>
          ) : (
            <Button kind="quiet" onClick={onClose}>
              Cancel
            </Button>
          )}
          <Button kind="primary" type="submit" disabled={isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
