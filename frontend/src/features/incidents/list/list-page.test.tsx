import { act, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { makeConfig, makeRow, makeRows } from '../../../../test/fixtures';
import { listOf, problem, server } from '../../../../test/msw/handlers';
import { renderApp } from '../../../../test/render';
import type { IncidentRow } from '../../../api/types';
import type { LiveEvent } from '../../../live/events';

const NOW = Date.now();

const names = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => within(row).getByRole('link').textContent);
const selected = (router: ReturnType<typeof renderApp>['router']) =>
  (router.state.location.search as { row?: string }).row;

const told = (row: IncidentRow, topic: 'incident.created' | 'incident.updated'): LiveEvent => ({
  seq: 101,
  topic,
  data: { id: row.id, version: row.version, summary: row },
});

test('it shows what needs somebody, in the order of the server', async () => {
  renderApp('/');
  const table = await screen.findByRole('table', { name: 'Incidents' });
  expect(table).toHaveAttribute('aria-rowcount', '6');
  expect(names()?.slice(0, 3)).toEqual(['checkout', 'cart-db', 'invoice-0412']);
  const [, first] = within(table).getAllByRole('row');
  expect(first).toHaveTextContent('Critical');
  expect(first).toHaveTextContent('Deployment in shop');
  expect(first).toHaveTextContent('OOMKilled, CrashLoopBackOff');
  expect(first).toHaveTextContent('3/5');
  expect(screen.getByRole('link', { name: /Needs attention\s*5/ })).toHaveAttribute(
    'aria-current',
    'page',
  );
  expect(screen.getByText('Diagnosing')).toBeInTheDocument();
  expect(screen.getByText('Ada is on it')).toBeInTheDocument();
});

test('the address holds tab, filter, order and time, and a link shows the same', async () => {
  const asked: URLSearchParams[] = [];
  server.use(
    http.get('*/api/incidents', ({ request }) => {
      asked.push(new URL(request.url).searchParams);
    }),
  );
  renderApp('/?tab=resolved&q=ns:shop sev:high front&sort=last_seen&since=24h');
  expect(await screen.findByLabelText('Filter')).toHaveValue('ns:shop sev:high front');
  expect(await screen.findByText('frontend')).toBeInTheDocument();
  expect(screen.getByLabelText('Seen')).toHaveValue('24h');
  expect(screen.getByLabelText('Order')).toHaveValue('last_seen');
  const query = asked.find((params) => params.get('limit') === '100');
  expect(query?.getAll('status')).toEqual(['resolved']);
  expect(query?.getAll('namespace')).toEqual(['shop']);
  expect(query?.getAll('severity')).toEqual(['high']);
  expect(query?.get('q')).toBe('front');
  expect(query?.get('sort')).toBe('last_seen');
  const since = Date.parse(query?.get('since') ?? '');
  expect(Math.abs(Date.now() - 86_400_000 - since)).toBeLessThan(60_000);
});

test('typing filters, chips are removed, and tabs change the status', async () => {
  const { user, router } = renderApp('/');
  await screen.findByRole('table');
  await user.keyboard('/');
  await user.keyboard('ns:billing');
  await waitFor(() => expect(names()).toEqual(['invoice-0412', expect.stringMatching(/^report/)]));
  expect(router.state.location.search).toEqual({ q: 'ns:billing' });
  await user.click(screen.getByRole('button', { name: 'Remove ns:billing' }));
  await waitFor(() => expect(names()).toHaveLength(5));
  expect(screen.getByLabelText('Filter')).toHaveValue('');
  await user.click(screen.getByRole('link', { name: /Resolved/ }));
  await waitFor(() => expect(names()).toEqual(['frontend', 'migrate']));
  expect(screen.getByText('recovered')).toBeInTheDocument();
  await user.selectOptions(screen.getByLabelText('Order'), 'last_seen');
  await user.selectOptions(screen.getByLabelText('Seen'), '7d');
  expect(router.state.location.search).toEqual({ tab: 'resolved', sort: 'last_seen', since: '7d' });
});

test('a filter that cannot be understood says so, and the list stays', async () => {
  const { user } = renderApp('/');
  await screen.findByRole('table');
  await user.type(screen.getByLabelText('Filter'), 'foo:bar');
  expect(await screen.findByText(/There is no filter "foo"/)).toBeInTheDocument();
  expect(screen.getByLabelText('Filter')).toBeInvalid();
  expect(names()).toHaveLength(5);
});

