import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { problem, server } from '../../../../test/msw/handlers';
import { renderApp } from '../../../../test/render';
import type { Models, ModelsBody, Provider } from '../../../api/types';
import { readList, usdInWords } from '../../../lib/format';
import { idIn } from './prompt-preview';

const KINDS: Models['kinds'] = [
  {
    kind: 'openai',
    title: 'OpenAI',
    base_url: 'https://api.openai.example/v1',
    needs_key: true,
    place: 'outside',
    models: [{ model: 'large', price: null }],
  },
  {
    kind: 'ollama',
    title: 'Ollama',
    base_url: 'http://127.0.0.1:11434/v1',
    needs_key: false,
    place: 'inside',
    models: [],
  },
];

function provider(id: string, rest: Partial<Provider> = {}): Provider {
  return {
    id,
    kind: 'openai',
    model: 'large',
    enabled: true,
    place: 'outside',
    base_url: null,
    timeout_seconds: 120,
    at_once: 4,
    per_minute: 60,
    price: null,
    key: '…4f2a',
    key_set_at: '2026-11-01T10:00:00Z',
    headers: { 'X-Team': '…' },
    health: { breaker: 'closed', error: '', calls: 0, failed: 0 },
    ...rest,
  };
}

function stage(...providers: Provider[]) {
  const sent: ModelsBody[] = [];
  const models: Models = {
    version: 7,
    ask: 'unexplained',
    budget: { calls: 500, usd: '5.000000' },
    outside_namespaces: ['*/shop'],
    hide_names: false,
    providers,
    spent: { calls: 12, usd: '0.004000' },
    kinds: KINDS,
  };
  server.use(
    http.get('*/api/admin/llm', () => HttpResponse.json(models)),
    http.put('*/api/admin/llm', async ({ request }) => {
      sent.push((await request.json()) as ModelsBody);
      return HttpResponse.json({ ...models, version: 8 });
    }),
  );
  return sent;
}

test('without a provider it is said what that means', async () => {
  stage();
  renderApp('/admin/models');
  expect(await screen.findByText(/nothing leaves Kure/)).toBeInTheDocument();
  expect(screen.getByText(/Today: 12 calls, 0.40 ¢/)).toBeInTheDocument();
});

test('a key is shown by its end only, and what leaves is said', async () => {
  stage(provider('gpt'), provider('own', { place: 'inside', key: '', key_set_at: null }));
  renderApp('/admin/models');
  expect(await screen.findByText(/key ends in …4f2a/)).toBeInTheDocument();
  expect(screen.getByText(/redacted questions leave the cluster/)).toBeInTheDocument();
  expect(screen.getByText(/nothing leaves the cluster/)).toBeInTheDocument();
});

test('a provider that is left alone says until when, and what it answered', async () => {
  const open_until = new Date(Date.now() + 60_000).toISOString();
  const error = 'api.openai.example answered 503.';
  stage(provider('gpt', { health: { breaker: 'open', open_until, error, calls: 9, failed: 9 } }));
  renderApp('/admin/models');
  expect(await screen.findByText('Left alone')).toBeInTheDocument();
  expect(screen.getByText(/answered 503/)).toBeInTheDocument();
});

