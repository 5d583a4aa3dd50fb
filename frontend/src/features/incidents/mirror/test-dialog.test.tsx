import { EditorView } from '@codemirror/view';
import { act, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import {
  MIRROR_MANIFEST,
  makeMirror,
  makePreview,
  mirrorId,
} from '../../../../test/fixture-mirrors';
import { CHECKOUT, makeDetail } from '../../../../test/fixtures';
import { problem, server } from '../../../../test/msw/handlers';
import { renderApp } from '../../../../test/render';
import type { IncidentDetail, MirrorPreview } from '../../../api/types';

const NOW = Date.now();
const PATH = `/incidents/${CHECKOUT}`;

interface Sent {
  key: string | null;
  body: Record<string, unknown>;
}

const detail = (rest: Partial<IncidentDetail>) =>
  http.get('*/api/incidents/:id', () => HttpResponse.json({ ...makeDetail(NOW), ...rest }));
const me = (role: string) =>
  http.get('*/api/auth/me', () => HttpResponse.json({ user: { name: 'Bo', role } }));

/** Answers previews, and tells what was asked. */
function takePreviews(answer: (body: Record<string, unknown>) => Response): Sent['body'][] {
  const all: Sent['body'][] = [];
  server.use(
    http.post('*/api/mirror/preview/:id', async ({ request }) => {
      const body = (await request.json()) as Sent['body'];
      all.push(body);
      return answer(body);
    }),
  );
  return all;
}

const planned = (rest: Partial<MirrorPreview> = {}) =>
  takePreviews(() => HttpResponse.json(makePreview(rest)));

/** Takes every test, and tells what was sent. */
function takeTests(answer: () => Response | undefined = () => undefined): Sent[] {
  const all: Sent[] = [];
  server.use(
    http.post('*/api/mirror/deploy/:id', async ({ request }) => {
      const key = request.headers.get('Idempotency-Key');
      all.push({ key, body: (await request.json()) as Sent['body'] });
      return answer() ?? HttpResponse.json({ mirror_id: mirrorId(11) }, { status: 202 });
    }),
  );
  return all;
}

async function openDialog() {
  const app = renderApp(PATH);
  await app.user.click(await screen.findByRole('button', { name: /^Test fix/ }));
  const dialog = await screen.findByRole('dialog', {
    name: 'Test the fix of Deployment checkout in shop',
  });
  return { ...app, dialog, shown: within(dialog) };
}

const start = (dialog: HTMLElement) =>
  within(dialog).findByRole('button', { name: /^(Test fix|Starting)/ });

test('who may only read is told who can test, and has neither button nor key', async () => {
  server.use(me('read'));
  const { user } = renderApp(PATH);
  expect(await screen.findByText(/People with the role write or admin can test/)).toBeVisible();
  expect(screen.queryByRole('button', { name: /Test/ })).toBeNull();
  await user.keyboard('t');
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('a plan that the server forbids says so, and starts nothing', async () => {
  takePreviews(() => problem(403, 'Your scopes do not hold namespace shop.'));
  const { shown } = await openDialog();
  expect(await shown.findByText('You may not see what the test would be')).toBeVisible();
  expect(shown.getByText('Your scopes do not hold namespace shop.')).toBeVisible();
  expect(shown.queryByRole('button', { name: 'Test fix' })).toBeNull();
});

test('a plan that timed out says why, and is asked for again', async () => {
  let isAway = true;
  takePreviews(() =>
    isAway
      ? problem(503, 'The worker of cluster demo did not answer within 20 s.')
      : HttpResponse.json(makePreview()),
  );
  const { user, shown, dialog } = await openDialog();
  expect(await shown.findByRole('alert')).toHaveTextContent('did not answer within 20 s');
  isAway = false;
  await user.click(shown.getByRole('button', { name: 'Try again' }));
  expect(await start(dialog)).toBeEnabled();
});

test('a policy that refuses gives every reason, and the button stays shut', async () => {
  const refusals = ['The pod is privileged.', 'It uses the host network.', 'It mounts /var/run.'];
  planned({ policy: { refusals, confirmations: [] } });
  const { dialog, shown } = await openDialog();
  const why = await shown.findByRole('region', { name: 'Why it cannot be tested' });
  expect(
    within(why)
      .getAllByRole('listitem')
      .map((item) => item.textContent),
  ).toEqual(refusals);
  expect(await start(dialog)).toBeDisabled();
});

test('many reasons that come with the answer are all said', async () => {
  const fields = ['The quota has no memory left.', 'The namespace is excluded.'].map((message) => ({
    path: 'policy',
    message,
  }));
  takeTests(() => problem(422, 'This mirror is refused: …', { fields }));
  const { user, dialog, shown } = await openDialog();
  await user.click(await start(dialog));
  const alert = await shown.findByRole('alert');
  expect(alert).toHaveTextContent('Nothing was started');
  expect(within(alert).getAllByRole('listitem')).toHaveLength(2);
});

test('a fix that is being tested already leads to that test', async () => {
  takeTests(() => problem(409, 'This fix is being tested already.'));
  const { user, dialog, router, shown } = await openDialog();
  await start(dialog);
  const mirrors = [makeMirror(NOW, 15), makeMirror(NOW, 12, { phase: 'gone', verdict: 'failed' })];
  server.use(detail({ mirrors }));
  await user.click(await start(dialog));
  expect(await shown.findByRole('alert')).toHaveTextContent('This fix is being tested already.');
  const link = await shown.findByRole('link', { name: /^Watch checkout-.*-mirror-15/ });
  expect(shown.getAllByRole('link')).toHaveLength(1);
  await user.click(link);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(router.state.location.search).toEqual({ mirror: mirrorId(15) });
});

test('a wish that is tried again keeps its key; another wish has its own', async () => {
  const sent = takeTests(() => problem(503, 'Temporal does not answer.'));
  const { user, dialog, shown } = await openDialog();
  await user.click(await start(dialog));
  await shown.findByRole('alert');
  await user.click(await start(dialog));
  await waitFor(() => expect(sent).toHaveLength(2));
  await user.selectOptions(shown.getByLabelText('Fixes to try'), '3');
  await user.click(await start(dialog));
  await waitFor(() => expect(sent).toHaveLength(3));
  expect(sent[0]?.key).toMatch(/^[0-9a-f]{32}$/);
  expect(sent[0]?.key).toBe(sent[1]?.key);
  expect(sent[2]?.key).not.toBe(sent[0]?.key);
});

test('what is risky has to be confirmed, each part of it', async () => {
  const confirmations = ['cart-db is a StatefulSet.', 'It writes to a volume that others use.'];
  planned({ policy: { refusals: [], confirmations } });
  const sent = takeTests();
  const { user, dialog, shown } = await openDialog();
  expect(await start(dialog)).toBeDisabled();
  await user.click(shown.getByRole('checkbox', { name: confirmations[0] as string }));
  expect(await start(dialog)).toBeDisabled();
  await user.click(shown.getByRole('checkbox', { name: confirmations[1] as string }));
  await user.click(await start(dialog));
  await waitFor(() => expect(sent[0]?.body).toMatchObject({ confirmed: true }));
});

test.each([
  ['10', /between 30 and 3600/, false],
  ['4000', /between 30 and 3600/, false],
  ['', /between 30 and 3600/, false],
  ['40', /Too short for a verdict: this test needs at least 45 s/, true],
])('a life of %j s', async (seconds, words, isAllowed) => {
  const { user, dialog, shown } = await openDialog();
  const field = await shown.findByLabelText(/Life of the copy/);
  expect(field).toHaveValue(300);
  await user.clear(field);
  if (seconds) await user.type(field, seconds);
  expect(await shown.findByText(words)).toBeVisible();
  expect((await start(dialog)).hasAttribute('disabled')).toBe(!isAllowed);
});

test('a test that needs longer than is usual is given that time', async () => {
  planned({ needs_seconds: 420.5 });
  const { shown } = await openDialog();
  expect(await shown.findByLabelText(/Life of the copy/)).toHaveValue(421);
});

test('the dialog says what will be made, shared, lost and changed; then it starts', async () => {
  const asked = planned();
  const sent = takeTests();
  const { user, dialog, shown, router } = await openDialog();
  expect(await shown.findByText(/mirror-11f2c81d0aa/, { selector: 'dd code' })).toBeVisible();
  expect(dialog).toHaveTextContent('in shop');
  expect(dialog).toHaveTextContent('Accepted by the API server');
  expect(dialog).toHaveTextContent('at least 45 s to a verdict');
  expect(dialog).toHaveTextContent('This test shares orders-db:5432');
  expect(dialog).toHaveTextContent('an emptyDir in place of the claim data');
  expect(dialog).toHaveTextContent('nobody is to select the mirror');
  const diff = shown.getByRole('region', { name: "From the pod's template to the copy" });
  expect(diff).toHaveTextContent('removed: memory: 128Mi');
  expect(diff).toHaveTextContent('spec.containers[app].resources.limits.memory');
  server.use(
    detail({ mirrors: [makeMirror(NOW, 11, { phase: 'planned', text: '', version: 5 })] }),
  );
  await user.click(await start(dialog));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(asked[0]).toMatchObject({ cause: 0, no_network: false });
  expect(sent[0]?.body).toEqual({
    fix_id: mirrorId(61),
    no_network: false,
    empty_volumes: true,
    ttl_seconds: 300,
    rounds: 1,
    confirmed: false,
  });
  expect(await screen.findByText('Being created')).toBeVisible();
  expect(router.state.location.search).toEqual({ mirror: mirrorId(11) });
});

test('without network is another plan', async () => {
  const asked = takePreviews(({ no_network }) =>
    HttpResponse.json(makePreview({ warnings: no_network ? ['No network, not even DNS.'] : [] })),
  );
  const sent = takeTests();
  const { user, dialog, shown } = await openDialog();
  await user.click(await shown.findByRole('checkbox', { name: /No network/ }));
  expect(await shown.findByText('No network, not even DNS.')).toBeVisible();
  expect(asked.at(-1)).toMatchObject({ cause: 0, no_network: true });
  await user.click(await start(dialog));
  await waitFor(() => expect(sent[0]?.body).toMatchObject({ no_network: true }));
});

test('t opens the test, Esc gives the focus back', async () => {
  const { user } = renderApp(PATH);
  const opener = await screen.findByRole('button', { name: /^Test fix/ });
  opener.focus();
  await user.keyboard('t');
  await screen.findByRole('dialog');
  await user.keyboard('{Escape}');
  await waitFor(() => expect(opener).toHaveFocus());
});

test('a fix of another object cannot be tested on a copy of the pod', async () => {
  const { diagnosis } = makeDetail(NOW);
  const causes = diagnosis?.causes.map((cause) => ({
    ...cause,
    patch: cause.patch && { ...cause.patch, kind: 'ConfigMap', name: 'settings' },
  }));
  server.use(me('write'), detail({ diagnosis: { ...diagnosis, causes } as typeof diagnosis }));
  renderApp(PATH);
  await screen.findByRole('figure');
  expect(screen.queryByRole('button', { name: /Test/ })).toBeNull();
});

const editor = () =>
  EditorView.findFromDOM(screen.getByRole('textbox', { name: 'Manifest of the copy' }));

/** Writes as if it were typed; jsdom has no selection that the editor could follow. */
function write(from: string, to: string): void {
  const view = editor();
  const at = view?.state.doc.toString().indexOf(from) ?? -1;
  act(() => view?.dispatch({ changes: { from: at, to: at + from.length, insert: to } }));
}

test('who may write but is no admin cannot edit', async () => {
  server.use(me('write'));
  const { shown, dialog } = await openDialog();
  await start(dialog);
  expect(shown.queryByRole('button', { name: /Edit/ })).toBeNull();
});

test('an edit has to be checked before it is tested, and is tested as it was written', async () => {
  const asked = takePreviews(({ manifest }) =>
    HttpResponse.json(makePreview(manifest ? { source: 'edited', title: 'Edited by Ada' } : {})),
  );
  const sent = takeTests();
  const { user, dialog, shown } = await openDialog();
  await user.click(await shown.findByRole('button', { name: /Edit/ }));
  await shown.findByRole('textbox', { name: 'Manifest of the copy' });
  expect(await start(dialog)).toBeEnabled();
  write('memory: 768Mi', 'memory: 1Gi');
  expect(await start(dialog)).toBeDisabled();
  await user.keyboard('{Escape}');
  expect(screen.getByRole('dialog')).toBeVisible();
  await user.click(shown.getByRole('button', { name: 'Check' }));
  expect(await shown.findByText('Edited by Ada')).toBeVisible();
  const edited = MIRROR_MANIFEST.replace('768Mi', '1Gi');
  expect(asked.at(-1)).toMatchObject({ manifest: edited });
  expect(asked.at(-1)).not.toHaveProperty('cause');
  await user.click(await start(dialog));
  await waitFor(() => expect(sent[0]?.body).toMatchObject({ manifest: edited }));
  expect(sent[0]?.body).not.toHaveProperty('fix_id');
});

test('what is wrong with an edit stands at its line, and the edit stays', async () => {
  const fields = [{ path: 'manifest.spec.containers[0].image', message: 'Required value' }];
  takePreviews(({ manifest }) =>
    manifest
      ? problem(422, 'The manifest cannot be used.', { fields })
      : HttpResponse.json(makePreview()),
  );
  const { user, dialog, shown } = await openDialog();
  await user.click(await shown.findByRole('button', { name: /Edit/ }));
  await shown.findByRole('textbox', { name: 'Manifest of the copy' });
  write('shop/checkout:2.4.1', '');
  await user.click(shown.getByRole('button', { name: 'Check' }));
  const wrong = await shown.findByRole('list', { name: 'What is wrong' });
  expect(wrong).toHaveTextContent('Line 9');
  expect(wrong).toHaveTextContent('spec.containers[0].image Required value');
  expect(dialog.querySelector('.cm-problem')).toHaveTextContent('image:');
  expect(await start(dialog)).toBeDisabled();
  await user.click(shown.getByRole('button', { name: 'Line 9' }));
  expect(editor()?.state.selection.main.head).toBe(editor()?.state.doc.line(9).from);
  await user.click(shown.getByRole('button', { name: 'Discard the edit' }));
  await waitFor(() => expect(shown.queryByRole('textbox', { name: /Manifest/ })).toBeNull());
  await waitFor(async () => expect(await start(dialog)).toBeEnabled());
});

test('what is no YAML is marked while it is written', async () => {
  const { user, shown } = await openDialog();
  await user.click(await shown.findByRole('button', { name: /Edit/ }));
  await shown.findByRole('textbox', { name: 'Manifest of the copy' });
  write('kind: Pod', 'kind: [Pod');
  expect(await shown.findByText('This cannot be read as YAML.')).toBeVisible();
});

test('an admin may test a change of their own where no rule knows a fix', async () => {
  const { diagnosis } = makeDetail(NOW);
  const causes = diagnosis?.causes.map((cause) => ({ ...cause, patch: null }));
  server.use(detail({ diagnosis: { ...diagnosis, causes } as typeof diagnosis }));
  const asked = planned({
    fix_id: null,
    source: '',
    title: '',
    explanation: 'Nothing to test yet.',
  });
  const { user } = renderApp(PATH);
  await user.click(await screen.findByRole('button', { name: /Test a change of your own/ }));
  const dialog = await screen.findByRole('dialog', { name: /Test a change of Deployment/ });
  expect(await within(dialog).findByText('Nothing to test yet.')).toBeVisible();
  expect(await start(dialog)).toBeDisabled();
  expect(asked[0]).toMatchObject({ cause: null });
});
