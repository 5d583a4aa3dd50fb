import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { problem, server } from '../../../../test/msw/handlers';
import { renderApp } from '../../../../test/render';
import type { Account } from '../../../api/types';

const account = (name: string, role: Account['role'], scopes = ['*/*']): Account => ({
  id: name,
  name,
  role,
  scopes,
  local: true,
  version: 3,
  created_at: new Date().toISOString(),
  signed_in_at: null,
});

function stage(accounts: Account[]) {
  const sent: { method: string; url: string; body: unknown }[] = [];
  const note = async (request: Request) => {
    const body = request.method === 'DELETE' ? null : await request.json();
    sent.push({ method: request.method, url: request.url.replace(/.*\/api/, '/api'), body });
  };
  server.use(
    http.get('*/api/admin/users', () => HttpResponse.json({ items: accounts })),
    http.get('*/api/admin/invitations', () => HttpResponse.json({ items: [] })),
    http.put('*/api/admin/users/:id', async ({ request }) => {
      await note(request);
      return HttpResponse.json(accounts[0]);
    }),
    http.delete('*/api/admin/users/:id', async ({ request }) => {
      await note(request);
      return new HttpResponse(null, { status: 204 });
    }),
    http.post('*/api/admin/invitations', async ({ request }) => {
      await note(request);
      return HttpResponse.json({ token: 'secret-1', url: null, about: {} }, { status: 201 });
    }),
  );
  return sent;
}

test('somebody who is no admin is told so, and sees no accounts', async () => {
  server.use(
    http.get('*/api/auth/me', () =>
      HttpResponse.json({ user: { name: 'Bob', role: 'read' }, sessions: [] }),
    ),
    http.get('*/api/admin/users', () => problem(403, 'This needs the role admin.')),
    http.get('*/api/admin/invitations', () => problem(403, 'This needs the role admin.')),
  );
  renderApp('/admin/users');
  expect(await screen.findByText('You may not see accounts')).toBeInTheDocument();
  const pages = screen.getByRole('navigation', { name: 'Administration' });
  expect(within(pages).queryByRole('link', { name: 'Users' })).toBeNull();
  expect(within(pages).getByRole('link', { name: 'Health' })).toBeInTheDocument();
});

test('oneself and the last admin cannot be changed, and why is said', async () => {
  stage([account('Ada', 'admin'), account('Bob', 'write')]);
  renderApp('/admin/users');
  expect(await screen.findByText(/your own account/)).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Change Ada' })).toBeNull();
  expect(screen.getByRole('button', { name: 'Change Bob' })).toBeInTheDocument();
});

test('a role and scopes are changed from the version that was seen', async () => {
  const sent = stage([account('Bob', 'read'), account('Ada', 'admin')]);
  const { user } = renderApp('/admin/users');
  await user.click(await screen.findByRole('button', { name: 'Change Bob' }));
  await user.selectOptions(screen.getByLabelText('Role'), 'write');
  await user.clear(screen.getByLabelText('Where'));
  await user.type(screen.getByLabelText('Where'), '*/shop, prod/cart-*');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(sent).toEqual([
    {
      method: 'PUT',
      url: '/api/admin/users/Bob',
      body: { role: 'write', scopes: ['*/shop', 'prod/cart-*'], version: 3 },
    },
  ]);
});

test('what is wrong with a scope is said at its field, and the dialog stays', async () => {
  stage([account('Bob', 'read'), account('Ada', 'admin')]);
  const fields = [{ path: 'scopes', message: 'is no cluster/namespace' }];
  server.use(http.put('*/api/admin/users/:id', () => problem(422, 'Not changed.', { fields })));
  const { user } = renderApp('/admin/users');
  await user.click(await screen.findByRole('button', { name: 'Change Bob' }));
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('is no cluster/namespace')).toBeInTheDocument();
  expect(screen.getByRole('dialog')).toBeInTheDocument();
});

test('an account is removed only after a second word', async () => {
  const sent = stage([account('Bob', 'read'), account('Ada', 'admin')]);
  const { user } = renderApp('/admin/users');
  await user.click(await screen.findByRole('button', { name: 'Change Bob' }));
  await user.click(screen.getByRole('button', { name: /Remove the account/ }));
  expect(sent).toEqual([]);
  await user.click(screen.getByRole('button', { name: 'Yes, remove Bob' }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.url).toBe('/api/admin/users/Bob?version=3');
});

test('an invitation without an end sends none, and its link is shown once', async () => {
  const sent = stage([account('Ada', 'admin')]);
  const { user } = renderApp('/admin/users');
  await user.click(await screen.findByRole('button', { name: 'Invite somebody' }));
  await user.type(screen.getByLabelText('For whom'), 'the night shift');
  await user.selectOptions(screen.getByLabelText('Good for'), 'Until it is used');
  await user.click(screen.getByRole('button', { name: 'Make the invitation' }));
  expect(await screen.findByText(/#invitation=secret-1$/)).toBeInTheDocument();
  expect(sent[0]?.body).toEqual({
    note: 'the night shift',
    role: 'read',
    scopes: ['*/*'],
    expires_at: null,
  });
  await user.click(screen.getByRole('button', { name: 'Done' }));
  expect(screen.queryByText(/secret-1/)).toBeNull();
});

test('the token of agents is made for a cluster, and shown once', async () => {
  stage([account('Ada', 'admin')]);
  const asked: unknown[] = [];
  server.use(
    http.post('*/api/admin/service-token/rotate', async ({ request }) => {
      asked.push(await request.json());
      return HttpResponse.json({ cluster: 'staging', token: 'kure_agent-1' }, { status: 201 });
    }),
  );
  const { user } = renderApp('/admin/users');
  await user.type(await screen.findByLabelText('Cluster'), 'staging');
  await user.click(screen.getByRole('button', { name: 'Make a new token' }));
  expect(await screen.findByText('kure_agent-1')).toBeInTheDocument();
  expect(asked).toEqual([{ cluster: 'staging' }]);
  await user.click(screen.getByRole('button', { name: 'Done' }));
  expect(screen.queryByText('kure_agent-1')).toBeNull();
});
