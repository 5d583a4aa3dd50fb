import { act, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { afterEach, expect, test, vi } from 'vitest';
import {
  makeEnded,
  makeMirror,
  makeMirrorDetail,
  mirrorId,
} from '../../../../test/fixture-mirrors';
import { CHECKOUT, makeDetail, makeItems, makeStep } from '../../../../test/fixtures';
import { problem, server } from '../../../../test/msw/handlers';
import { renderApp } from '../../../../test/render';
import type { IncidentDetail, MirrorDetail, MirrorRow } from '../../../api/types';
import { setServerTime } from '../../../live/clock';

const NOW = Date.now();
const PATH = `/incidents/${CHECKOUT}`;
const row = makeMirror(NOW, 11);

afterEach(() => setServerTime(new Date().toISOString()));

/** The incident with some mirrors, and what each of them tells. */
function serve(
  mirrors: MirrorRow[],
  rest: Partial<MirrorDetail> = {},
  fixes: IncidentDetail['fixes'] = [],
) {
  server.use(
    http.get('*/api/incidents/:id', () =>
      HttpResponse.json({ ...makeDetail(NOW), mirrors, fixes }),
    ),
    http.get('*/api/mirror/status/:id', ({ params }) => {
      const known = mirrors.find(({ id }) => id === params.id);
      return known
        ? HttpResponse.json({ ...makeMirrorDetail(NOW, known), ...rest })
        : problem(404, 'There is no such mirror.');
    }),
  );
}

const panel = async () => within(await screen.findByRole('region', { name: 'Mirror tests' }));
const updated = (rest: Partial<MirrorRow>, seq = 101) => {
  const summary = { ...row, version: row.version + seq - 100, ...rest };
  return {
    seq,
    topic: 'mirror.updated' as const,
    data: { id: row.id, version: summary.version, summary },
  };
};

test('a mirror that cannot be read still tells what its incident knows', async () => {
  serve([row]);
  server.use(http.get('*/api/mirror/status/:id', () => problem(503, 'PostgreSQL is away.')));
  renderApp(PATH);
  const shown = await panel();
  expect(await shown.findByRole('alert')).toHaveTextContent('PostgreSQL is away.');
  expect(shown.getByText(/^Starting: Ready for 12 s of 30 s/)).toBeVisible();
});

test('who may only read sees the test, and can neither extend nor end it', async () => {
  server.use(
    http.get('*/api/auth/me', () => HttpResponse.json({ user: { name: 'Bo', role: 'read' } })),
  );
  serve([row]);
  renderApp(PATH);
  const shown = await panel();
  expect(await shown.findByRole('timer')).toBeVisible();
  expect(shown.queryByRole('button', { name: /min|End/ })).toBeNull();
});

test('what cannot be extended or ended says why', async () => {
  serve([row]);
  server.use(
    http.post('*/api/mirror/:id/extend', () => problem(409, 'The mirror is over.')),
    http.delete('*/api/mirror/:id', () => problem(503, 'Temporal does not answer.')),
  );
  const { user } = renderApp(PATH);
  const shown = await panel();
  await user.click(await shown.findByRole('button', { name: '+2 min' }));
  expect(await shown.findByText('The mirror is over.')).toBeVisible();
  await user.click(shown.getByRole('button', { name: 'End now' }));
  await waitFor(() => expect(shown.getAllByRole('alert')).toHaveLength(1));
});

test('no word of success stands there before the verdict', async () => {
  serve([{ ...row, phase: 'starting', text: 'it runs and is not Ready' }]);
  const { streams } = renderApp(PATH);
  const shown = await panel();
  expect(await shown.findByText('Starting: it runs and is not Ready')).toBeVisible();
  expect(document.body).not.toHaveTextContent(/passed|fixed/i);
  const text = 'Ready for 31 s without a restart';
  act(() => streams.send(updated({ phase: 'passed', verdict: 'passed', text })));
  expect(await shown.findByText('Passed (Ready for 31 s without a restart)')).toBeVisible();
});

test('a verdict is taken back when the copy fails later', async () => {
  const passed = { ...row, phase: 'passed' as const, verdict: 'passed' as const, text: 'Ready' };
  serve([passed]);
  const { streams } = renderApp(PATH);
  const shown = await panel();
  expect(await shown.findByText('Passed (Ready)')).toBeVisible();
  const text = 'container app restarted';
  serve([{ ...passed, phase: 'failed', verdict: 'failed', text, version: 5 }]);
  act(() => streams.send(updated({ phase: 'failed', verdict: 'failed', text })));
  expect(await shown.findByText('Failed (container app restarted)')).toBeVisible();
  expect(shown.queryByText(/Passed/)).toBeNull();
});

test.each([
  ['ahead', 3_600_000],
  ['behind', -3_600_000],
])('the countdown is right where the clock here is an hour %s', async (_, wrong) => {
  vi.useFakeTimers({ now: NOW + wrong, shouldAdvanceTime: true, toFake: ['Date'] });
  serve([row]);
  renderApp(PATH);
  const shown = await panel();
  await shown.findByText('Watch whether it gets well');
  await waitFor(() => expect(shown.getByRole('timer')).toHaveTextContent(/^2:1[6-9]$/));
});

test('more time counts from the creation on, and an hour is the most', async () => {
  serve([row]);
  const sent: unknown[] = [];
  server.use(
    http.post('*/api/mirror/:id/extend', async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ expires_at: new Date(NOW + 3_559_000).toISOString() });
    }),
  );
  const { user } = renderApp(PATH);
  const shown = await panel();
  await shown.findByText('Watch whether it gets well');
  await user.click(shown.getByRole('button', { name: '+2 min' }));
  await waitFor(() => expect(shown.getByRole('timer')).toHaveTextContent(/^59:\d\d$/));
  expect(sent).toEqual([{ ttl_seconds: 300 }]);
  expect(shown.getByRole('button', { name: '+2 min' })).toBeDisabled();
});

