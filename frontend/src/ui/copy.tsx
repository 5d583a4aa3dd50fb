import { Copy } from 'lucide-react';
import { toast } from './toast';

/** Puts a text on the clipboard and says so. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(`Copied ${what}`);
  } catch {
    toast('The browser did not allow copying. Mark the text and copy it by hand.');
  }
}

/** A small button that copies a text. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  return (
    <button
      type="button"
      aria-label={`Copy ${what}`}
      title={`Copy ${what}`}
      className="inline-flex size-7 shrink-0 items-center justify-center rounded-sm text-muted hover:bg-idle-bg hover:text-fg pointer-coarse:size-11"
      onClick={() => void copyText(text, what)}
    >
      <Copy aria-hidden size={14} />
    </button>
  );
}