test('the order changes with all secrets as they were shown', async () => {
  const sent = stage(provider('gpt'), provider('claude'));
  const { user } = renderApp('/admin/models');
  await user.click(await screen.findByRole('button', { name: 'Ask claude earlier' }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.version).toBe(7);
  expect(sent[0]?.providers?.map(({ id, key }) => [id, key])).toEqual([
    ['claude', '…4f2a'],
    ['gpt', '…4f2a'],
  ]);
  expect(sent[0]?.providers?.[0]?.headers).toEqual({ 'X-Team': '…' });
  expect(screen.getByRole('button', { name: 'Ask gpt earlier' })).toBeDisabled();
});

test('a provider is added with what is usual for its kind', async () => {
  const sent = stage(provider('gpt'));
  const { user } = renderApp('/admin/models');
  await user.click(await screen.findByRole('button', { name: 'Add a provider' }));
  const dialog = screen.getByRole('dialog');
  await user.selectOptions(within(dialog).getByLabelText('Kind'), 'Ollama');
  expect(within(dialog).getByLabelText('Where it runs')).toHaveValue('inside');
  await user.type(within(dialog).getByLabelText('Model'), 'qwen3');
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const added = sent[0]?.providers?.[1];
  expect(added).toMatchObject({ id: 'ollama', kind: 'ollama', model: 'qwen3', place: 'inside' });
  expect(added?.key).toBeNull();
  expect(sent[0]?.providers?.[0]?.id).toBe('gpt');
});

test('what is wrong with a provider stands at its field', async () => {
  stage(provider('gpt'));
  const fields = [{ path: 'providers.0.base_url', message: 'is a metadata address' }];
  server.use(http.put('*/api/admin/llm', () => problem(422, 'It cannot be used.', { fields })));
  const { user } = renderApp('/admin/models');
  await user.click(await screen.findByRole('button', { name: 'Change gpt' }));
  await user.type(screen.getByLabelText('Address'), 'http://169.254.169.254/');
  await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('is a metadata address')).toBeInTheDocument();
});

test('a test says how long it took and what it cost, or the exact error', async () => {
  stage(provider('gpt'), provider('claude'));
  server.use(
    http.post('*/api/admin/llm/test', async ({ request }) => {
      const { provider: id } = (await request.json()) as { provider: string };
      if (id === 'claude')
        return HttpResponse.json({ ok: false, error: 'answered 401: <b>no</b>' });
      const took = { latency_ms: 812, input_tokens: 20, output_tokens: 3 };
      return HttpResponse.json({ ok: true, model: 'large-1', ...took, usd: '0.000400' });
    }),
  );
  const { user } = renderApp('/admin/models');
  await user.click(await screen.findByRole('button', { name: 'Test gpt' }));
  expect(await screen.findByText(/large-1 answered after 812 ms/)).toHaveTextContent('0.04 ¢');
  await user.click(screen.getByRole('button', { name: 'Test claude' }));
  expect(await screen.findByText(/answered 401: <b>no<\/b>/)).toBeInTheDocument();
});

test('no limit is sent as none', async () => {
  const sent = stage(provider('gpt'));
  const { user } = renderApp('/admin/models');
  await user.clear(await screen.findByLabelText('Calls in a day, at most'));
  await user.clear(screen.getByLabelText('Namespaces that may go outside'));
  await user.type(screen.getByLabelText('Namespaces that may go outside'), '*/a, prod/b-*');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toMatchObject({
    budget: { calls: null, usd: '5' },
    outside_namespaces: ['*/a', 'prod/b-*'],
  });
});

test('the question of an incident is shown as it would be sent', async () => {
  stage(provider('gpt'));
  const asked: string[] = [];
  server.use(
    http.get('*/api/admin/llm/preview/:id', ({ params }) => {
      asked.push(String(params.id));
      return HttpResponse.json({
        incident_id: params.id,
        provider: null,
        why_not: 'the day’s budget is spent',
        system: 'You read evidence.',
        question: 'E1:1| <script>alert(1)</script>',
        tokens: 1234,
        usd: null,
      });
    }),
  );
  const { user } = renderApp('/admin/models');
  const id = '018f0000-0000-7000-8000-000000000001';
  await user.type(await screen.findByLabelText('Incident'), `https://kure.example/incidents/${id}`);
  await user.click(screen.getByRole('button', { name: 'Show the question' }));
  expect(await screen.findByText(/About 1234 tokens. It would not be sent/)).toBeInTheDocument();
  expect(screen.getByText(/<script>alert/)).toBeInTheDocument();
  expect(new Set(asked)).toEqual(new Set([id]));
});

test('words', () => {
  expect(usdInWords('12.5')).toBe('$12.50');
  expect(usdInWords('0')).toBe('$0.00');
  expect(readList(' a, b\n c ')).toEqual(['a', 'b', 'c']);
  expect(idIn(' nothing ')).toBe('nothing');
});