test('who ends a test sees it end', async () => {
  serve([row]);
  server.use(
    http.delete('*/api/mirror/:id', ({ params }) =>
      HttpResponse.json({ mirror_id: params.id }, { status: 202 }),
    ),
  );
  const { user, streams } = renderApp(PATH);
  const shown = await panel();
  await user.click(await shown.findByRole('button', { name: 'End now' }));
  await waitFor(() => expect(shown.getByRole('button', { name: 'End now' })).toBeDisabled());
  const text = 'it was ended before a verdict';
  act(() => streams.send(updated({ phase: 'expiring', verdict: 'none', text })));
  expect(await shown.findByText(`No verdict (${text})`)).toBeVisible();
  expect(shown.queryByRole('timer')).toBeNull();
});

test('its steps move while one looks, and what it showed is linked', async () => {
  const [log] = makeItems(NOW);
  serve([row], { evidence_ids: [log?.id ?? ''] });
  const { user, streams, router } = renderApp(PATH);
  const shown = await panel();
  const list = within(await shown.findByRole('region', { name: 'Steps of the test' }));
  expect(list.getByText('Running')).toBeVisible();
  const step = makeStep(NOW, 3, { step: 'mirror-3', state: 'done', summary: 'Watched' });
  const data = { run_id: `run-${row.id}`, incident_id: CHECKOUT, step };
  act(() => streams.send({ seq: 101, topic: 'run.step', data }));
  await waitFor(() => expect(list.queryByText('Running')).toBeNull());
  await user.click(await shown.findByRole('link', { name: 'Logs (app, previous)' }));
  expect(router.state.location.search).toEqual({ tab: 'logs', item: log?.id });
});

test('rounds stand in their order, other tests below; each can be looked at', async () => {
  const rounds = { rounds: 3 };
  const failed = { phase: 'gone' as const, verdict: 'failed' as const, text: 'OOMKilled' };
  const at = (ago: number) => ({ requested_at: new Date(NOW - ago).toISOString() });
  const first = makeMirror(NOW, 21, { ...rounds, ...failed, ...at(90_000), round: 1 });
  const second = makeMirror(NOW, 22, { ...rounds, ...at(30_000), round: 2, title: '512Mi' });
  const [old] = makeEnded(NOW) as [MirrorRow];
  serve([second, first, old]);
  const { user, router } = renderApp(PATH);
  const shown = await panel();
  expect(shown.getByText('Round 2 of at most 3: 512Mi')).toBeVisible();
  const before = within(shown.getByRole('list', { name: 'Rounds before' }));
  expect(before.getByText('Failed (OOMKilled)')).toBeVisible();
  const others = shown.getByRole('list', { name: 'Other tests', hidden: true });
  await user.click(within(others).getByRole('link', { hidden: true }));
  expect(router.state.location.search).toEqual({ mirror: mirrorId(12) });
  expect((await shown.findAllByText(/^Passed \(Ready for 31 s/)).length).toBeGreaterThan(0);
  expect(await shown.findByText('The copy is deleted.')).toBeVisible();
});

test('a fix that has passed says so beside it, with the way to the test', async () => {
  const [passed] = makeEnded(NOW) as [MirrorRow];
  const operations = makeDetail(NOW).diagnosis?.causes[0]?.patch?.operations ?? [];
  const fix = {
    id: mirrorId(62),
    title: '',
    source: 'rules' as const,
    operations,
    created_at: passed.requested_at,
  };
  serve([row, passed], {}, [{ ...fix, proof: passed }]);
  renderApp(PATH);
  const what = within(await screen.findByRole('region', { name: 'What to do' }));
  expect(what.getByText('Passed (Ready for 31 s without a restart)')).toBeVisible();
  const link = what.getByRole('link', { name: 'on a copy' });
  expect(link).toHaveAttribute('href', `${PATH}?mirror=${passed.id}`);
});

test('what a copy showed is not taken for what the incident shows', async () => {
  const [log] = makeItems(NOW);
  const copy = { ...log, id: 'of-copy', subject: `Pod/${row.pod}/app/current` };
  const late = { ...copy, captured_at: new Date(NOW).toISOString() };
  serve([row]);
  server.use(
    http.get('*/api/incidents/:id/evidence', () => HttpResponse.json({ items: [late, log] })),
  );
  renderApp(`${PATH}?tab=logs`);
  expect(await screen.findByLabelText('Which one')).toHaveValue(log?.id);
});
