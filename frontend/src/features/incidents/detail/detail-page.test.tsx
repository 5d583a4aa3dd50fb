import { act, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import {
  CHECKOUT,
  makeDetail,
  makeItems,
  makeRow,
  makeRows,
  makeStep,
} from '../../../../test/fixtures';
import { problem, server } from '../../../../test/msw/handlers';
import { renderApp } from '../../../../test/render';
import type { EvidenceItem, IncidentDetail } from '../../../api/types';

const NOW = Date.now();
const currentLog = makeItems(NOW)[3] as EvidenceItem;
const PATH = `/incidents/${CHECKOUT}`;

const heading = (name: string) => screen.findByRole('heading', { name });
const answer = (rest: Partial<IncidentDetail>) =>
  http.get('*/api/incidents/:id', () => HttpResponse.json({ ...makeDetail(NOW), ...rest }));
const steps = () => screen.getByRole('heading', { name: 'Steps' }).closest('details');

test('it says what fails, why, what to do and what shows it, in this order', async () => {
  renderApp(PATH);
  await heading('checkout');
  const order = screen.getAllByRole('heading', { level: 2 }).map((node) => node.textContent);
  expect(order).toEqual(['Steps', 'What', 'Why', 'What to do', 'Also, in this order', 'Evidence']);
  expect(screen.getByText('Definitive')).toBeInTheDocument();
  expect(screen.getByText(/Raise the memory limit/)).toBeInTheDocument();
  expect(screen.getByText(/has no metrics server/)).toBeInTheDocument();
  expect(screen.getAllByText('3 pods')).toHaveLength(2);
});

test('a fix is shown as commands and as a change of an object, each to be copied', async () => {
  renderApp(PATH);
  await heading('checkout');
  expect(screen.getByText(/kubectl -n shop set resources/)).toBeVisible();
  const change = screen.getByRole('figure');
  expect(change).toHaveTextContent('A change of Deployment checkout');
  expect(change).toHaveTextContent('− 128Mi');
  expect(change).toHaveTextContent('+ 768Mi');
  expect(change).toHaveTextContent('Accepted by the API server (dry run).');
  expect(screen.getByRole('button', { name: /kubectl command that applies/ })).toBeVisible();
});

test('what must be mended first is named, with a link where it has an incident', async () => {
  const [first] = makeDetail(NOW).diagnosis?.causes ?? [];
  const blames = { namespace: 'shop', kind: 'Deployment', name: 'redis', incident_id: 'x-1' };
  const causes = first ? [{ ...first, blames }] : [];
  server.use(
    answer({ diagnosis: { ...makeDetail(NOW).diagnosis, causes } as IncidentDetail['diagnosis'] }),
  );
  renderApp(PATH);
  await heading('checkout');
  const link = screen.getByRole('link', { name: 'Deployment redis' });
  expect(link).toHaveAttribute('href', '/incidents/x-1');
});

test('a link to an incident that became part of another one leads there', async () => {
  server.use(
    http.get('*/api/incidents/:id', ({ params }) =>
      params.id === 'old'
        ? HttpResponse.json({
            ...makeDetail(NOW),
            id: 'old',
            status: 'merged',
            merged_into: CHECKOUT,
          })
        : undefined,
    ),
  );
  const { router } = renderApp('/incidents/old');
  await heading('checkout');
  await waitFor(() => expect(router.state.location.pathname).toBe(PATH));
});

test("a node's incident names the workloads that it explains", async () => {
  const under = makeRow(NOW, 7, { name: 'web', folded_into: CHECKOUT });
  server.use(
    answer({ folds: 1 }),
    http.get('*/api/incidents', ({ request }) =>
      new URL(request.url).searchParams.get('folded_into') === CHECKOUT
        ? HttpResponse.json({ items: [under], next: null, total: 1, counts: {}, as_of_seq: 1 })
        : undefined,
    ),
  );
  renderApp(PATH);
  await heading('1 workload on it');
  const link = await screen.findByRole('link', { name: 'Deployment web in shop' });
  expect(link).toHaveAttribute('href', `/incidents/${under.id}`);
});

test('an incident that its node explains leads to the node', async () => {
  server.use(answer({ folded_into: 'node-id' }));
  renderApp(PATH);
  const link = await screen.findByRole('link', { name: /its node's incident/ });
  expect(link).toHaveAttribute('href', '/incidents/node-id');
});

test('evidence is numbered through all causes', async () => {
  const { user } = renderApp(PATH);
  await heading('checkout');
  await user.click(screen.getByText('Kubernetes waits longer before each restart'));
  const numbers = screen.getAllByText(/^\[\d\]$/).map((node) => node.textContent);
  expect(numbers).toEqual(['[1]', '[2]', '[3]', '[4]']);
});

test.each([
  ['[1]', 'Manifest', /terminated:/],
  ['[2]', 'Logs', /Picked up JAVA_TOOL_OPTIONS/],
  ['[3]', 'Manifest', /memory: 128Mi/],
])('evidence %s leads to its line in %s', async (number, tab, text) => {
  const { user } = renderApp(PATH);
  await heading('checkout');
  await user.click(screen.getByText(number));
  expect(await screen.findByRole('tab', { name: new RegExp(tab), selected: true })).toBeVisible();
  await waitFor(() =>
    expect(document.querySelector('[data-line][aria-current]')).toHaveTextContent(text),
  );
});

test('a link to an evidence line shows the same line, among the events too', async () => {
  renderApp(`${PATH}?tab=events&ev=4`);
  const row = await screen.findByRole('row', { current: true });
  expect(row).toHaveTextContent('BackOff');
  expect(row).toHaveTextContent('14');
});

test('what is captured is text: nothing in it becomes part of the page', async () => {
  renderApp(`${PATH}?tab=logs`);
  expect((await screen.findAllByText(/<b>loading<\/b>/)).length).toBeGreaterThan(0);
  expect(document.querySelector('#evidence b')).toBeNull();
});

test('a text can be searched, unwrapped and copied, and another one chosen', async () => {
  const { user } = renderApp(`${PATH}?tab=logs`);
  await user.type(await screen.findByLabelText('Find in the text'), 'PAGE=23');
  expect(screen.getByText('11 lines')).toBeInTheDocument();
  expect(document.querySelectorAll('mark')).toHaveLength(11);
  await user.click(screen.getByLabelText('Wrap lines'));
  await user.click(screen.getByRole('button', { name: 'Copy the text' }));
  expect(await navigator.clipboard.readText()).toContain('JAVA_TOOL_OPTIONS');
  await user.selectOptions(screen.getByLabelText('Which one'), currentLog.id);
  expect(await screen.findByText('Only the last lines were captured.')).toBeInTheDocument();
});

test.each([
  ['events', 'No event was captured.'],
  ['logs', 'No log was captured.'],
  ['node', 'No node was captured'],
  ['owner', 'No owner was captured'],
  ['manifest', 'No manifest was captured.'],
])('without anything captured tab %s says so', async (tab, words) => {
  server.use(http.get('*/api/incidents/:id/evidence', () => HttpResponse.json({ items: [] })));
  renderApp(`${PATH}?tab=${tab}`);
  expect(await screen.findByText(new RegExp(words))).toBeInTheDocument();
});

test('pods and history have their tabs', async () => {
  const { user } = renderApp(`${PATH}?tab=pods`);
  expect(await screen.findAllByText('Failing')).toHaveLength(3);
  expect(screen.getAllByText('Healthy')).toHaveLength(2);
  await user.click(screen.getByRole('tab', { name: /History/ }));
  expect(await screen.findByText('Opened')).toBeInTheDocument();
});

test('events that cannot be read as such are shown as they are', async () => {
  server.use(
    http.get('*/api/incidents/:id/evidence/:evidenceId', () =>
      HttpResponse.json({ ...makeItems(NOW)[2], text: 'plain words' }),
    ),
  );
  renderApp(`${PATH}?tab=events`);
  expect(await screen.findByText('plain words')).toBeInTheDocument();
});

test('an empty log, and a line that a text does not hold, are said so', async () => {
  server.use(
    http.get('*/api/incidents/:id/evidence/:evidenceId', ({ params }) =>
      HttpResponse.json({
        ...makeItems(NOW).find(({ id }) => id === params.evidenceId),
        text: params.evidenceId === makeItems(NOW)[0]?.id ? 'something else' : '',
      }),
    ),
  );
  const { user } = renderApp(`${PATH}?tab=logs&ev=2`);
  expect(await screen.findByText(/does not hold this line/)).toBeInTheDocument();
  await user.selectOptions(screen.getByLabelText('Which one'), currentLog.id);
  expect(await screen.findByText('It is empty: nothing was written.')).toBeInTheDocument();
});

test('steps show their state in words, attempts, and when they are tried again', async () => {
  renderApp(PATH);
  await heading('checkout');
  const shown = within(steps() as HTMLElement);
  expect(shown.getByText('3 of 5 done, running')).toBeInTheDocument();
  expect(shown.getByText('Done, attempt 2')).toBeInTheDocument();
  expect(shown.getByText(/Retrying, attempt 3, next try in \d+ s/)).toBeInTheDocument();
  expect(shown.getByText(/the API server answered 503/)).toBeInTheDocument();
  expect(shown.getByRole('link', { name: /Open in Temporal/ })).toHaveAttribute(
    'rel',
    'noreferrer',
  );
});

test('a step that ends while one looks changes at once', async () => {
  const { streams } = renderApp(PATH);
  await heading('checkout');
  const step = makeStep(NOW, 6, { summary: 'Wait for the next report', state: 'done' });
  const data = { run_id: makeDetail(NOW).run?.id ?? '', incident_id: CHECKOUT, step };
  act(() => streams.send({ seq: 101, topic: 'run.step', data }));
  expect(await screen.findByText('4 of 5 done, running')).toBeInTheDocument();
});

test('a diagnosis that becomes ready appears by itself', async () => {
  server.use(answer({ diagnosis: null, diagnosing: true, run: null }));
  const { streams } = renderApp(PATH);
  expect(await screen.findByText(/Being diagnosed/)).toBeInTheDocument();
  expect(screen.getByText(/No run has started/)).toBeInTheDocument();
  server.use(answer({ as_of_seq: 101 }));
  const data = { incident_id: CHECKOUT, diagnosis_id: 'd', source: 'rules' };
  act(() => streams.send({ seq: 101, topic: 'diagnosis.ready', data }));
  expect(await screen.findByText('Definitive')).toBeInTheDocument();
});

test.each([
  ['not diagnosed', { diagnosis: null, diagnosing: false }, 'Not diagnosed yet.'],
  [
    'not determined',
    { diagnosis: { ...makeDetail(NOW).diagnosis, causes: [] } as IncidentDetail['diagnosis'] },
    'Not determined',
  ],
  ['no pod', { pods: [] }, 'Nothing of it fails at the moment.'],
  ['recovered', { status: 'resolved' as const, resolution: 'recovered' as const }, 'recovered'],
  [
    'ignored for ever',
    { status: 'ignored' as const, ignored_until: 'forever' as const },
    'for ever',
  ],
  [
    'a run without steps',
    { run: { ...makeDetail(NOW).run, steps: [] } as unknown as IncidentDetail['run'] },
    'its first step has not',
  ],
])('%s: it is said in words', async (_, rest, words) => {
  server.use(answer(rest));
  renderApp(PATH);
  expect((await screen.findAllByText(new RegExp(words))).length).toBeGreaterThan(0);
});

test('a cause without a remedy says that no rule knows one', async () => {
  renderApp(`/incidents/${makeRow(NOW, 2).id}`);
  expect(await screen.findByText(/No rule knows a remedy/)).toBeInTheDocument();
  expect(screen.getByText('Symptom only')).toBeInTheDocument();
});

test('an unknown incident says so, and leads on', async () => {
  renderApp('/incidents/unknown');
  await heading('There is no such incident');
  expect(screen.getByRole('link', { name: 'All incidents' })).toHaveAttribute('href', '/?tab=all');
});

test('an incident that cannot be read says why, and tries again', async () => {
  server.use(http.get('*/api/incidents/:id', () => problem(503, 'PostgreSQL does not answer.')));
  const { user } = renderApp(PATH);
  expect(await screen.findByRole('alert')).toHaveTextContent('PostgreSQL does not answer.');
  server.resetHandlers();
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  await heading('checkout');
});

test('[ ] and l turn to the evidence, Esc goes back to the list', async () => {
  const { user, router } = renderApp(PATH);
  await heading('checkout');
  const tab = () => (router.state.location.search as { tab?: string }).tab;
  await user.keyboard(']');
  await waitFor(() => expect(tab()).toBe('events'));
  await user.keyboard('[[');
  await waitFor(() => expect(tab()).toBe('logs'));
  await user.keyboard('[[');
  await waitFor(() => expect(tab()).toBe('history'));
  await user.keyboard('l');
  await waitFor(() => expect(tab()).toBe('logs'));
  await user.keyboard('{Escape}');
  await heading('Incidents');
});

test('j and k go to the next and the previous incident of the list', async () => {
  const { user } = renderApp('/');
  await user.click(await screen.findByRole('link', { name: 'checkout' }));
  await heading('checkout');
  await user.keyboard('k');
  await user.keyboard('j');
  await heading('cart-db');
  await user.keyboard('j');
  await heading(makeRows(NOW)[2]?.name ?? '');
});

test('an incident that somebody deletes meanwhile is no more', async () => {
  const { streams } = renderApp(`/incidents/${CHECKOUT}`);
  await screen.findByRole('heading', { name: 'checkout' });
  server.use(http.get('*/api/incidents/:id', () => problem(404, 'There is no such incident.')));
  act(() => streams.send({ seq: 101, topic: 'incident.deleted', data: { id: CHECKOUT } }));
  expect(await screen.findByRole('heading', { name: 'There is no such incident' })).toBeVisible();
});
