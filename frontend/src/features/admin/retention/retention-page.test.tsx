import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { problem, server } from '../../../../test/msw/handlers';
import { renderApp } from '../../../../test/render';
import type { KeepDays, Retention } from '../../../api/types';
import { daysInWords, previewInWords } from './words';

const AT = '2026-11-01T10:00:00Z';

function retention(name: string): Retention {
  const isEvent = name === 'event-retention';
  return {
    name,
    keep_days: name === 'ignored-retention' ? 'off' : isEvent ? 1 : 90,
    default_days: 90,
    least_days: 1,
    most_days: isEvent ? 30 : 3650,
    may_be_off: !isEvent,
    what: `what ${name} is of`,
    since: 'their end',
    version: 4,
    changed_by: 'ada',
    changed_at: AT,
  };
}

function stage() {
  const sent: { name: string; body: unknown }[] = [];
  const asked: string[] = [];
  const take = async (name: string, request: Request, old: object) => {
    const body = (await request.json()) as object;
    sent.push({ name, body });
    return HttpResponse.json({ ...old, ...body, version: 5 });
  };
  const ttl = { ttl_seconds: 300, default_seconds: 300, least_seconds: 30, most_seconds: 3600 };
  const limits = { per_cluster: 10, per_namespace: 3 };
  const settings: Record<string, object> = {
    'mirror-ttl': { ...ttl, version: 0 },
    'mirror-limits': { ...limits, version: 2 },
  };
  server.use(
    http.get('*/api/admin/settings/:name', ({ params, request }) => {
      const name = String(params.name);
      const days = new URL(request.url).searchParams.get('preview');
      if (settings[name]) return HttpResponse.json(settings[name]);
      if (days === null) return HttpResponse.json(retention(name));
      asked.push(`${name} ${days}`);
      const keep_days: KeepDays = days === 'off' ? 'off' : Number(days);
      const preview = { keep_days, count: days === 'off' ? 0 : 1204, oldest: AT };
      return HttpResponse.json({ ...retention(name), preview });
    }),
    http.put('*/api/admin/settings/:name', ({ params, request }) => {
      const name = String(params.name);
      return take(name, request, settings[name] ?? retention(name));
    }),
  );
  return { sent, asked };
}

/** The panel with a heading. */
async function panel(name: string) {
  const heading = await screen.findByRole('heading', { level: 2, name });
  return within(heading.closest('section') as HTMLElement);
}

test('somebody who is no admin is told so', async () => {
  server.use(http.get('*/api/admin/settings/:name', () => problem(403, 'This needs admin.')));
  renderApp('/admin/retention');
  expect(await screen.findByText('You may not see audit log')).toBeInTheDocument();
});

test('what would go is said before it is saved, and only then', async () => {
  const { sent, asked } = stage();
  const { user } = renderApp('/admin/retention');
  const resolved = await panel('Resolved incidents');
  const days = await resolved.findByLabelText('Days to keep');
  expect(days).toHaveValue(90);
  expect(resolved.getByRole('button', { name: 'Save' })).toBeDisabled();
  expect(asked).toEqual([]);
  await user.clear(days);
  await user.type(days, '30');
  expect(
    await resolved.findByText(/Would delete 1 204 incidents older than 30 days\./),
  ).toBeInTheDocument();
  expect(sent).toEqual([]);
  await user.click(resolved.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toEqual({ name: 'history-retention', body: { keep_days: 30, version: 4 } });
});

test('for ever is spelled out, and is sent as off', async () => {
  const { sent } = stage();
  const { user } = renderApp('/admin/retention');
  const audit = await panel('Audit log');
  await user.click(await audit.findByLabelText('Keep for ever'));
  expect(await audit.findByText(/Nothing would be deleted, ever/)).toBeInTheDocument();
  await user.click(audit.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.body).toEqual({ keep_days: 'off', version: 4 });
  const ignored = await panel('Ignored incidents');
  expect(ignored.getByLabelText('Keep for ever')).toBeChecked();
  const events = await panel('Live events');
  expect(events.getByText('It cannot be kept for ever.')).toBeInTheDocument();
});

test('what the API refuses stands at its field', async () => {
  stage();
  const fields = [{ path: 'keep_days', message: 'must be from 30 to 3650 days' }];
  server.use(http.put('*/api/admin/settings/:name', () => problem(422, 'No.', { fields })));
  const { user } = renderApp('/admin/retention');
  const evidence = await panel('Evidence');
  await user.type(await evidence.findByLabelText('Days to keep'), '1');
  await user.click(evidence.getByRole('button', { name: 'Save' }));
  expect(await evidence.findByText('must be from 30 to 3650 days')).toBeInTheDocument();
});

test('the life and the number of mirrors are chosen', async () => {
  const { sent } = stage();
  const { user } = renderApp('/admin/retention');
  const life = await screen.findByLabelText('Seconds that a mirror lives');
  await user.clear(life);
  await user.type(life, '600');
  await user.click(screen.getByRole('button', { name: 'Save the life of mirrors' }));
  await waitFor(() => expect(sent).toHaveLength(1));
  await user.clear(screen.getByLabelText('At once in a namespace'));
  await user.type(screen.getByLabelText('At once in a namespace'), '5');
  await user.click(screen.getByRole('button', { name: 'Save the limits' }));
  await waitFor(() => expect(sent).toHaveLength(2));
  expect(sent).toEqual([
    { name: 'mirror-ttl', body: { ttl_seconds: 600, version: 0 } },
    { name: 'mirror-limits', body: { per_cluster: 10, per_namespace: 5, version: 2 } },
  ]);
});

test('words', () => {
  expect(daysInWords('off')).toBe('for ever');
  expect(previewInWords('audit-retention', 1, 1)).toBe('Would delete 1 entry older than 1 day.');
  expect(previewInWords('run-retention', 7, 0)).toMatch(/delete nothing now/);
});
