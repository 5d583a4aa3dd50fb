import { screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { problem, server } from '../../../test/msw/handlers';
import { renderApp } from '../../../test/render';
import { nameOf } from './sessions';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const PHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1';

const session = (id: string, browser: string, current: boolean) => {
  const now = new Date().toISOString();
  const times = { created_at: now, seen_at: now, expires_at: now };
  return { id, browser, current, address: '192.0.2.7', ...times };
};

function signedIn(): string[] {
  const called: string[] = [];
  let sessions = [session('1', FIREFOX, true), session('2', PHONE, false)];
  const user = { name: 'Ada', role: 'admin', scopes: ['*/*'], local: true };
  server.use(
    http.get('*/api/auth/me', () => HttpResponse.json({ user, sessions })),
    http.delete('*/api/auth/sessions/:id', ({ params }) => {
      called.push(String(params.id));
      sessions = sessions.filter(({ id }) => id !== params.id);
      return new HttpResponse(null, { status: 204 });
    }),
  );
  return called;
}

test('another session is ended, and the one that asks cannot end itself so', async () => {
  const called = signedIn();
  const { user } = renderApp('/me');
  await screen.findByText('Firefox on Linux');
  const [button, ...others] = await screen.findAllByRole('button', { name: /End the session/ });
  expect(others).toEqual([]);
  await user.click(button as HTMLElement);
  await waitFor(() => expect(screen.queryByText(/iPhone/)).toBeNull());
  expect(called).toEqual(['2']);
});

test('signing out everywhere leads to the sign-in page', async () => {
  signedIn();
  server.use(http.delete('*/api/auth/sessions', () => new HttpResponse(null, { status: 204 })));
  const { user } = renderApp('/me');
  await user.click(await screen.findByRole('button', { name: 'Sign out everywhere' }));
  await screen.findByRole('heading', { level: 1, name: 'Sign in to Kure' });
});

test('whoever came from an identity provider goes there to sign out as well', async () => {
  signedIn();
  const provider_url = `${location.href}#ended-there`;
  server.use(http.post('*/api/auth/logout', () => HttpResponse.json({ provider_url })));
  const { user } = renderApp('/me');
  await user.click(await screen.findByRole('button', { name: 'Sign out' }));
  await screen.findByRole('heading', { level: 1, name: 'Sign in to Kure' });
  expect(location.hash).toBe('#ended-there');
  history.replaceState(null, '', location.pathname);
});

test('a wrong current password is told at its field, and nobody is signed out', async () => {
  signedIn();
  const fields = [{ path: 'current', message: 'is not the password' }];
  server.use(http.post('*/api/auth/password', () => problem(422, 'Not changed.', { fields })));
  const { user } = renderApp('/me');
  await user.type(await screen.findByLabelText('Current password'), 'wrong');
  await user.type(screen.getByLabelText('New password'), 'correct horse battery{Enter}');
  expect(await screen.findByText('is not the password')).toBeInTheDocument();
  expect(screen.getByRole('heading', { level: 1, name: 'Preferences' })).toBeInTheDocument();
});

test.each([
  [FIREFOX, 'Firefox on Linux'],
  [PHONE, 'Safari on iPhone'],
  ['Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0', 'Edge on Windows'],
  ['curl/8.5', 'curl/8.5'],
  ['', 'Unknown browser'],
])('%s is called %s', (agent, name) => expect(nameOf(agent)).toBe(name));
