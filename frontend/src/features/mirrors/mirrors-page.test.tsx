import { act, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { makeEnded, makeMirror, makeMirrorPage, mirrorId } from '../../../test/fixture-mirrors';
import { CHECKOUT } from '../../../test/fixtures';
import { problem, server } from '../../../test/msw/handlers';
import { renderApp } from '../../../test/render';
import type { MirrorPage } from '../../api/types';

const NOW = Date.now();
const list = (page: MirrorPage) => http.get('*/api/mirror', () => HttpResponse.json(page));
const rows = async () => (await screen.findAllByRole('row')).slice(1);

test('a list that cannot be read says why, and tries again', async () => {
  server.use(http.get('*/api/mirror', () => problem(503, 'PostgreSQL does not answer.')));
  const { user } = renderApp('/mirrors');
  expect(await screen.findByRole('alert')).toHaveTextContent('PostgreSQL does not answer.');
  server.use(list(makeMirrorPage(makeEnded(NOW))));
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await rows()).toHaveLength(3);
});

test('where nothing was tested, the page says what a test is', async () => {
  server.use(list(makeMirrorPage([])));
  renderApp('/mirrors');
  expect(await screen.findByText(/No fix has been tested yet/)).toBeVisible();
});

test('each test has its verdict, its workload and its fix', async () => {
  renderApp('/mirrors');
  const [passed, failed, none] = await rows();
  expect(passed).toHaveTextContent('PassedReady for 31 s without a restart');
  expect(failed).toHaveTextContent('Failedcontainer app: OOMKilled, exit code 137');
  expect(none).toHaveTextContent('No verdictno node has taken it');
  const link = within(passed as HTMLElement).getByRole('link', { name: 'Deployment checkout' });
  expect(link).toHaveAttribute('href', `/incidents/${CHECKOUT}?mirror=${mirrorId(12)}`);
});

test('a state filters them; it stands in the address', async () => {
  const { user, router } = renderApp('/mirrors?state=live');
  expect(await screen.findByText(/No test of these is in that state/)).toBeVisible();
  await user.click(screen.getByRole('link', { name: 'Failed' }));
  expect(await rows()).toHaveLength(1);
  expect(router.state.location.search).toEqual({ state: 'failed' });
});

test('older ones are fetched when they are asked for', async () => {
  const [first, ...others] = makeEnded(NOW);
  server.use(
    http.get('*/api/mirror', ({ request }) => {
      const isFirst = new URL(request.url).searchParams.get('after') === '';
      const items = isFirst && first ? [first] : others;
      return HttpResponse.json({ ...makeMirrorPage(items), next: isFirst ? 'more' : null });
    }),
  );
  const { user } = renderApp('/mirrors');
  expect(await rows()).toHaveLength(1);
  await user.click(screen.getByRole('button', { name: 'Show older ones' }));
  await waitFor(async () => expect(await rows()).toHaveLength(3));
  expect(screen.queryByRole('button', { name: 'Show older ones' })).toBeNull();
});

test('the navigation counts those that live, and follows the stream', async () => {
  const live = makeMirror(NOW, 11);
  server.use(http.get('*/api/mirror/active', () => HttpResponse.json(makeMirrorPage([live]))));
  const { streams, user } = renderApp('/mirrors');
  const link = await screen.findByRole('link', { name: /Mirrors\s*1\s*running/ });
  await rows();
  const send = (rest: Partial<typeof live>, seq: number) => {
    const summary = { ...live, ...rest, version: seq };
    const data = { id: summary.id, version: seq, summary };
    act(() => streams.send({ seq, topic: 'mirror.updated', data }));
  };
  send({ id: mirrorId(15) }, 101);
  await waitFor(() => expect(link).toHaveTextContent('2'));
  expect(await rows()).toHaveLength(4);
  send({ phase: 'gone', gone_at: live.requested_at }, 102);
  await waitFor(() => expect(link).toHaveTextContent('1'));
  await user.click(screen.getByRole('link', { name: /^Incidents/ }));
  await screen.findByRole('heading', { name: 'Incidents' });
  await user.keyboard('gm');
  await screen.findByRole('heading', { name: 'Mirror tests' });
});