test('a filter that the server refuses is explained beside the filter', async () => {
  const fields = [{ path: 'class.0', message: 'there is no class "oom"' }];
  server.use(http.get('*/api/incidents', () => problem(422, 'It cannot be used.', { fields })));
  renderApp('/?q=class:oom');
  expect(await screen.findByText('class: there is no class "oom"')).toBeInTheDocument();
});

test('nothing matches: it says so, keeps the focus in the filter, and clears', async () => {
  const { user } = renderApp('/');
  await screen.findByRole('table');
  await user.type(screen.getByLabelText('Filter'), 'nobody');
  expect(await screen.findByText('Nothing matches')).toBeInTheDocument();
  expect(screen.getByLabelText('Filter')).toHaveFocus();
  await user.click(screen.getByRole('button', { name: 'Clear filter' }));
  expect(await screen.findByText('checkout')).toBeInTheDocument();
});

test('j, k and o walk the list, Enter opens, Esc comes back to the same row', async () => {
  const { user, router } = renderApp('/');
  await screen.findByRole('table');
  const ids = makeRows(NOW).map((row) => row.id);
  await user.keyboard('j');
  await waitFor(() => expect(selected(router)).toBe(ids[0]));
  await user.keyboard('k');
  await user.keyboard('j');
  await waitFor(() => expect(selected(router)).toBe(ids[1]));
  await waitFor(() => expect(screen.getByRole('link', { name: 'cart-db' })).toHaveFocus());
  await user.keyboard('{Enter}');
  await screen.findByRole('heading', { level: 1, name: 'cart-db' });
  await user.keyboard('{Escape}');
  await screen.findByRole('heading', { level: 1, name: 'Incidents' });
  expect(selected(router)).toBe(ids[1]);
  await waitFor(() => expect(screen.getByRole('link', { name: 'cart-db' })).toHaveFocus());
  await user.keyboard('o');
  await screen.findByRole('heading', { level: 1, name: 'cart-db' });
});

test('Esc gives up the selected row, and then the filter', async () => {
  const { user, router } = renderApp('/?q=ns:shop');
  await screen.findByRole('table');
  await user.keyboard('j');
  await waitFor(() => expect(selected(router)).toBeDefined());
  await user.keyboard('{Escape}');
  await waitFor(() => expect(router.state.location.search).toEqual({ q: 'ns:shop' }));
  await user.keyboard('{Escape}');
  await waitFor(() => expect(router.state.location.search).toEqual({}));
});

test('a row that changes is changed where it stands', async () => {
  const { streams } = renderApp('/');
  await screen.findByRole('table');
  const row = makeRow(NOW, 4, { name: 'log-agent', version: 9, severity: 'critical' });
  act(() => streams.send(told({ ...row, pods_failing: 9, pods_seen: 9 }, 'incident.updated')));
  const changed = await screen.findByText('9/9');
  expect(changed).toBeInTheDocument();
  expect(names()?.[3]).toBe('log-agent');
});

test('a row that no longer belongs here stays, and says so', async () => {
  const { streams } = renderApp('/');
  await screen.findByRole('table');
  const row = { ...(makeRows(NOW)[0] as IncidentRow), version: 9, status: 'resolved' as const };
  act(() => streams.send(told(row, 'incident.updated')));
  expect(await screen.findByText('no longer matches')).toBeInTheDocument();
  expect(names()?.[0]).toBe('checkout');
});

test('a new incident waits behind a button while somebody reads', async () => {
  const { streams, user } = renderApp('/');
  await screen.findByRole('table');
  await user.hover(screen.getByRole('link', { name: 'checkout' }));
  const fresh = makeRow(NOW, 50, { name: 'fresh', version: 1 });
  server.use(listOf([fresh, ...makeRows(NOW)], 101));
  act(() => streams.send(told(fresh, 'incident.created')));
  const show = await screen.findByRole('button', { name: 'Show 1 new incident' });
  expect(names()).not.toContain('fresh');
  await waitFor(() => expect(document.title).toBe('(6) Incidents - Kure'));
  await user.click(show);
  await waitFor(() => expect(names()?.[0]).toBe('fresh'));
  expect(screen.queryByRole('button', { name: /new incident/ })).toBeNull();
});

