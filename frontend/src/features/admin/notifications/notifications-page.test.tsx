import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { problem, server } from '../../../../test/msw/handlers';
import { renderApp } from '../../../../test/render';
import type { Channel, Notifications, NotificationsBody } from '../../../api/types';
import { toldInWords } from './channel-row';

const AT = '2026-11-01T10:00:00Z';

function channel(id: string, rest: Partial<Channel> = {}): Channel {
  return {
    id,
    kind: 'webhook',
    enabled: true,
    severity: 'low',
    namespaces: ['*'],
    clusters: ['*'],
    quiet: null,
    resolved: true,
    inside: false,
    room: '',
    address: 'https://hooks.example/…',
    token: '…',
    health: { sent: 12, failed: 0, last_sent_at: AT, failing_since: null, error: '' },
    ...rest,
  };
}

function stage(channels: Channel[], dead_man: Notifications['dead_man'] = null) {
  const sent: NotificationsBody[] = [];
  server.use(
    http.get('*/api/admin/notifications', () =>
      HttpResponse.json({ version: 7, channels, dead_man }),
    ),
    http.put('*/api/admin/notifications', async ({ request }) => {
      sent.push((await request.json()) as NotificationsBody);
      return HttpResponse.json({ version: 8, channels, dead_man });
    }),
  );
  return sent;
}

test('somebody who is no admin is told so', async () => {
  server.use(http.get('*/api/admin/notifications', () => problem(403, 'This needs admin.')));
  renderApp('/admin/notifications');
  expect(await screen.findByText('You may not see the channels')).toBeInTheDocument();
});

test('without a channel it is said that nobody is told', async () => {
  stage([]);
  renderApp('/admin/notifications');
  expect(await screen.findByText(/Nobody is told/)).toBeInTheDocument();
});

test('a channel says where it leads, and since when and why nothing gets through', async () => {
  const error = 'hooks.example answered 503: <b>down</b>';
  stage([
    channel('ops'),
    channel('pager', { health: { sent: 1, failed: 3, failing_since: AT, error } }),
    channel('old', { enabled: false }),
  ]);
  renderApp('/admin/notifications');
  expect(await screen.findByText('Gets through')).toBeInTheDocument();
  const pager = screen.getByText('pager').closest('li') as HTMLElement;
  expect(pager).toHaveTextContent(/Does not get through.*since.*<b>down<\/b>.*3 tries failed/);
  expect(screen.getByText('Switched off')).toBeInTheDocument();
  expect(screen.getAllByText('https://hooks.example/…')).toHaveLength(3);
});

test('a channel is added, and what was there goes as it was shown', async () => {
  const ping = { address: 'https://hc.example/…', every_seconds: 300, inside: false };
  const health = { sent: 0, failed: 0, error: '' };
  const sent = stage([channel('ops')], { ...ping, health });
  const { user } = renderApp('/admin/notifications');
  await user.click(await screen.findByRole('button', { name: 'Add a channel' }));
  const dialog = within(screen.getByRole('dialog'));
  await user.selectOptions(dialog.getByLabelText('Kind'), 'PagerDuty');
  await user.type(dialog.getByLabelText('Name'), 'night');
  await user.type(dialog.getByLabelText('Token'), 'key-1');
  await user.selectOptions(dialog.getByLabelText('Tell of'), 'Critical only');
  await user.clear(dialog.getByLabelText('Namespaces'));
  await user.type(dialog.getByLabelText('Namespaces'), 'shop, pay-*');
  await user.click(dialog.getByLabelText(/Keep quiet each day/));
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const { health: _, ...shown } = channel('ops');
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ version: 7, dead_man: ping });
  expect(sent[0]?.channels[0]).toEqual(shown);
  expect(sent[0]?.channels[1]).toMatchObject({
    id: 'night',
    kind: 'pagerduty',
    token: 'key-1',
    severity: 'critical',
    namespaces: ['shop', 'pay-*'],
    quiet: { start: '22:00', end: '07:00' },
  });
});

test('what is wrong with a channel stands at its field', async () => {
  stage([channel('ops')]);
  const fields = [{ path: 'channels.0.address', message: 'is a metadata address' }];
  server.use(http.put('*/api/admin/notifications', () => problem(422, 'Unusable.', { fields })));
  const { user } = renderApp('/admin/notifications');
  await user.click(await screen.findByRole('button', { name: 'Change ops' }));
  await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('is a metadata address')).toBeInTheDocument();
});

test('somebody else was faster: it is said, and what was written stays', async () => {
  stage([channel('ops')]);
  server.use(http.put('*/api/admin/notifications', () => problem(409, 'It is at version 9 now.')));
  const { user } = renderApp('/admin/notifications');
  await user.click(await screen.findByRole('button', { name: 'Change ops' }));
  await user.click(screen.getByRole('button', { name: 'Remove it' }));
  expect(await screen.findByText(/It is at version 9 now/)).toBeInTheDocument();
  expect(screen.getByRole('dialog')).toBeInTheDocument();
});

test('a test says whether the message was taken, and if not what was answered', async () => {
  stage([channel('ops'), channel('pager')]);
  server.use(
    http.post('*/api/admin/notifications/test', async ({ request }) => {
      const { channel: id } = (await request.json()) as { channel: string };
      return HttpResponse.json({ ok: id === 'ops', detail: id === 'ops' ? '' : '403 <b>no</b>' });
    }),
  );
  const { user } = renderApp('/admin/notifications');
  await user.click(await screen.findByRole('button', { name: 'Test ops' }));
  expect(await screen.findByText('The test message was taken.')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Test pager' }));
  expect(await screen.findByText(/was not taken: 403 <b>no<\/b>/)).toBeInTheDocument();
});

test('an empty address ends the ping', async () => {
  const health = { sent: 3, failed: 0, error: '' };
  const ping = { address: 'https://hc.example/…', every_seconds: 300, inside: false, health };
  const sent = stage([], ping);
  const { user } = renderApp('/admin/notifications');
  await user.clear(await screen.findByLabelText('Address of the ping'));
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.dead_man).toBeNull();
});

test('words', () => {
  expect(toldInWords(channel('a'))).toBe('All');
  const quiet = { start: '22:00', end: '07:00', zone: 'UTC' };
  const rest = { severity: 'high', namespaces: ['shop'], clusters: ['prod'] } as const;
  const narrow = { ...rest, namespaces: ['shop'], clusters: ['prod'], quiet, resolved: false };
  expect(toldInWords(channel('a', narrow))).toBe(
    'High and above in shop of prod, quiet 22:00–07:00 UTC; not of the end',
  );
});
