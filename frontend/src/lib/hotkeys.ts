import { useEffect, useRef } from 'react';
import { preferences } from './preferences';

/** Keys to actions: `j`, `Enter`, `?`, or two in a row: `g i`. */
export type Hotkeys = Record<string, () => void>;

/** A second key must come this soon after the first. */
const SEQUENCE_MS = 1200;

const TYPING = 'input, textarea, select, [contenteditable], [role="textbox"]';

/** Whether a key press belongs to what the person is typing in, or to an open dialog. */
function isTaken(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  if (document.querySelector('[role="dialog"]')) return true;
  return event.target instanceof Element && event.target.matches(TYPING);
}

/** Enter and the arrows keep their meaning on controls that use them. */
function isControls(event: KeyboardEvent): boolean {
  if (!(event.target instanceof Element)) return false;
  if (event.key === 'Enter') return event.target.matches('a, button, summary');
  return event.key.startsWith('Arrow') && event.target.closest('[role="tablist"]') !== null;
}

/**
 * Listens to single keys on the whole page, while the component is mounted.
 *
 * Never in inputs or dialogs, never with a modifier, and not at all where the person has switched
 * single keys off (WCAG 2.1.4). Esc and Enter always work.
 */
export function useHotkeys(hotkeys: Hotkeys): void {
  const latest = useRef(hotkeys);
  latest.current = hotkeys;
  useEffect(() => {
    let prefix = { key: '', at: 0 };
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTaken(event) || isControls(event)) return;
      const single = event.key.length === 1;
      if (single && !preferences().singleKeys) return;
      const inTime = event.timeStamp - prefix.at < SEQUENCE_MS;
      const sequence = inTime && prefix.key ? `${prefix.key} ${event.key}` : event.key;
      prefix = { key: '', at: 0 };
      const action = latest.current[sequence];
      if (action) {
        event.preventDefault();
        action();
      } else if (single && startsSequence(latest.current, event.key)) {
        prefix = { key: event.key, at: event.timeStamp };
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

function startsSequence(hotkeys: Hotkeys, key: string): boolean {
  return Object.keys(hotkeys).some((name) => name.startsWith(`${key} `));
}
