import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../client';
import { keys } from '../keys';
import type { Channel, ChannelBody, DeadManBody, Notifications, NotificationsBody } from '../types';

/** The channels and the dead man's ping; whether messages get through changes by itself. */
export const notificationsQuery = queryOptions({
  queryKey: keys.notifications,
  queryFn: ({ signal }) => answer(api.GET('/api/admin/notifications', { signal })),
  refetchInterval: 15_000,
});

/** What stays of what was read: secrets are sent as they were shown, so they stay what they are. */
export function bodyOf({ version, channels, dead_man }: Notifications): NotificationsBody {
  return { version, channels: channels.map(channelBody), dead_man: pingBody(dead_man) };
}

function pingBody(ping: Notifications['dead_man']): DeadManBody | null {
  if (!ping) return null;
  const { health: _, ...body } = ping;
  return body;
}

export function channelBody({ health: _, ...channel }: Channel): ChannelBody {
  return channel;
}

export function saveNotifications(body: NotificationsBody): Promise<Notifications> {
  return answer(api.PUT('/api/admin/notifications', { body }));
}

/** Sends a message that says that it is a test. */
export function testChannel(channel: string) {
  return answer(api.POST('/api/admin/notifications/test', { body: { channel } }));
}
