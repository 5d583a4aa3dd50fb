import { expect, test } from 'vitest';
import {
  followTheme,
  PREFERENCES_KEY,
  preferences,
  reloadPreferences,
  setPreferences,
} from './preferences';

function fakeMedia(matches: boolean) {
  const media = Object.assign(new EventTarget(), { matches });
  return media as unknown as MediaQueryList & { matches: boolean };
}

test('a choice is kept for the next visit', () => {
  setPreferences({ density: 'compact' });
  reloadPreferences();
  expect(preferences().density).toBe('compact');
  expect(preferences().theme).toBe('system');
});

test('what is stored by another version, or is broken, leaves the defaults', () => {
  localStorage.setItem(PREFERENCES_KEY, '[');
  reloadPreferences();
  expect(preferences().singleKeys).toBe(true);
});

test('the theme follows the system until one is chosen', () => {
  const root = document.createElement('html');
  const media = fakeMedia(false);
  const stop = followTheme(root, media);
  expect(root.dataset.theme).toBe('light');
  Object.assign(media, { matches: true });
  media.dispatchEvent(new Event('change'));
  expect(root.dataset.theme).toBe('dark');
  setPreferences({ theme: 'light' });
  expect(root.dataset.theme).toBe('light');
  stop();
  setPreferences({ theme: 'dark' });
  expect(root.dataset.theme).toBe('light');
});

test('a choice in another tab is taken over', () => {
  const root = document.createElement('html');
  const stop = followTheme(root, fakeMedia(false));
  localStorage.setItem(PREFERENCES_KEY, JSON.stringify({ theme: 'dark' }));
  dispatchEvent(new StorageEvent('storage', { key: 'another' }));
  expect(root.dataset.theme).toBe('light');
  dispatchEvent(new StorageEvent('storage', { key: PREFERENCES_KEY }));
  expect(root.dataset.theme).toBe('dark');
  stop();
});
