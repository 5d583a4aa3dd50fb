import { X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { announce } from '../lib/a11y';

const SHOWN_MS = 6000;

interface Shown {
  id: number;
  text: string;
}

let toasts: readonly Shown[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function set(next: readonly Shown[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

const remove = (id: number) => set(toasts.filter((shown) => shown.id !== id));

/** Says for a moment what has been done. */
export function toast(text: string): void {
  const id = ++lastId;
  set([...toasts.slice(-2), { id, text }]);
  announce(text);
  setTimeout(() => remove(id), SHOWN_MS);
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Where toasts appear. Screen readers hear them from elsewhere. */
export function Toasts() {
  const shown = useSyncExternalStore(listen, () => toasts);
  return (
    <div className="pointer-events-none fixed inset-x-4 bottom-18 z-50 flex flex-col items-center gap-2 sm:bottom-6">
      {shown.map(({ id, text }) => (
        <p
          key={id}
          className="pointer-events-auto flex max-w-lg items-center gap-3 rounded-lg border border-control bg-surface py-2 pr-2 pl-4 text-sm shadow-(--overlay)"
        >
          {text}
          <button
            type="button"
            aria-label="Close"
            className="rounded-sm p-1.5 text-muted hover:text-fg"
            onClick={() => remove(id)}
          >
            <X aria-hidden size={14} />
          </button>
        </p>
      ))}
    </div>
  );
}
