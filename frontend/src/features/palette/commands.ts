import type { LinkProps } from '@tanstack/react-router';
import { setPreferences, type Theme } from '../../lib/preferences';

/** Something the palette offers. */
export interface Command {
  id: string;
  group: string;
  name: string;
  /** Beside the name, in less strong letters. */
  text: string;
  run: () => void;
}

const PAGES: readonly [LinkProps['to'], string, string][] = [
  ['/', 'Incidents', 'g i'],
  ['/mirrors', 'Mirror tests', 'g m'],
  ['/runs', 'Workflows', 'g w'],
  ['/admin/health', 'Health', 'administration'],
  ['/admin/users', 'Users and invitations', 'administration'],
  ['/admin/models', 'Models', 'administration'],
  ['/admin/audit', 'Audit log', 'administration'],
  ['/me', 'Preferences', 'password, sessions, time zone'],
];

const THEMES: readonly [Theme, string][] = [
  ['light', 'Light theme'],
  ['dark', 'Dark theme'],
  ['system', "The system's theme"],
];

/** The pages and what can be set, of which the words hold what was typed. */
export function commandsFor(q: string, go: (to: LinkProps['to']) => void): Command[] {
  const pages = PAGES.map(([to, name, text]) => ({
    id: `page-${name.replaceAll(' ', '-')}`,
    group: 'Go to',
    name,
    text,
    run: () => go(to),
  }));
  const themes = THEMES.map(([theme, name]) => ({
    id: `theme-${theme}`,
    group: 'Appearance',
    name,
    text: '',
    run: () => setPreferences({ theme }),
  }));
  const words = q.toLowerCase().split(/\s+/);
  return [...pages, ...themes].filter(({ name, text }) =>
    words.every((word) => `${name} ${text}`.toLowerCase().includes(word)),
  );
}
