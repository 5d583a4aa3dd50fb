import { screen } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { afterEach, expect, test } from 'vitest';
import { problem, server } from '../../../test/msw/handlers';
import { renderApp } from '../../../test/render';
import { keepEntry, takeEntry } from './entry';

const heading = (name: string) => screen.findByRole('heading', { level: 1, name });

/** An API to which nobody is signed in until `path` is posted to; what was posted. */
function signedOut(path: string, isNew = false, provider: string | null = null) {
  const sent: unknown[] = [];
  server.use(
    http.get('*/api/auth/me', () =>
      sent.length > 0
        ? HttpResponse.json({ user: { name: 'Ada', role: 'admin' }, sessions: [] })
        : problem(401, 'There is no session.'),
    ),
    http.get('*/api/auth/status', () =>
      HttpResponse.json({ setup_required: isNew, provider, signed_in: false, user: null }),
    ),
    http.post(`*${path}`, async ({ request }) => {
      sent.push(await request.json());
      return new HttpResponse(null, { status: 204 });
    }),
  );
  return sent;
}

afterEach(() => keepEntry({}));

test('a wrong password is refused in words, and nothing else is asked for', async () => {
  signedOut('/api/auth/code');
  server.use(http.post('*/api/auth/login', () => problem(401, 'They do not go together.')));
  const { user, streams } = renderApp('/?tab=all');
  await heading('Sign in to Kure');
  await user.type(screen.getByLabelText('Name'), 'ada');
  await user.type(screen.getByLabelText('Password'), 'wrong{Enter}');
  expect(await screen.findByText('They do not go together.')).toBeInTheDocument();
  expect(streams.opened).toHaveLength(0);
});

test('after signing in the page is shown that was asked for', async () => {
  const sent = signedOut('/api/auth/login');
  const { user } = renderApp('/me');
  await user.type(await screen.findByLabelText('Name'), ' ada ');
  await user.type(screen.getByLabelText('Password'), ' a b {Enter}');
  await heading('Preferences');
  expect(sent).toEqual([{ name: 'ada', password: ' a b ' }]);
});

test('a one-time code can be typed', async () => {
  const sent = signedOut('/api/auth/code');
  const { user } = renderApp('/me');
  await user.click(await screen.findByRole('button', { name: 'Use a one-time code' }));
  await user.type(screen.getByLabelText('One-time code'), 'ABC-DEF{Enter}');
  await heading('Preferences');
  expect(sent).toEqual([{ code: 'ABC-DEF' }]);
});

test('the first admin sets Kure up with a code', async () => {
  const sent = signedOut('/api/auth/signup', true);
  const { user } = renderApp('/me');
  await heading('Set up Kure');
  await user.type(screen.getByLabelText('One-time code'), 'ABC');
  await user.type(screen.getByLabelText('Name'), 'grace');
  await user.type(screen.getByLabelText('Password'), 'correct horse battery{Enter}');
  await heading('Preferences');
  expect(sent).toEqual([
    { code: 'ABC', invitation: '', name: 'grace', password: 'correct horse battery' },
  ]);
});

test('an invitation asks for a name and a password, and says what is wrong with them', async () => {
  signedOut('/api/auth/code');
  const fields = [{ path: 'password', message: 'at least five different characters' }];
  server.use(http.post('*/api/auth/signup', () => problem(422, 'Take another.', { fields })));
  keepEntry({ invitation: 'text' });
  const { user } = renderApp('/me');
  await heading('Join Kure');
  expect(screen.queryByLabelText('One-time code')).toBeNull();
  await user.type(screen.getByLabelText('Name'), 'grace');
  await user.type(screen.getByLabelText('Password'), 'aaaaaaaaaaaaa{Enter}');
  expect(await screen.findByText('at least five different characters')).toBeInTheDocument();
});

test('who may sign in with a provider goes there, and comes back to the same page', async () => {
  signedOut('/api/auth/login', false, 'Example');
  history.replaceState(null, '', '/?tab=all&q=a%20b');
  renderApp('/?tab=all');
  const link = await screen.findByRole('link', { name: 'Sign in with Example' });
  const next = encodeURIComponent(location.pathname + location.search);
  expect(link).toHaveAttribute('href', `/api/auth/oidc/start?next=${next}`);
  expect(screen.getByLabelText('Password')).toBeInTheDocument();
});

test('without a provider there is no such link', async () => {
  signedOut('/api/auth/login');
  renderApp('/');
  await heading('Sign in to Kure');
  expect(screen.queryByRole('link')).toBeNull();
});

test.each([
  ['no_group', /none of your groups there grants anything/],
  ['unreachable', /cannot ask Example/],
  ['throttled', /five minutes/],
  ['constructor', /cannot use what Example answered/],
])('a sign-in that came back with %s is explained', async (why, words) => {
  signedOut('/api/auth/login', false, 'Example');
  history.replaceState(null, '', `/#refused=${why}&id=%3Cb%3Ecall%20555`);
  keepEntry(takeEntry() ?? {});
  expect(location.hash).toBe('');
  renderApp('/');
  expect(await screen.findByRole('alert')).toHaveTextContent(words);
  expect(screen.queryByText(/call 555/)).toBeNull();
});
