import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { CHECKOUT, makeDetail, makeRow } from '../../../../test/fixtures';
import { problem, server } from '../../../../test/msw/handlers';
import { renderApp } from '../../../../test/render';
import type { IncidentDetail } from '../../../api/types';

const NOW = Date.now();
const PATH = `/incidents/${CHECKOUT}`;

interface Sent {
  action: string;
  key: string | null;
  body: Record<string, unknown>;
}

/** Takes every action, and tells what was sent. */
function takeActions(answer: (sent: Sent) => Response | undefined = () => undefined): Sent[] {
  const all: Sent[] = [];
  server.use(
    http.post('*/api/incidents/:id/:action', async ({ request, params }) => {
      const sent = {
        action: String(params.action),
        key: request.headers.get('Idempotency-Key'),
        body: (await request.json()) as Record<string, unknown>,
      };
      all.push(sent);
      return answer(sent) ?? HttpResponse.json({ id: params.id, status: 'open', version: 4 });
    }),
  );
  return all;
}

/** What is said for a moment at the bottom of the page: the newest. */
const said = async (text: string) =>
  (await screen.findAllByText(new RegExp(text), { selector: 'p' })).at(-1);
const button = (name: string) => screen.findByRole('button', { name: new RegExp(name) });
const detail = (rest: Partial<IncidentDetail>) =>
  http.get('*/api/incidents/:id', () => HttpResponse.json({ ...makeDetail(NOW), ...rest }));

test('somebody takes it on: with the version that was seen, and a key of its own', async () => {
  const sent = takeActions();
  const { user } = renderApp(PATH);
  await user.click(await button('Acknowledge'));
  expect(await said('Acknowledged Deployment checkout in shop')).toBeVisible();
  expect(sent).toEqual([
    {
      action: 'acknowledge',
      key: expect.stringMatching(/^[0-9a-f]{32}$/),
      body: { version: 3, reason: '' },
    },
  ]);
});

test('r diagnoses again', async () => {
  const sent = takeActions();
  const { user } = renderApp(PATH);
  await button('Diagnose again');
  await user.keyboard('r');
  await waitFor(() => expect(sent.map(({ action }) => action)).toEqual(['retry']));
});