test('a new incident comes by itself where nobody reads', async () => {
  const { streams } = renderApp('/');
  await screen.findByRole('table');
  const fresh = makeRow(NOW, 50, { name: 'fresh', version: 1 });
  server.use(listOf([fresh, ...makeRows(NOW)], 101));
  act(() => streams.send(told(fresh, 'incident.created')));
  await waitFor(() => expect(names()?.[0]).toBe('fresh'));
});

test('a new incident of another tab is not offered here', async () => {
  const { streams, user } = renderApp('/?tab=ignored');
  await screen.findByRole('table');
  await user.hover(screen.getByRole('link', { name: 'search' }));
  const fresh = makeRow(NOW, 50, { version: 1 });
  server.use(listOf([fresh, ...makeRows(NOW)], 101));
  act(() => streams.send(told(fresh, 'incident.created')));
  await waitFor(() => expect(document.title).toBe('(6) Incidents - Kure'));
  expect(screen.queryByRole('button', { name: /new incident/ })).toBeNull();
});

test('further pages are read when the end comes into sight', async () => {
  const rows = Array.from({ length: 130 }, (_, at) => makeRow(NOW, at + 1));
  server.use(
    http.get('*/api/incidents', ({ request }) => {
      const after = Number(new URL(request.url).searchParams.get('after') ?? 0);
      return HttpResponse.json({
        items: rows.slice(after, after + 65),
        next: after === 0 ? '65' : null,
        total: 130,
        counts: {},
        as_of_seq: 100,
      });
    }),
  );
  renderApp(`/?row=${rows[0]?.id}`);
  expect(await screen.findByText('65 of 130 incidents read')).toBeInTheDocument();
  const page = document.querySelector('#page') as HTMLElement;
  Object.defineProperty(page, 'scrollTop', { value: 3000 });
  page.dispatchEvent(new Event('scroll'));
  expect(await screen.findByText('130 incidents')).toBeInTheDocument();
});

test('failed: it says what came back, and tries again when asked to', async () => {
  server.use(http.get('*/api/incidents', () => problem(500, 'PostgreSQL does not answer.')));
  const { user } = renderApp('/');
  expect(await screen.findByRole('alert')).toHaveTextContent('Could not load incidents');
  server.resetHandlers();
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('checkout')).toBeInTheDocument();
});

test('forbidden: it says which right is missing', async () => {
  server.use(http.get('*/api/incidents', () => problem(403, 'This needs the role read.')));
  renderApp('/');
  expect(await screen.findByText('You may not see incidents')).toBeInTheDocument();
});

test('stale: rows stay when they cannot be read again', async () => {
  const { client } = renderApp('/');
  await screen.findByRole('table');
  server.use(http.get('*/api/incidents', () => problem(503, 'Later.')));
  await act(() => client.refetchQueries({ queryKey: ['incidents'] }));
  expect(await screen.findByRole('alert')).toHaveTextContent('Could not update incidents');
  expect(screen.getByText('checkout')).toBeInTheDocument();
});

test('loading: an outline of the list', async () => {
  let answer = () => {};
  const waiting = new Promise<void>((resolve) => {
    answer = resolve;
  });
  server.use(http.get('*/api/incidents', () => waiting));
  renderApp('/');
  expect(await screen.findByText('Loading incidents…')).toBeInTheDocument();
  answer();
  expect(await screen.findByText('checkout')).toBeInTheDocument();
});

test('the rows of the last visit are there at once after a reload', async () => {
  const { unmount } = renderApp('/');
  await screen.findByRole('table');
  unmount();
  let answer = () => {};
  const waiting = new Promise<void>((resolve) => {
    answer = resolve;
  });
  server.use(http.get('*/api/incidents', () => waiting));
  renderApp('/');
  expect(await screen.findByText('checkout')).toBeInTheDocument();
  answer();
});

const watching = (rest: object) => {
  const config = makeConfig(Date.now());
  return http.get('*/api/config', () =>
    HttpResponse.json({ ...config, watching: { ...config.watching, ...rest } }),
  );
};

