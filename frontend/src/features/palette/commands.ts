import type { LinkProps } from '@tanstack/react-router';
import { setPreferences, type Theme } from '../../lib/preferences';
import { covers, type Role } from '../../lib/scopes';

/** Something the palette offers. */
export interface Command {
  id: string;
  group: string;
  name: string;
  /** Beside the name, in less strong letters. */
  text: string;
  run: () => void;
}

/** With the least role that sees it. */
const PAGES: readonly [LinkProps['to'], string, string, Role][] = [
  ['/', 'Incidents', 'g i', 'read'],
  ['/mirrors', 'Mirror tests', 'g m', 'read'],
  ['/runs', 'Workflows', 'g w', 'read'],
  ['/admin/health', 'Health', 'administration', 'read'],
  ['/admin/users', 'Users and invitations', 'administration', 'admin'],
  ['/admin/exclusions', 'Exclusions', 'administration', 'write'],
  ['/admin/notifications', 'Notifications', 'administration', 'admin'],
  ['/admin/models', 'Models', 'administration', 'admin'],
  ['/admin/retention', 'Retention', 'administration', 'admin'],
  ['/admin/audit', 'Audit log', 'administration', 'admin'],
  ['/me', 'Preferences', 'password, sessions, time zone', 'read'],
];

const THEMES: readonly [Theme, string][] = [
  ['light', 'Light theme'],
  ['dark', 'Dark theme'],
  ['system', "The system's theme"],
];

/** The pages of a role and what can be set, of which the words hold what was typed. */
export function commandsFor(q: string, role: Role, go: (to: LinkProps['to']) => void): Command[] {
  const own = PAGES.filter(([, , , needed]) => covers(role, needed));
  const pages = own.map(([to, name, text]) => ({
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
