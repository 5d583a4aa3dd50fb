import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { makeConfig, makeDetail, makeStep } from '../../../../test/fixtures';
import { problem, server } from '../../../../test/msw/handlers';
import { renderApp } from '../../../../test/render';
import type { Investigation, ModelAnswer } from '../../../api/types';

const NOW = Date.now();
const at = new Date(NOW - 60_000).toISOString();

const ANSWER: ModelAnswer = {
  cause: 'The pool of connections is too small',
  why: 'It waits for a connection and <b>gives up</b>.',
  confidence: 'medium',
  evidence: [{ number: 1, line: 2, evidence_id: 'e-1', text: 'pool timeout after 5s' }],
  ruled_out: [{ cause: 'The database is away', why_not: 'it answers others' }],
  missing: ['the log of the database'],
  fix: null,
};

function investigation(rest: Partial<Investigation> = {}): Investigation {
  return {
    id: 'i-1',
    number: 1,
    state: 'answered',
    text: '',
    answer: ANSWER,
    provider: 'gpt',
    model: 'large-1',
    fix_id: null,
    fix_checked: '',
    asked_by: null,
    answered_before: false,
    turns: 1,
    calls: [],
    usd: '0.004000',
    run: null,
    created_at: at,
    ended_at: at,
    ...rest,
  };
}

function stage(asked: Investigation | null, { models = true, ...rest } = {}) {
  const detail = { ...makeDetail(NOW), ...rest, investigation: asked };
  const sent: [string, unknown][] = [];
  server.use(
    http.get('*/api/config', () => HttpResponse.json({ ...makeConfig(NOW), models })),
    http.get('*/api/incidents/:id', () => HttpResponse.json(detail)),
    http.post('*/api/incidents/:id/feedback', async ({ request }) => {
      sent.push(['feedback', await request.json()]);
      return new HttpResponse(null, { status: 204 });
    }),
    http.post('*/api/incidents/:id/investigate', ({ request }) => {
      sent.push(['investigate', request.headers.get('Idempotency-Key')]);
      return problem(409, 'No model is asked: the day’s budget is spent.');
    }),
  );
  return { detail, sent, page: `/incidents/${detail.id}` };
}

const block = () => screen.findByRole('region', { name: 'A model’s view' });

test('without models nothing is said of them', async () => {
  const { page } = stage(null, { models: false });
  renderApp(page);
  await screen.findByRole('region', { name: 'Why' });
  expect(screen.queryByRole('region', { name: 'A model’s view' })).toBeNull();
});

test('an answer names its source, its lines, what it ruled out and what it lacked', async () => {
  const { page } = stage(investigation());
  renderApp(page);
  const found = within(await block());
  expect(found.getByText(/by large-1 \(gpt\)/)).toBeInTheDocument();
  expect(found.getByText('It says that it is fairly sure')).toBeInTheDocument();
  expect(found.getByText(/<b>gives up<\/b>/)).toBeInTheDocument();
  expect(found.getByText('The database is away: it answers others')).toBeInTheDocument();
  expect(found.getByText('the log of the database')).toBeInTheDocument();
  const line = found.getByRole('link', { name: /pool timeout/ });
  expect(line.getAttribute('href')).toMatch(/item=e-1.*line=2/);
  expect(screen.getByRole('region', { name: 'Why' })).toBeInTheDocument();
});

test('why there is no answer is said, and what the rules found stands', async () => {
  const text = 'No provider has answered for a day.';
  const { page } = stage(investigation({ state: 'unanswered', answer: null, text }));
  renderApp(page);
  expect(await screen.findByText(/No provider has answered for a day/)).toHaveTextContent(
    'What the rules found stands.',
  );
});

test('while it asks, its steps and the next try are shown', async () => {
  const steps = [makeStep(NOW, 1, { summary: 'Read for the model: logs web', state: 'running' })];
  const run = {
    ...{ id: 'r-2', workflow_id: 'investigation/1', workflow_type: 'InvestigationWorkflow' },
    ...{ incident_id: null, workload: '', doing: '', state: 'running' as const },
    ...{ started_at: at, ended_at: null, steps },
  };
  const next_try_at = new Date(NOW + 60_000).toISOString();
  const asking = { state: 'asking' as const, answer: null, run, ended_at: null, next_try_at };
  const { page } = stage(investigation(asking));
  renderApp(page);
  expect(await screen.findByText(/No provider answers now/)).toBeInTheDocument();
  expect(screen.getByText('Read for the model: logs web')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Ask a model again' })).toBeNull();
});

test('a fix that did not pass is not offered', async () => {
  const fix = { title: 'Make it larger', explanation: 'So it fits.', risk: 'none', operations: [] };
  const text = 'It would change another object.';
  const { page } = stage(investigation({ answer: { ...ANSWER, fix }, text }));
  renderApp(page);
  const found = within(await block());
  expect(found.getByText('The change is not offered')).toBeInTheDocument();
  expect(found.getByText('It would change another object.')).toBeInTheDocument();
  expect(found.queryByRole('button', { name: 'Test fix' })).toBeNull();
});

test('a fix that passed is shown as a change, and its test asks for that fix', async () => {
  const asked: unknown[] = [];
  const fix = { title: 'Make it larger', explanation: 'So it fits.', risk: 'none', operations: [] };
  const { page } = stage(investigation({ answer: { ...ANSWER, fix }, fix_id: 'f-1' }));
  server.use(
    http.get('*/api/incidents/:id/fixes/f-1', () =>
      HttpResponse.json({
        ...{ id: 'f-1', title: 'Make it larger', source: 'model', operations: [], created_at: at },
        ...{ proof: null, manifest: '', diff: '' },
        patch: {
          ...{ api_version: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'checkout' },
          ...{ recreate: false, note: '', checked: 'accepted by the API server (dry run)' },
          operations: [{ op: 'replace', path: '/spec/replicas', value: 2 }],
          command: 'kubectl patch …',
        },
      }),
    ),
    http.post('*/api/mirror/preview/:id', async ({ request }) => {
      asked.push(await request.json());
      return problem(503, 'The worker is away.');
    }),
  );
  const { user } = renderApp(page);
  const found = within(await block());
  expect(await found.findByText('/spec/replicas')).toBeInTheDocument();
  expect(found.getByText(/Accepted by the API server/)).toBeInTheDocument();
  await user.click(found.getByRole('button', { name: /Test fix/ }));
  await waitFor(() => expect(asked[0]).toMatchObject({ fix_id: 'f-1' }));
});

test('people say whether it was right, and a refusal to ask is shown in its words', async () => {
  const { page, sent } = stage(investigation());
  const { user } = renderApp(page);
  const found = within(await block());
  await user.click(found.getByRole('button', { name: 'No' }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toEqual(['feedback', { about: 'model', right: false, text: '' }]);
  await user.click(found.getByRole('button', { name: 'Ask a model again' }));
  expect(await found.findByText(/budget is spent/)).toBeInTheDocument();
});
