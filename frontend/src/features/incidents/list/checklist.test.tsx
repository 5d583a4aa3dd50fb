import { screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { afterEach, expect, test } from 'vitest';
import { makeRow } from '../../../../test/fixtures';
import { listOf, server } from '../../../../test/msw/handlers';
import { renderApp } from '../../../../test/render';
import { preferences, setPreferences } from '../../../lib/preferences';

afterEach(() => setPreferences({ checklist: 'shown' }));

test('an admin sees what is still missing, and where to go for it', async () => {
  const { user } = renderApp('/');
  expect(await screen.findByText('2 of 5 done')).toBeInTheDocument();
  await user.click(screen.getByText('First steps'));
  expect((await screen.findByText('A cluster is watched')).closest('li')).toHaveTextContent(
    /, done/,
  );
  const told = screen.getByText('Somebody is told').closest('li');
  expect(told).not.toHaveTextContent(/, done/);
  expect(screen.getByRole('link', { name: 'Add a channel' })).toHaveAttribute(
    'href',
    '/admin/notifications',
  );
  expect(screen.getByText(/if you want/)).toBeInTheDocument();
});

test('what was tried is seen while the steps are open', async () => {
  const { user } = renderApp('/');
  await user.click(await screen.findByText('First steps'));
  expect(await screen.findByText(/Let something fail/)).toBeInTheDocument();
  server.use(listOf([makeRow(Date.now(), 1, { name: 'try-kure' })]));
  expect(await screen.findByText(/Kure has seen it/)).toBeInTheDocument();
  expect(screen.getByText('3 of 5 done')).toBeInTheDocument();
});

test('once hidden the steps stay hidden', async () => {
  const { user } = renderApp('/');
  await user.click(await screen.findByRole('button', { name: 'Hide the first steps' }));
  await waitFor(() => expect(screen.queryByText('First steps')).toBeNull());
  expect(preferences().checklist).toBe('hidden');
});

test('who is no admin has no first steps', async () => {
  server.use(
    http.get('*/api/auth/me', () =>
      HttpResponse.json({ user: { name: 'Bob', role: 'write', scopes: ['*/*'] }, sessions: [] }),
    ),
  );
  renderApp('/');
  expect(await screen.findByRole('table', { name: 'Incidents' })).toBeInTheDocument();
  expect(screen.queryByText('First steps')).toBeNull();
});
