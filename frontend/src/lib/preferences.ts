import { useSyncExternalStore } from 'react';
import { readJson, writeJson } from './storage';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';

/** What a person chose for this browser. `zone` is an IANA name, or `browser` for the browser's own. */
export interface Preferences {
  theme: Theme;
  density: Density;
  zone: string;
  singleKeys: boolean;
  /** The first steps with a new Kure. */
  checklist: 'shown' | 'hidden';
}

/** Also read by the inline script of index.html, before the first paint. */
export const PREFERENCES_KEY = 'kure.preferences';

const defaults: Preferences = {
  theme: 'system',
  density: 'comfortable',
  zone: 'browser',
  singleKeys: true,
  checklist: 'shown',
};

const listeners = new Set<() => void>();
let current = load();

function load(): Preferences {
  const stored = readJson(() => localStorage, PREFERENCES_KEY);
  return { ...defaults, ...(typeof stored === 'object' ? stored : {}) };
}

function tell(): void {
  for (const listener of listeners) listener();
}

export function preferences(): Preferences {
  return current;
}

/** Changes some preferences, here and in the other tabs, and keeps them for the next visit. */
export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  writeJson(() => localStorage, PREFERENCES_KEY, current);
  tell();
}

function onPreferences(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Forgets what is held in memory and reads the storage again: another tab has written. */
export function reloadPreferences(): void {
  current = load();
  tell();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(onPreferences, preferences);
}

/** Keeps `data-theme` right while the page lives: after a choice here, in another tab, or of the system. */
export function followTheme(root: HTMLElement, media: MediaQueryList): () => void {
  const apply = () => {
    const { theme } = current;
    const dark = theme === 'system' ? media.matches : theme === 'dark';
    root.dataset.theme = dark ? 'dark' : 'light';
  };
  const onStorage = (event: StorageEvent) => {
    if (event.key === PREFERENCES_KEY) reloadPreferences();
  };
  apply();
  const stop = onPreferences(apply);
  media.addEventListener('change', apply);
  addEventListener('storage', onStorage);
  return () => {
    stop();
    media.removeEventListener('change', apply);
    removeEventListener('storage', onStorage);
  };
}
