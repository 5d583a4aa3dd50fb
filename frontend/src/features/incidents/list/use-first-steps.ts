import { useQuery } from '@tanstack/react-query';
import type { LinkProps } from '@tanstack/react-router';
import { configQuery } from '../../../api/queries/config';
import { seenQuery } from '../../../api/queries/first-steps';
import { healthQuery } from '../../../api/queries/health';
import { notificationsQuery } from '../../../api/queries/notifications';
import { invitationsQuery, usersQuery } from '../../../api/queries/users';
import { TRY_NAME } from './try-it';

/** One of the first steps; `isDone` is undefined until it is known. */
export interface Step {
  name: string;
  about: string;
  isDone: boolean | undefined;
  isOptional?: boolean;
  to?: LinkProps['to'];
  action?: string;
}

const WAITING_MS = 3000;

/** What a new installation needs, and what of it is there; asked again only while it is looked at. */
export function useFirstSteps(isOpen: boolean): Step[] {
  const again = (ms: number) => ({ refetchInterval: isOpen ? ms : (false as const) });
  const { data: config } = useQuery(configQuery);
  const { data: health } = useQuery({ ...healthQuery, ...again(10_000) });
  const { data: notifications } = useQuery({ ...notificationsQuery, ...again(15_000) });
  const { data: users } = useQuery(usersQuery);
  const { data: invitations } = useQuery(invitationsQuery);
  const { data: tried } = useQuery({ ...seenQuery(TRY_NAME), ...again(WAITING_MS) });
  return [
    {
      name: 'A cluster is watched',
      about: 'An agent reports what fails there.',
      isDone: config?.watching.live,
      to: '/admin/health',
      action: 'Health',
    },
    {
      name: 'Temporal is connected',
      about: 'It runs every diagnosis, and goes on after a restart.',
      isDone: health?.parts.some(({ name, state }) => name === 'temporal' && state === 'ok'),
      to: '/admin/health',
      action: 'Health',
    },
    {
      name: 'Somebody is told',
      about: 'A channel for what fails: Slack, a pager, a webhook.',
      isDone: notifications && notifications.channels.length > 0,
      to: '/admin/notifications',
      action: 'Add a channel',
    },
    {
      name: 'A colleague is in',
      about: 'An invitation makes one account.',
      isDone: users && invitations && users.length + invitations.length > 1,
      to: '/admin/users',
      action: 'Invite somebody',
    },
    {
      name: 'Try it',
      about: tried ? 'Kure has seen it: it is in the list.' : 'Let something fail and see it come.',
      isDone: tried,
    },
    {
      name: 'A model is asked',
      about: 'The rules explain most failures without one.',
      isDone: config?.models,
      isOptional: true,
      to: '/admin/models',
      action: 'Add a provider',
    },
  ];
}
