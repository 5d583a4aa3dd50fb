import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { problem, server } from '../../../../test/msw/handlers';
import { renderApp } from '../../../../test/render';
import type { NewPodExclusion, PodExclusion } from '../../../api/types';
import { previewInWords } from './words';

const AT = '2026-11-01T10:00:00Z';

const exclusion = (rest: Partial<PodExclusion> = {}): PodExclusion => ({
  id: 'e1',
  cluster: '*',
  namespace: 'shop',
  workload: 'CronJob/report-*',
  pod: '*',
  label: '*',
  failure_class: '*',
  reason: 'the archive moves',
  created_by: 'ada',
  created_at: AT,
  expires_at: null,
  is_expired: false,
  last_matched_at: null,
  ...rest,
});

interface Asked {
  preview: boolean;
  body: NewPodExclusion;
}

function stage(items: PodExclusion[] = []) {
  const asked: Asked[] = [];
  const removed: string[] = [];
  const take = async ({ request }: { request: Request }) => {
    const preview = new URL(request.url).searchParams.get('preview') === 'true';
    asked.push({ preview, body: (await request.json()) as NewPodExclusion });
    const workloads = ['shop/Deployment/a', 'shop/Deployment/a', 'shop/Deployment/b'];
    return preview
      ? HttpResponse.json({ incidents: 3, workloads })
      : HttpResponse.json(exclusion(), { status: 201 });
  };
  server.use(
    http.get('*/api/admin/excluded-namespaces', () => HttpResponse.json({ items: [] })),
    http.get('*/api/admin/excluded-pods', () => HttpResponse.json({ items })),
    http.post('*/api/admin/excluded-namespaces', take),
    http.post('*/api/admin/excluded-pods', take),
    http.delete('*/api/admin/excluded-pods/:id', ({ params }) => {
      removed.push(String(params.id));
      items.pop();
      return new HttpResponse(null, { status: 204 });
    }),
  );
  return { asked, removed };
}

const saved = (asked: Asked[]) => asked.filter(({ preview }) => !preview).map(({ body }) => body);

test('who may only read is told so, and cannot exclude', async () => {
  const refuse = () => problem(403, 'This needs the role write.');
  server.use(
    http.get('*/api/auth/me', () =>
      HttpResponse.json({ user: { name: 'Bob', role: 'read', scopes: ['*/*'] }, sessions: [] }),
    ),
    http.get('*/api/admin/excluded-namespaces', refuse),
    http.get('*/api/admin/excluded-pods', refuse),
  );
  renderApp('/admin/exclusions');
  expect(await screen.findByText('You may not see excluded namespaces')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Exclude namespaces' })).toBeDisabled();
  const pages = screen.getByRole('navigation', { name: 'Administration' });
  expect(within(pages).queryByRole('link', { name: 'Exclusions' })).toBeNull();
});

test('an exclusion shows what it matches, who made it, why, and when it last matched', async () => {
  stage([
    exclusion({ reason: '<b>moves</b>', last_matched_at: AT, expires_at: AT, is_expired: true }),
  ]);
  renderApp('/admin/exclusions');
  const row = (await screen.findByText('CronJob/report-*')).closest('li') as HTMLElement;
  expect(row).toHaveTextContent('Namespaceshop');
  expect(row).toHaveTextContent('<b>moves</b>');
  expect(row).toHaveTextContent(/by ada.*ended.*last matched/);
  expect(screen.getByText('No namespace is excluded.')).toBeInTheDocument();
});

test('what it would close is shown while it is written, and nothing is changed by that', async () => {
  const { asked } = stage();
  const { user } = renderApp('/admin/exclusions');
  await user.click(await screen.findByRole('button', { name: 'Exclude namespaces' }));
  expect(screen.getByText(/Give a pattern/)).toBeInTheDocument();
  await user.type(screen.getByLabelText('Namespace'), 'load-*');
  expect(
    await screen.findByText('Matches 2 workloads, 3 incidents: they are closed.'),
  ).toBeVisible();
  expect(asked.at(-1)?.body).toMatchObject({ cluster: '*', namespace: 'load-*' });
  expect(saved(asked)).toEqual([]);
});

test('patterns, reason and end are sent; what is empty matches all', async () => {
  const { asked } = stage();
  const { user } = renderApp('/admin/exclusions');
  await user.click(await screen.findByRole('button', { name: 'Exclude workloads' }));
  await user.type(screen.getByLabelText('Workload'), 'CronJob/report-*');
  await user.type(screen.getByLabelText('Reason'), 'the archive moves');
  await user.selectOptions(screen.getByLabelText('For'), 'One hour');
  await user.click(screen.getByRole('button', { name: 'Exclude' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const [body] = saved(asked);
  expect(body).toMatchObject({ namespace: '*', workload: 'CronJob/report-*', label: '*' });
  const hour = Date.parse(body?.expires_at ?? '') - Date.now();
  expect(hour).toBeGreaterThan(3_500_000);
  expect(hour).toBeLessThanOrEqual(3_600_000);
});

test('a pattern that is refused is said at its field, before anything is saved', async () => {
  stage();
  const fields = [{ path: 'namespace', message: 'give a pattern that does not match all' }];
  server.use(
    http.post('*/api/admin/excluded-namespaces', () => problem(422, 'Everything.', { fields })),
  );
  const { user } = renderApp('/admin/exclusions');
  await user.click(await screen.findByRole('button', { name: 'Exclude namespaces' }));
  await user.type(screen.getByLabelText('Namespace'), '**');
  expect(await screen.findByText('give a pattern that does not match all')).toBeVisible();
});

test('who sees a part only begins with its cluster', async () => {
  stage();
  server.use(
    http.get('*/api/auth/me', () =>
      HttpResponse.json({ user: { name: 'Bob', role: 'write', scopes: ['*/a'] }, sessions: [] }),
    ),
  );
  const { user } = renderApp('/admin/exclusions');
  await user.click(await screen.findByRole('button', { name: 'Exclude namespaces' }));
  expect(screen.getByLabelText('Cluster')).toHaveValue('demo');
  expect(screen.getByText(/You see a part only/)).toBeInTheDocument();
});

test('an exclusion is taken back', async () => {
  const { removed } = stage([exclusion()]);
  const { user } = renderApp('/admin/exclusions');
  await user.click(await screen.findByRole('button', { name: /Take back the exclusion of shop/ }));
  expect(await screen.findByText('No workload is excluded.')).toBeInTheDocument();
  expect(removed).toEqual(['e1']);
});

test('words', () => {
  expect(previewInWords({ incidents: 0, workloads: [] })).toBe('Matches nothing that is open now.');
  expect(previewInWords({ incidents: 60, workloads: ['a', 'b'] })).toBe(
    'Matches more than 2 workloads, 60 incidents: they are closed.',
  );
});
