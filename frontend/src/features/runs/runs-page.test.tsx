import { act, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { makeRunPage, makeRuns, runId } from '../../../test/fixture-runs';
import { CHECKOUT } from '../../../test/fixtures';
import { problem, server } from '../../../test/msw/handlers';
import { renderApp } from '../../../test/render';

const NOW = Date.now();
const rows = async () => (await screen.findAllByRole('row')).slice(1);

test('a list that cannot be read says why, and tries again', async () => {
  server.use(http.get('*/api/runs', () => problem(503, 'PostgreSQL does not answer.')));
  const { user } = renderApp('/runs');
  expect(await screen.findByRole('alert')).toHaveTextContent('PostgreSQL does not answer.');
  server.use(http.get('*/api/runs', () => HttpResponse.json(makeRunPage(makeRuns(NOW)))));
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await rows()).toHaveLength(5);
});

test('where nothing ran, the page says what a workflow is', async () => {
  server.use(http.get('*/api/runs', () => HttpResponse.json(makeRunPage([]))));
  renderApp('/runs');
  expect(await screen.findByText(/No workflow has run yet/)).toBeVisible();
});

test('each run has its state, its workload and what it is doing', async () => {
  renderApp('/runs');
  const [own, mirror, asked, retention] = await rows();
  expect(own).toHaveTextContent('RunningIncident');
  const link = within(mirror as HTMLElement).getByRole('link', {
    name: 'shop/Deployment checkout',
  });
  expect(link).toHaveAttribute('href', `/incidents/${CHECKOUT}`);
  expect(mirror).toHaveTextContent('Wait until the copy is Ready');
  expect(asked).toHaveTextContent('FailedInvestigation by a model');
  expect(within(retention as HTMLElement).getAllByRole('link')).toHaveLength(1);
});

test('state and type narrow the list; both stand in the address, and are counted', async () => {
  const { user, router } = renderApp('/runs');
  const running = await screen.findByRole('link', { name: 'Running2' });
  await user.click(running);
  await waitFor(async () => expect(await rows()).toHaveLength(2));
  await user.selectOptions(screen.getByRole('combobox', { name: 'Type' }), 'Mirror test');
  await waitFor(async () => expect(await rows()).toHaveLength(1));
  expect(router.state.location.search).toEqual({ state: 'running', type: 'MirrorWorkflow' });
  await screen.findByRole('link', { name: 'Running1' });
});

test('older ones are fetched when they are asked for', async () => {
  const [first, ...others] = makeRuns(NOW);
  server.use(
    http.get('*/api/runs', ({ request }) => {
      const isFirst = !new URL(request.url).searchParams.has('after');
      const items = isFirst && first ? [first] : others;
      return HttpResponse.json({ ...makeRunPage(items), next: isFirst ? runId(1) : null });
    }),
  );
  const { user } = renderApp('/runs');
  expect(await rows()).toHaveLength(1);
  await user.click(screen.getByRole('button', { name: 'Show older ones' }));
  await waitFor(async () => expect(await rows()).toHaveLength(5));
});

test('rows follow the stream; new runs wait behind a button', async () => {
  const { streams, user } = renderApp('/');
  await screen.findByRole('heading', { name: 'Incidents' });
  await user.keyboard('gw');
  await screen.findByRole('heading', { name: 'Workflows' });
  const [, mirror] = await rows();
  const send = (run: string, state: 'running' | 'failed', seq: number) => {
    const data = { run_id: run, incident_id: CHECKOUT, state };
    act(() => streams.send({ seq, topic: 'run.state', data }));
  };
  send(runId(2), 'failed', 101);
  await waitFor(() => expect(mirror).toHaveTextContent('Failed'));
  send(runId(9), 'running', 102);
  const button = await screen.findByRole('button', { name: '1 new run: show' });
  expect(await rows()).toHaveLength(5);
  await user.click(button);
  expect(screen.queryByRole('button', { name: '1 new run: show' })).toBeNull();
});