test('a wish that is tried again keeps its key, so that it is done once', async () => {
  let isAway = true;
  const sent = takeActions(() =>
    isAway
      ? problem(503, 'Temporal does not answer.', { headers: { 'Retry-After': '5' } })
      : undefined,
  );
  const { user } = renderApp(PATH);
  await user.click(await button('Acknowledge'));
  const alert = await screen.findByRole('alert');
  expect(alert).toHaveTextContent('Kure cannot do that just now');
  expect(alert).toHaveTextContent('Temporal does not answer. Try again in 5 s.');
  isAway = false;
  await user.click(within(alert).getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  expect(sent).toHaveLength(2);
  expect(sent[0]?.key).toBe(sent[1]?.key);
});

test('what has changed meanwhile is said, and read again', async () => {
  takeActions(() => problem(409, 'It is ignored at version 5 now.'));
  const { user } = renderApp(PATH);
  await button('Acknowledge');
  server.use(detail({ status: 'ignored', version: 5 }));
  await user.click(await button('Acknowledge'));
  expect(await screen.findByRole('alert')).toHaveTextContent('It has changed meanwhile');
  expect(await button('Stop ignoring')).toBeVisible();
});

test.each([
  [async () => {}, { until: /^\d{4}-.*Z$/, count: null }],
  [
    async (user: ReturnType<typeof renderApp>['user']) => {
      await user.click(screen.getByRole('radio', { name: 'For ever' }));
    },
    { until: /^forever$/, count: null },
  ],
  [
    async (user: ReturnType<typeof renderApp>['user']) => {
      await user.clear(screen.getByLabelText('Times'));
      await user.type(screen.getByLabelText('Times'), '25');
    },
    { until: null, count: 25 },
  ],
  [
    async (user: ReturnType<typeof renderApp>['user']) => {
      await user.click(screen.getByLabelText('Moment'));
    },
    { until: /^\d{4}-.*Z$/, count: null },
  ],
])('the ignore dialog sends what was chosen (%#)', async (choose, wanted) => {
  const sent = takeActions();
  const { user } = renderApp(PATH);
  await button('Ignore');
  await user.keyboard('e');
  const dialog = await screen.findByRole('dialog', { name: 'Ignore Deployment checkout in shop' });
  await choose(user);
  await user.type(within(dialog).getByLabelText('Reason'), 'known');
  await user.click(within(dialog).getByRole('button', { name: 'Ignore' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const body = sent[0]?.body;
  expect(body).toMatchObject({ version: 3, reason: 'known', count: wanted.count });
  if (wanted.until) expect(body?.until).toMatch(wanted.until);
  else expect(body?.until).toBeNull();
});

test('what the server refuses stands beside its field, and the dialog stays', async () => {
  const fields = [{ path: 'body.until', message: 'must be in the future' }];
  takeActions(() => problem(422, 'That moment has passed.', { fields }));
  const { user } = renderApp(PATH);
  await user.click(await button('Ignore'));
  const dialog = await screen.findByRole('dialog');
  await user.click(within(dialog).getByRole('button', { name: 'Ignore' }));
  expect(await within(dialog).findByText('must be in the future')).toBeVisible();
});

test('what is refused as a whole is said in the dialog; Esc gives the focus back', async () => {
  takeActions(() => HttpResponse.error());
  const { user } = renderApp(PATH);
  const opener = await button('Mark handled');
  await user.click(opener);
  const dialog = await screen.findByRole('dialog');
  expect(dialog).toHaveTextContent('Mark Deployment checkout in shop as handled');
  await user.click(within(dialog).getByRole('button', { name: 'Mark handled' }));
  expect(await within(dialog).findByRole('alert')).toHaveTextContent('does not answer');
  await user.keyboard('{Escape}');
  await waitFor(() => expect(opener).toHaveFocus());
});

test('what is marked as handled says so', async () => {
  const sent = takeActions();
  const { user } = renderApp(PATH);
  await user.click(await button('Mark handled'));
  const dialog = await screen.findByRole('dialog');
  await user.click(within(dialog).getByRole('button', { name: 'Mark handled' }));
  expect(await said('Marked Deployment checkout in shop as handled')).toBeVisible();
  expect(sent.map(({ action }) => action)).toEqual(['resolve']);
});

test('who may only read has no buttons and no keys to change anything', async () => {
  const sent = takeActions();
  server.use(
    http.get('*/api/auth/me', () => HttpResponse.json({ user: { name: 'Bo', role: 'read' } })),
  );
  const { user } = renderApp(PATH);
  await button('Copy link');
  expect(screen.queryByRole('button', { name: /Acknowledge|Ignore|Diagnose|handled/ })).toBeNull();
  await user.keyboard('er');
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(sent).toEqual([]);
});

test('in the list, keys act on the selected row', async () => {
  const sent = takeActions(({ action }) =>
    action === 'retry' ? problem(503, 'Temporal does not answer.') : undefined,
  );
  const { user } = renderApp('/');
  await screen.findByRole('table');
  await user.keyboard('er');
  expect(sent).toEqual([]);
  await user.keyboard('j');
  await waitFor(() => expect(screen.getByRole('link', { name: 'checkout' })).toHaveFocus());
  await user.keyboard('y');
  expect(await said('Copied the link to Deployment checkout')).toBeVisible();
  expect(await navigator.clipboard.readText()).toMatch(new RegExp(`/incidents/${CHECKOUT}$`));
  await user.keyboard('r');
  expect(await said('Temporal does not answer')).toBeVisible();
  await user.keyboard('e');
  const dialog = await screen.findByRole('dialog', { name: /Ignore Deployment checkout/ });
  await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(screen.getByRole('link', { name: 'checkout' })).toHaveFocus());
});

test('the report is copied as Markdown', async () => {
  const { user } = renderApp(PATH);
  await user.click(await button('Copy report'));
  expect(await said('Copied the report, as Markdown')).toBeVisible();
  expect(await navigator.clipboard.readText()).toMatch(/^# Deployment checkout in shop/);
});

test('y copies the link to an incident, and says where that is not allowed', async () => {
  const { user } = renderApp(PATH);
  await button('Copy link');
  await user.keyboard('y');
  expect(await said('Copied the link')).toBeVisible();
  navigator.clipboard.writeText = () => Promise.reject(new DOMException('denied'));
  await user.keyboard('y');
  expect(await said('did not allow copying')).toBeVisible();
});

test('an ignored incident is brought back', async () => {
  const sent = takeActions();
  server.use(detail({ ...makeRow(NOW, 1), status: 'ignored' }));
  const { user } = renderApp(PATH);
  await user.click(await button('Stop ignoring'));
  await waitFor(() => expect(sent.map(({ action }) => action)).toEqual(['restore']));
});

test('what is open cannot be deleted', async () => {
  renderApp(PATH);
  await button('Diagnose again');
  expect(screen.queryByRole('button', { name: /^Delete/ })).toBeNull();
});

test('a resolved incident is deleted after a second word; a refusal stays in the dialog', async () => {
  server.use(
    detail({ status: 'resolved' }),
    http.delete('*/api/incidents/:id', () => problem(409, 'It is open again.')),
  );
  const { user, router } = renderApp(PATH);
  await user.click(await button('^Delete'));
  const dialog = await screen.findByRole('dialog');
  const word = within(dialog).getByRole('button', { name: 'Delete for ever' });
  await user.click(word);
  expect(await within(dialog).findByRole('alert')).toHaveTextContent('It is open again.');
  server.use(http.delete('*/api/incidents/:id', () => new HttpResponse(null, { status: 204 })));
  await user.click(word);
  await waitFor(() => expect(router.state.location.pathname).toBe('/'));
  expect(await said('Deleted Deployment checkout in shop')).toBeVisible();
});
