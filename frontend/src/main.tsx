import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { createRoot } from 'react-dom/client';
import { createQueryClient, Providers } from './app/providers';
import { createAppRouter } from './app/router';
import { createSession, signInFromAddress } from './app/session';
import { SessionGate } from './app/session-gate';
import { followTheme } from './lib/preferences';
import './styles/app.css';

// For the <style> with which dialogs keep the page from scrolling.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;
if (nonce) setNonce(nonce);
followTheme(document.documentElement, matchMedia('(prefers-color-scheme: dark)'));

const client = createQueryClient();
const live = createSession(client);
await signInFromAddress();
const router = createAppRouter(client, live);

createRoot(document.querySelector('#root') as HTMLElement).render(
  <Providers client={client} live={live}>
    <SessionGate onSignedIn={() => live.start()}>
      <RouterProvider router={router} />
    </SessionGate>
  </Providers>,
);