test('nothing fails: it says so, and how much is watched', async () => {
  server.use(listOf([]), watching({}));
  const { user } = renderApp('/');
  expect(await screen.findByRole('heading', { name: 'Nothing is failing' })).toBeInTheDocument();
  expect(screen.getByText(/Watching 14 namespaces, 212 pods/)).toHaveTextContent(
    /Last check \d+ s ago/,
  );
  await user.click(screen.getByText('See it work'));
  await user.click(screen.getByRole('button', { name: 'Copy the command' }));
  expect(await screen.findByText('Copied the command', { selector: 'p' })).toBeInTheDocument();
});

test.each([
  ['nobody watches', { live: false, last_seen: null, agents: [] }, 'No agent reports.'],
  [
    'the one that watches cannot see',
    {
      live: false,
      agents: [{ ...makeConfig(NOW).watching.agents[0], problem: 'Cannot list pods.' }],
    },
    'Cannot list pods.',
  ],
])('nothing fails is never said while %s', async (_, rest, words) => {
  server.use(listOf([]), watching(rest));
  renderApp('/');
  const panel = (await screen.findByRole('heading', { name: 'Nothing is watching' })).parentElement;
  expect(panel).toHaveTextContent(words);
  expect(screen.queryByText('Nothing is failing')).toBeNull();
});

test('nothing fails is said only of the nodes that are watched', async () => {
  const unwatched = [{ cluster: 'demo', node: 'node-7', since: new Date(NOW).toISOString() }];
  server.use(listOf([]), watching({ unwatched, nodes_total: 3 }));
  renderApp('/');
  const title = 'Nothing is failing where Kure looks';
  const panel = (await screen.findByRole('heading', { name: title })).parentElement;
  expect(panel).toHaveTextContent('1 of 3 nodes is not watched: node-7');
  expect(screen.queryByRole('heading', { name: 'Nothing is failing' })).toBeNull();
});

test.each([
  ['regressed', 'Nothing that was resolved has come back.'],
  ['ignored', 'Nothing is ignored.'],
  ['resolved', 'Nothing has been resolved yet.'],
  ['all', 'There has been no incident yet.'],
])('an empty tab %s has its own words', async (tab, words) => {
  server.use(listOf([]));
  renderApp(`/?tab=${tab}`);
  expect(await screen.findByText(words)).toBeInTheDocument();
});

test('a row that became part of another incident is told apart, under every tab', async () => {
  const { streams } = renderApp('/?tab=all');
  await screen.findByText('checkout');
  const row = { ...makeRow(NOW, 2), status: 'merged' as const, merged_into: 'x', version: 9 };
  act(() => streams.send(told(row, 'incident.updated')));
  expect(await screen.findByText('Merged')).toBeInTheDocument();
  expect(screen.getByText('no longer matches')).toBeInTheDocument();
});

test('what a node explains stands under it, collapsed, and opens', async () => {
  const node = makeRow(NOW, 1, { name: 'node-1', kind: 'Node', namespace: '_', folds: 1 });
  const under = makeRow(NOW, 2, { name: 'web', folded_into: node.id });
  server.use(
    http.get('*/api/incidents', ({ request }) => {
      const asked = new URL(request.url).searchParams.get('folded_into');
      const items = asked === node.id ? [under] : [node];
      return HttpResponse.json({ items, next: null, total: 1, counts: {}, as_of_seq: 100 });
    }),
  );
  const { user, streams } = renderApp('/');
  const toggle = await screen.findByRole('button', { name: '1 workload' });
  expect(toggle).toHaveAttribute('aria-expanded', 'false');
  expect(names()).toEqual(['node-1']);
  await user.click(toggle);
  await waitFor(() => expect(names()).toEqual(['node-1', 'web']));
  expect(screen.queryByText('no longer matches')).not.toBeInTheDocument();
  act(() => streams.send(told({ ...under, version: 9 }, 'incident.updated')));
  expect(screen.queryByRole('button', { name: /new incident/ })).not.toBeInTheDocument();
  await user.click(toggle);
  expect(names()).toEqual(['node-1']);
});

test('a row that turns out to be explained by its node leaves the list', async () => {
  const { streams } = renderApp('/');
  await screen.findByText('checkout');
  const row = { ...makeRow(NOW, 2), folded_into: makeRow(NOW, 1).id, version: 9 };
  act(() => streams.send(told(row, 'incident.updated')));
  expect(await screen.findByText('no longer matches')).toBeInTheDocument();
});
