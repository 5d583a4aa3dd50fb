import { Button } from './button';
import { Dialog } from './dialog';
import { Notice } from './notice';

interface Props {
  title: string;
  description: string;
  /** Why it was not done, where it was refused. */
  refused: { title: string; text: string } | null;
  /** The way back, and the word for what is asked. */
  keep: string;
  action: string;
  isPending: boolean;
  onAction: () => void;
  onClose: () => void;
}

/** Asks once more before something is done, and says where it was refused. */
export function ConfirmDialog(props: Props) {
  const { title, description, refused, keep, action, isPending, onAction, onClose } = props;
  return (
    <Dialog title={title} description={description} onClose={onClose}>
      {refused && (
        <Notice tone="critical" urgent title={refused.title}>
          {refused.text}
        </Notice>
      )}
      <div className="mt-2 flex justify-end gap-2">
        <Button onClick={onClose}>{keep}</Button>
        <Button kind="primary" disabled={isPending} onClick={onAction}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
