import { act, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { runId } from '../../../test/fixture-runs';
import { CHECKOUT, makeStep } from '../../../test/fixtures';
import { problem, server } from '../../../test/msw/handlers';
import { renderApp } from '../../../test/render';

const steps = async () =>
  within(await screen.findByRole('region', { name: 'Steps' })).getAllByRole('listitem');
const stepOf = async (text: RegExp) =>
  (await steps()).find((item) => text.test(item.textContent ?? '')) as HTMLElement;

test('a run that is not there says so', async () => {
  renderApp('/runs/nothing');
  expect(await screen.findByRole('heading', { name: 'There is no such run' })).toBeVisible();
});

test('a step whose worker died tells that it was continued', async () => {
  renderApp(`/runs/${runId(1)}`);
  const read = await stepOf(/Read objects/);
  expect(read).toHaveTextContent('Done, attempt 2');
  expect(read).toHaveTextContent('Worker restarted, continued');
});

test('a step that is tried again shows its error and its next try', async () => {
  renderApp(`/runs/${runId(1)}`);
  const look = await stepOf(/Look whether/);
  expect(look).toHaveTextContent(/Retrying, attempt 3, next try in \d+ s/);
  expect(within(look).getByText(/the API server answered 503/)).toBeVisible();
});

test('only failures can be shown; it stands in the address', async () => {
  const { user, router } = renderApp(`/runs/${runId(1)}`);
  await user.click(await screen.findByRole('checkbox', { name: 'Only failures' }));
  await waitFor(() => expect(router.state.location.search).toEqual({ only: 'failures' }));
  expect(screen.queryByText('Take the incident')).toBeNull();
  expect(screen.getByText('Look whether it has recovered')).toBeVisible();
});

test('steps follow the stream', async () => {
  const { streams } = renderApp(`/runs/${runId(2)}`);
  await steps();
  const step = makeStep(Date.now(), 9, { summary: 'Delete the copy', state: 'running' });
  const data = { run_id: runId(2), incident_id: CHECKOUT, step };
  act(() => streams.send({ seq: 101, topic: 'run.step', data }));
  expect(await screen.findByText('Delete the copy')).toBeVisible();
});

test("an incident's own run cannot be cancelled, and says why", async () => {
  renderApp(`/runs/${runId(1)}`);
  expect(await screen.findByText('It lives as long as its incident.')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Cancel…' })).toBeNull();
  expect(screen.getByRole('link', { name: /Open in Temporal/ })).toBeVisible();
});

test('who may only read cannot cancel', async () => {
  server.use(
    http.get('*/api/auth/me', () =>
      HttpResponse.json({ user: { name: 'Bo', role: 'read' }, sessions: [] }),
    ),
  );
  renderApp(`/runs/${runId(2)}`);
  await steps();
  expect(screen.queryByRole('button', { name: 'Cancel…' })).toBeNull();
});

test('a refusal to cancel stays in the dialog; then it is done', async () => {
  const words = 'The run is not running any more: it is completed.';
  server.use(http.post('*/api/runs/:id/cancel', () => problem(409, words)));
  const { user } = renderApp(`/runs/${runId(2)}`);
  await user.click(await screen.findByRole('button', { name: 'Cancel…' }));
  const dialog = await screen.findByRole('dialog');
  await user.click(within(dialog).getByRole('button', { name: 'Cancel the run' }));
  expect(await within(dialog).findByRole('alert')).toHaveTextContent(words);
  server.use(http.post('*/api/runs/:id/cancel', () => new HttpResponse('null', { status: 202 })));
  await user.click(within(dialog).getByRole('button', { name: 'Cancel the run' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

test('the steps of an incident lead to its run', async () => {
  renderApp(`/incidents/${CHECKOUT}`);
  const link = await screen.findByRole('link', { name: 'Its run, attempt by attempt' });
  expect(link).toHaveAttribute('href', `/runs/${runId(1)}`);
});
