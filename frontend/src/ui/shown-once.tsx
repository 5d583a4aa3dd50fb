import { Button } from './button';
import { copyText } from './copy';
import { Dialog } from './dialog';

interface Props {
  title: string;
  description: string;
  text: string;
  /** What the text is, in the words of a sentence: "the link". */
  what: string;
  onClose: () => void;
}

/** A secret that is shown here and never again: only its buttons close the window. */
export function ShownOnce({ title, description, text, what, onClose }: Props) {
  return (
    <Dialog title={title} description={description} isKept onClose={onClose}>
      <div className="flex flex-col gap-4">
        <code className="rounded-sm bg-sunken p-3 font-mono text-xs break-all select-all">
          {text}
        </code>
        <div className="flex justify-end gap-2">
          <Button onClick={() => void copyText(text, what)}>Copy {what}</Button>
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
