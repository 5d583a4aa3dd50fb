import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createQueryClient, Providers } from '../src/app/providers';
import { createAppRouter } from '../src/app/router';
import { SessionGate } from '../src/app/session-gate';
import { Applier } from '../src/live/applier';
import { Live } from '../src/live/live';
import { recentEvents } from '../src/live/recent';
import { FakeStreams } from './fake-stream';

/** The whole dashboard at an address, with a stream that the test drives. */
export function renderApp(path: string) {
  const streams = new FakeStreams();
  const client = createQueryClient();
  client.setDefaultOptions({
    queries: { ...client.getDefaultOptions().queries, retry: false },
  });
  recentEvents.from = null;
  const live = new Live({
    applier: new Applier(client, () => 0),
    open: streams.open,
    probe: async () => 'signed in',
    locks: null,
    openChannel: () => ({ post: () => {}, close: () => {} }),
    onSignedOut: () => client.setQueryData(['me'], null),
  });
  const history = createMemoryHistory({ initialEntries: [path] });
  const router = createAppRouter(client, live, history);
  const start = () => {
    live.start();
    streams.beat(100);
  };
  const view = render(
    <Providers client={client} live={live}>
      <SessionGate onSignedIn={start}>
        <RouterProvider router={router} />
      </SessionGate>
    </Providers>,
  );
  return { ...view, user: userEvent.setup(), streams, client, live, router };
}
