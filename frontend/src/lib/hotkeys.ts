import { useEffect, useRef } from 'react';
import { preferences } from './preferences';

/** Keys to actions: `j`, `Enter`, `?`, or two in a row: `g i`. */
type Hotkeys = Record<string, () => void>;

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

function isOurs(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || isTaken(event) || isControls(event)) return false;
  return event.key.length > 1 || preferences().singleKeys;
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
    let first = { key: '', at: 0 };
    const onKey = (event: KeyboardEvent) => {
      if (!isOurs(event)) return;
      const isSecond = first.key !== '' && event.timeStamp - first.at < SEQUENCE_MS;
      const name = isSecond ? `${first.key} ${event.key}` : event.key;
      const action = latest.current[name];
      const begins = !action && startsSequence(latest.current, event.key);
      first = begins ? { key: event.key, at: event.timeStamp } : { key: '', at: 0 };
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

function startsSequence(hotkeys: Hotkeys, key: string): boolean {
  return Object.keys(hotkeys).some((name) => name.startsWith(`${key} `));
}
