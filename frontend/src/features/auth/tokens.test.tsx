import { screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { problem, server } from '../../../test/msw/handlers';
import { renderApp } from '../../../test/render';
import type { ApiToken } from '../../api/types';

const AT = '2026-11-01T10:00:00Z';

const token = (name: string, rest: Partial<ApiToken> = {}): ApiToken => ({
  id: name,
  name,
  role: 'read',
  scopes: ['*/*'],
  created_at: AT,
  expires_at: new Date(Date.now() + 86_400_000).toISOString(),
  used_at: null,
  ...rest,
});

function stage(...tokens: ApiToken[]) {
  const sent: Record<string, unknown>[] = [];
  const user = { name: 'Bob', role: 'write', scopes: ['*/shop'], local: true };
  server.use(
    http.get('*/api/auth/me', () => HttpResponse.json({ user, sessions: [] })),
    http.get('*/api/auth/tokens', () => HttpResponse.json({ items: tokens })),
    http.post('*/api/auth/tokens', async ({ request }) => {
      sent.push((await request.json()) as Record<string, unknown>);
      return HttpResponse.json({ token: 'kure_secret-1', about: token('ci') }, { status: 201 });
    }),
    http.delete('*/api/auth/tokens/:id', ({ params }) => {
      tokens.splice(
        tokens.findIndex(({ id }) => id === params.id),
        1,
      );
      return new HttpResponse(null, { status: 204 });
    }),
  );
  return sent;
}

test('a token is made with no more than its owner has, and its text is shown once', async () => {
  const sent = stage();
  const { user } = renderApp('/me');
  expect(await screen.findByText('You have none.')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Make a token' }));
  expect(screen.queryByRole('option', { name: /^Admin/ })).toBeNull();
  expect(screen.getByLabelText('Where')).toHaveValue('*/shop');
  await user.type(screen.getByLabelText('For what'), 'ci');
  await user.selectOptions(screen.getByLabelText('Role'), 'write');
  await user.selectOptions(screen.getByLabelText('Good for'), 'A week');
  await user.click(screen.getByRole('button', { name: 'Make the token' }));
  expect(await screen.findByText('kure_secret-1')).toBeInTheDocument();
  expect(sent[0]).toMatchObject({ name: 'ci', role: 'write', scopes: ['*/shop'] });
  const left = Date.parse(String(sent[0]?.expires_at)) - Date.now();
  expect(Math.round(left / 86_400_000)).toBe(7);
  await user.click(screen.getByRole('button', { name: 'Done' }));
  expect(screen.queryByText(/kure_secret/)).toBeNull();
});

test('what is wrong with a token is said at its field', async () => {
  stage();
  const fields = [{ path: 'scopes', message: 'is more than you have' }];
  server.use(http.post('*/api/auth/tokens', () => problem(422, 'Not made.', { fields })));
  const { user } = renderApp('/me');
  await user.click(await screen.findByRole('button', { name: 'Make a token' }));
  await user.type(screen.getByLabelText('For what'), 'ci{Enter}');
  expect(await screen.findByText('is more than you have')).toBeInTheDocument();
});

test('a token says until when it is good and when it was used, and is ended', async () => {
  stage(token('ci'), token('old', { expires_at: AT, used_at: AT }));
  const { user } = renderApp('/me');
  const old = (await screen.findByText('old')).closest('li');
  expect(old).toHaveTextContent(/read, everywhere; ended.*last used/);
  expect(screen.getByText('ci').closest('li')).toHaveTextContent(/until.*never used/);
  await user.click(screen.getByRole('button', { name: 'End the token ci' }));
  await waitFor(() => expect(screen.queryByText('ci')).toBeNull());
});
