import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { mirrorId } from '../../../test/fixture-mirrors';
import { CHECKOUT } from '../../../test/fixtures';
import { problem, server } from '../../../test/msw/handlers';
import { renderApp } from '../../../test/render';
import type { Hit } from '../../api/types';
import { preferences } from '../../lib/preferences';

const HITS: Hit[] = [
  {
    kind: 'incident',
    id: CHECKOUT,
    title: 'shop/Deployment checkout',
    text: 'Killed',
    state: 'open',
  },
  { kind: 'mirror', id: mirrorId(11), title: 'shop/checkout-m-1', text: 'More', state: 'passed' },
];
const find = (items: Hit[]) => http.get('*/api/search', () => HttpResponse.json({ items }));

async function opened(path = '/mirrors') {
  const app = renderApp(path);
  await screen.findByRole('heading', { name: 'Mirror tests' });
  await app.user.keyboard('{Control>}k{/Control}');
  const field = await screen.findByRole('combobox', { name: 'Search or jump' });
  await waitFor(() => expect(field).toHaveFocus());
  return { ...app, field };
}

test('a search that fails says so, and pages can still be reached', async () => {
  server.use(http.get('*/api/search', () => problem(503, 'PostgreSQL does not answer.')));
  const { user } = await opened();
  await user.keyboard('workf');
  expect(await screen.findByText(/PostgreSQL does not answer/)).toBeVisible();
  await user.keyboard('{Enter}');
  await screen.findByRole('heading', { name: 'Workflows' });
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('who may only read is led to no page of admins', async () => {
  server.use(
    http.get('*/api/auth/me', () =>
      HttpResponse.json({ user: { name: 'Bo', role: 'read' }, sessions: [] }),
    ),
  );
  await opened();
  const pages = within(screen.getByRole('group', { name: 'Go to' })).getAllByRole('option');
  expect(pages.map(({ id }) => id)).not.toContain('page-Retention');
  expect(pages.map(({ id }) => id)).toContain('page-Health');
});

test('what has no such name is said', async () => {
  const { user } = await opened();
  await user.keyboard('zzz');
  expect(await screen.findByText('Nothing has that name or id.')).toBeVisible();
});

test('arrows move through what was found, Enter opens it, and the field says which it is', async () => {
  server.use(find(HITS));
  const { user, field, router } = await opened();
  await user.keyboard('checkout');
  const incidents = await screen.findByRole('group', { name: 'Incidents' });
  const option = within(incidents).getByRole('option', { name: /checkout/ });
  expect(option).toHaveAttribute('aria-selected', 'true');
  expect(field).toHaveAttribute('aria-activedescendant', option.id);
  await user.keyboard('{ArrowDown}{Enter}');
  await waitFor(() => expect(router.state.location.search).toEqual({ mirror: mirrorId(11) }));
  expect(router.state.location.pathname).toMatch(/^\/incidents\//);
});

test('the theme is changed at once; Esc gives the focus back', async () => {
  const { user } = await opened();
  await user.keyboard('dark{Enter}');
  expect(preferences().theme).toBe('dark');
  const button = screen.getByRole('button', { name: 'Search' });
  await user.click(button);
  await screen.findByRole('combobox', { name: 'Search or jump' });
  await user.keyboard('{Escape}');
  await waitFor(() => expect(button).toHaveFocus());
});
