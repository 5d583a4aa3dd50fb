import { screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { server } from '../../../test/msw/handlers';
import { renderApp } from '../../../test/render';

const at = '2026-11-01T10:00:00Z';

function health(...parts: [string, string, string][]) {
  return http.get('*/api/admin/health', () =>
    HttpResponse.json({
      state: 'down',
      as_of: at,
      unwatched_nodes: [{ cluster: 'c', node: 'node-7', since: at }],
      parts: parts.map(([name, state, detail]) => ({ name, state, detail, since: at })),
    }),
  );
}

test('the administration begins with health, what is not well first', async () => {
  server.use(health(['api', 'ok', ''], ['temporal', 'down', 'It does not answer: start it.']));
  renderApp('/admin');
  const parts = await screen.findAllByRole('listitem');
  expect(parts[0]).toHaveTextContent('Downtemporal');
  expect(parts[0]).toHaveTextContent('It does not answer: start it.');
  expect(parts[1]).toHaveTextContent('Wellapi');
  expect(screen.getByText(/node-7/)).toBeInTheDocument();
});

test('the audit log is filtered by what stands in the address, and goes on', async () => {
  const asked: string[] = [];
  const entry = (id: string) => ({
    id,
    at,
    actor: 'ada',
    action: 'change_user',
    target: `user/${id}`,
    outcome: 'refused',
    detail: { why: '<b>no</b>' },
  });
  server.use(
    http.get('*/api/admin/audit', ({ request }) => {
      const { searchParams } = new URL(request.url);
      asked.push(searchParams.toString());
      const after = searchParams.get('after');
      return HttpResponse.json({ items: [entry(after || '1')], next: after ? null : '2' });
    }),
  );
  const { user } = renderApp('/admin/audit?actor=ada');
  expect(await screen.findByText('user/1')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Show older ones' }));
  expect(await screen.findByText('user/2')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Show older ones' })).toBeNull();
  await user.selectOptions(screen.getByLabelText('How it ended'), 'refused');
  await waitFor(() => expect(asked.at(-1)).toContain('outcome=refused'));
  expect(asked.every((query) => query.includes('actor=ada'))).toBe(true);
  expect(screen.getAllByText(/<b>no<\/b>/)[0]).toBeInTheDocument();
});
