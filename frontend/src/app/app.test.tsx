import { act, screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test, vi } from 'vitest';
import { makeConfig } from '../../test/fixtures';
import { server } from '../../test/msw/handlers';
import { renderApp } from '../../test/render';
import { reloadPreferences } from '../lib/preferences';

const heading = (name: string) => screen.findByRole('heading', { level: 1, name });

test('an API that is away is said so, and tried again', async () => {
  let isUp = false;
  server.use(
    http.get('*/api/auth/me', () =>
      isUp ? HttpResponse.json({ user: { name: 'Ada', role: 'admin' } }) : HttpResponse.error(),
    ),
  );
  const { client } = renderApp('/me');
  expect(await screen.findByRole('alert')).toHaveTextContent('Kure cannot be reached');
  isUp = true;
  await act(() => client.refetchQueries({ queryKey: ['me'] }));
  await heading('Preferences');
});

test('a session that ends leads to the sign-in page', async () => {
  const { client } = renderApp('/me');
  await heading('Preferences');
  act(() => client.setQueryData(['me'], null));
  await heading('Sign in to Kure');
});

test('signing out ends the session', async () => {
  const called: string[] = [];
  server.use(
    http.post('*/api/auth/logout', ({ request }) => {
      called.push(request.method);
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const { user } = renderApp('/me');
  await user.click(await screen.findByRole('button', { name: 'Sign out' }));
  await heading('Sign in to Kure');
  expect(called).toEqual(['POST']);
});

test('preferences work at once and are kept', async () => {
  const { user, unmount } = renderApp('/me');
  await user.click(await screen.findByRole('radio', { name: 'Compact' }));
  await user.click(screen.getByRole('radio', { name: 'Dark' }));
  await user.selectOptions(screen.getByLabelText('Time zone'), 'UTC');
  await user.click(screen.getByRole('checkbox', { name: /Single keys/ }));
  unmount();
  reloadPreferences();
  renderApp('/me');
  expect(await screen.findByRole('radio', { name: 'Compact' })).toBeChecked();
  expect(screen.getByRole('radio', { name: 'Dark' })).toBeChecked();
  expect(screen.getByLabelText('Time zone')).toHaveValue('UTC');
  expect(screen.getByRole('checkbox', { name: /Single keys/ })).not.toBeChecked();
});

test('? shows the keys, Esc closes them, and g i goes to the incidents', async () => {
  const { user } = renderApp('/me');
  await heading('Preferences');
  await user.keyboard('?');
  expect(await screen.findByRole('dialog', { name: 'Keyboard' })).toHaveTextContent(
    'Go to incidents',
  );
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await user.keyboard('gi');
  await heading('Incidents');
});

test('an address that leads nowhere offers a search', async () => {
  const { user, router } = renderApp('/nowhere');
  await heading('There is no such page');
  await user.type(screen.getByLabelText('Search incidents'), 'ns:shop{Enter}');
  await heading('Incidents');
  expect(router.state.location.search).toEqual({ tab: 'all', q: 'ns:shop' });
});

test('the navigation counts what needs somebody, and says whether the page is live', async () => {
  const { streams } = renderApp('/me');
  expect(await screen.findByRole('link', { name: /Incidents\s*5\s*need attention/ })).toBeVisible();
  expect(screen.getByText('Live')).toBeInTheDocument();
  await waitFor(() => expect(document.title).toBe('(5) Preferences - Kure'));
  act(() => streams.lose());
  expect(screen.getByText('Reconnecting')).toBeInTheDocument();
});

const agent = makeConfig(Date.now()).watching.agents[0];
const refusing = { ...agent, refused: ['It may not list ingresses.'] };
const unwatched = ['node-2', 'node-5'].map((node) => ({
  cluster: 'demo',
  node,
  since: new Date().toISOString(),
}));
const troubled = { ...agent, problem: 'Cannot list pods: the API server answered 403.' };

test.each([
  ['no agent ever', { live: false, last_seen: null, agents: [] }, 'None ever has.'],
  ['an agent that cannot see', { live: false, agents: [troubled] }, 'the API server answered 403'],
  ['a node without an agent', { unwatched, nodes_total: 20 }, '2 of 20 nodes are not watched'],
  ['a missing right', { agents: [refusing] }, 'It may not list ingresses'],
  ['a problem of one', { live: true, agents: [agent, troubled] }, 'The agent has a problem'],
])('%s is said on every page', async (_, watching, words) => {
  const config = makeConfig(Date.now());
  const body = { ...config, watching: { ...config.watching, ...watching } };
  server.use(http.get('*/api/config', () => HttpResponse.json(body)));
  renderApp('/me');
  expect(await screen.findByText(new RegExp(words))).toBeInTheDocument();
});

test('a connection that stays away is said on every page, above all else', async () => {
  const { streams } = renderApp('/me');
  await heading('Preferences');
  act(() => streams.lose());
  expect(screen.queryByText('No live connection to Kure')).toBeNull();
  const later = Date.now() + 61_000;
  vi.spyOn(Date, 'now').mockReturnValue(later);
  act(() => streams.lose(false));
  expect(await screen.findByText('No live connection to Kure')).toBeInTheDocument();
  vi.restoreAllMocks();
});
