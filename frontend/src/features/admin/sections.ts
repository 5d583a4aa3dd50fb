import type { LinkProps } from '@tanstack/react-router';
import type { Role } from '../../lib/scopes';

/** A page of the administration, and who may see it. */
interface Section {
  to: LinkProps['to'];
  name: string;
  role: Role;
}

/** All of them, in the order in which they are shown. */
export const SECTIONS: readonly Section[] = [
  { to: '/admin/health', name: 'Health', role: 'read' },
  { to: '/admin/users', name: 'Users', role: 'admin' },
  { to: '/admin/exclusions', name: 'Exclusions', role: 'write' },
  { to: '/admin/notifications', name: 'Notifications', role: 'admin' },
  { to: '/admin/models', name: 'Models', role: 'admin' },
  { to: '/admin/retention', name: 'Retention', role: 'admin' },
  { to: '/admin/audit', name: 'Audit', role: 'admin' },
];
