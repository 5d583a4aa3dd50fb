import { HttpResponse, http } from 'msw';
import { expect, test, vi } from 'vitest';
import { problem, server } from '../../test/msw/handlers';
import { answer, api } from '../api/client';
import { keys } from '../api/keys';
import { takeEntry } from '../features/auth/entry';
import { createQueryClient } from './providers';
import { createSession, signInFromAddress } from './session';

test('the code of the printed address signs in, and leaves the address', async () => {
  const sent: unknown[] = [];
  server.use(
    http.post('*/api/auth/code', async ({ request }) => {
      sent.push(await request.json());
      return new HttpResponse(null, { status: 204 });
    }),
  );
  history.replaceState(null, '', '/?tab=all#code=secret-1');
  await signInFromAddress();
  expect(sent).toEqual([{ code: 'secret-1' }]);
  expect(location.href).toMatch(/\/\?tab=all$/);
});

test('a 401 to anything ends the session, and what is known of the cluster is forgotten', async () => {
  const client = createQueryClient();
  createSession(client);
  client.setQueryData(keys.me, { name: 'Ada', role: 'admin' });
  client.setQueryData(keys.detail('1'), { name: 'checkout' });
  client.setQueryData(keys.config, { cluster: 'demo' });
  sessionStorage.setItem('kure.list.{}', '{}');
  server.use(http.get('*/api/config', () => problem(401, 'There is no session.')));
  await expect(answer(api.GET('/api/config'))).rejects.toThrow('There is no session.');
  expect(client.getQueryData(keys.me)).toBeNull();
  expect(client.getQueryData(keys.detail('1'))).toBeUndefined();
  expect(client.getQueryData(keys.config)).toBeUndefined();
  expect(sessionStorage).toHaveLength(0);
});

test('a printed address that is opened in the same tab signs in again', async () => {
  const codes: unknown[] = [];
  server.use(
    http.post('*/api/auth/code', async ({ request }) => {
      codes.push(await request.json());
      return problem(401, 'The code is wrong.');
    }),
  );
  createSession(createQueryClient());
  history.replaceState(null, '', '/?tab=all#code=second');
  dispatchEvent(new HashChangeEvent('hashchange'));
  await vi.waitFor(() => expect(codes).toContainEqual({ code: 'second' }));
  expect(location.hash).toBe('');
});

test('an address without a code asks for nothing', async () => {
  history.replaceState(null, '', '/?tab=all');
  await signInFromAddress();
  expect(takeEntry()).toBeNull();
});
