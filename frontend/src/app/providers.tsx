import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, StrictMode } from 'react';
import { mayRetry } from '../api/client';
import { type LiveConnection, LiveContext } from '../live/use-live';

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: mayRetry,
        staleTime: 15_000,
        // The stream says when something is new; a look at the tab need not ask.
        refetchOnWindowFocus: false,
        // A query that is paused without network would look as if it loaded for ever.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}

interface Props {
  client: QueryClient;
  live: LiveConnection;
  children: ReactNode;
}

export function Providers({ client, live, children }: Props) {
  return (
    <StrictMode>
      <QueryClientProvider client={client}>
        <LiveContext value={live}>{children}</LiveContext>
      </QueryClientProvider>
    </StrictMode>
  );
}
