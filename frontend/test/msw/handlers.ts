import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import type { IncidentPage, IncidentRow } from '../../src/api/types';
import {
  makeEnded,
  makeMirror,
  makeMirrorDetail,
  makeMirrorPage,
  makePreview,
} from '../fixture-mirrors';
import { makeOpenRun, makeRunPage, makeRuns } from '../fixture-runs';
import { countRows, makeConfig, makeDetail, makeItems, makeRows, withoutText } from '../fixtures';

const NOW = Date.now();

/** An error answer of the API. */
export function problem(
  status: number,
  detail: string,
  rest: { fields?: { path: string; message: string }[]; headers?: Record<string, string> } = {},
) {
  const body = {
    type: `urn:kure:${status}`,
    title: 'Refused',
    status,
    detail,
    id: 'error-id-1',
    fields: rest.fields,
  };
  return HttpResponse.json(body, {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...rest.headers },
  });
}

/** GET /api/incidents over some rows: filtered by status, namespace and text. */
export function listOf(rows: readonly IncidentRow[], asOfSeq = 100) {
  return http.get('*/api/incidents', ({ request }) => {
    const { searchParams } = new URL(request.url);
    const among = (key: string, value: string) =>
      !searchParams.has(key) || searchParams.getAll(key).includes(value);
    const text = searchParams.get('q') ?? '';
    const filtered = rows.filter(
      (row) => among('namespace', row.namespace) && row.name.includes(text),
    );
    const items = filtered.filter((row) => among('status', row.status));
    const page: IncidentPage = {
      items,
      next: null,
      total: items.length,
      counts: countRows(filtered),
      as_of_seq: asOfSeq,
    };
    return HttpResponse.json(page);
  });
}

/** The API as it is when all is well. */
export const server = setupServer(
  http.get('*/api/auth/me', () =>
    HttpResponse.json({ user: { name: 'Ada', role: 'admin', scopes: ['*/*'] }, sessions: [] }),
  ),
  http.get('*/api/auth/status', () =>
    HttpResponse.json({ setup_required: false, provider: null, signed_in: false, user: null }),
  ),
  http.get('*/api/auth/tokens', () => HttpResponse.json({ items: [] })),
  http.get('*/api/admin/health', () => {
    const as_of = new Date(NOW).toISOString();
    const temporal = { name: 'temporal', state: 'ok', detail: '', since: as_of };
    return HttpResponse.json({ state: 'ok', as_of, unwatched_nodes: [], parts: [temporal] });
  }),
  http.get('*/api/admin/notifications', () =>
    HttpResponse.json({ version: 0, channels: [], dead_man: null }),
  ),
  http.get('*/api/admin/users', () => HttpResponse.json({ items: [{ id: '1', name: 'Ada' }] })),
  http.get('*/api/admin/invitations', () => HttpResponse.json({ items: [] })),
  http.get('*/api/config', () => HttpResponse.json(makeConfig(NOW))),
  listOf(makeRows(NOW)),
  http.get('*/api/incidents/:id', ({ params }) => {
    const row = makeRows(NOW).find(({ id }) => id === params.id);
    return row
      ? HttpResponse.json(makeDetail(NOW, row))
      : problem(404, `There is no incident ${params.id}.`);
  }),
  http.get('*/api/runs', ({ request }) => {
    const { searchParams } = new URL(request.url);
    const types = searchParams.getAll('type');
    const ofType = makeRuns(NOW).filter(
      ({ workflow_type }) => types.length === 0 || types.includes(workflow_type),
    );
    const states = searchParams.getAll('state');
    const items = ofType.filter(({ state }) => states.length === 0 || states.includes(state));
    return HttpResponse.json(makeRunPage(items, ofType));
  }),
  http.get('*/api/runs/:id', ({ params }) => {
    const run = makeOpenRun(NOW, String(params.id));
    return run ? HttpResponse.json(run) : problem(404, `There is no run ${params.id}.`);
  }),
  http.get('*/api/search', () => HttpResponse.json({ items: [] })),
  http.get('*/api/mirror/active', () => HttpResponse.json(makeMirrorPage([]))),
  http.get('*/api/mirror', () => HttpResponse.json(makeMirrorPage(makeEnded(NOW)))),
  http.get('*/api/mirror/status/:id', ({ params }) =>
    HttpResponse.json(makeMirrorDetail(NOW, { ...makeMirror(NOW, 11), id: String(params.id) })),
  ),
  http.post('*/api/mirror/preview/:id', () => HttpResponse.json(makePreview())),
  http.get('*/api/incidents/:id/evidence', () =>
    HttpResponse.json({ items: makeItems(NOW).map(withoutText) }),
  ),
  http.get('*/api/incidents/:id/evidence/:evidenceId', ({ params }) =>
    HttpResponse.json(makeItems(NOW).find(({ id }) => id === params.evidenceId) ?? null),
  ),
);
