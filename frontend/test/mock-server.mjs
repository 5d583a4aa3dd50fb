// A small server that speaks Kure's API, with a made-up cluster and a live stream, and serves the built
// dashboard under the real content security policy: `npm run mock`, after `npm run build`.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';
import { adminAnswer, tokensAnswer } from './mock-admin.mjs';
import { makeMirrors } from './mock-mirrors.mjs';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const load = async (name) => {
  const path = fileURLToPath(new URL(name, import.meta.url));
  return (await runnerImport(path, { configFile: false, logLevel: 'error' })).module;
};
const fixtures = await load('./fixtures.ts');
const runs = await load('./fixture-runs.ts');
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const ADA = { name: 'Ada', role: 'admin', scopes: ['*/*'], local: true };
const WRITES = new Set(['acknowledge', 'ignore', 'restore', 'resolve', 'retry']);
const STATUS_AFTER = { ignore: 'ignored', restore: 'open', resolve: 'resolved' };

/** Starts it. `rows` may be changed while it runs; `emit` sends an event to every stream. */
export async function startMock({ port = 0, code = 'mock', rows, seq = 100 } = {}) {
  const world = {
    rows: rows ?? fixtures.makeRows(Date.now()),
    live: true,
    seq,
    opened: 0,
    asked: [],
    events: [],
    streams: new Set(),
  };
  world.mirrors = makeMirrors((topic, data) => emit(world, topic, data));
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://mock');
    world.asked.push(`${request.method} ${url.pathname}`);
    answer(world, code, request, response, url).catch((error) => {
      console.error(error);
      problem(response, 500, 'Internal Server Error', String(error));
    });
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    world,
    fixtures,
    url: `http://127.0.0.1:${server.address().port}`,
    port: server.address().port,
    emit: (topic, data) => emit(world, topic, data),
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

function emit(world, topic, data) {
  const event = { seq: ++world.seq, topic, data };
  world.events.push(event);
  for (const stream of world.streams) send(stream, event);
}

function send(stream, { seq, topic, data }) {
  stream.write(`${seq ? `id: ${seq}\n` : ''}event: ${topic}\ndata: ${JSON.stringify(data)}\n\n`);
}

function json(response, status, body, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(body === undefined ? '' : JSON.stringify(body));
}

function problem(response, status, title, detail, fields) {
  const body = { type: `urn:kure:${status}`, title, status, detail, id: '019aa5c0-mock', fields };
  json(response, status, body, { 'Content-Type': 'application/problem+json' });
}

async function answer(world, code, request, response, url) {
  const { pathname } = url;
  if (!pathname.startsWith('/api/')) return file(response, pathname);
  const isSignedIn = request.headers.cookie === `kure_session=${code}`;
  if (pathname === '/api/auth/status') {
    const user = isSignedIn ? ADA : null;
    return json(response, 200, {
      setup_required: false,
      provider: null,
      signed_in: isSignedIn,
      user,
    });
  }
  if (pathname === '/api/auth/code') return enter(code, request, response);
  if (pathname === '/api/auth/logout') {
    return json(response, 204, undefined, { 'Set-Cookie': 'kure_session=; Path=/; Max-Age=0' });
  }
  if (!isSignedIn) {
    return problem(response, 401, 'Unauthorized', 'There is no session.');
  }
  if (pathname === '/api/events') return stream(world, request, response, url);
  if (pathname === '/api/auth/me')
    return json(response, 200, { user: ADA, sessions: [sessionOf(request)] });
  if (pathname === '/api/config') return json(response, 200, configOf(world));
  if (pathname === '/api/incidents') return list(world, response, url);
  if (pathname === '/api/auth/tokens') return json(response, ...tokensAnswer());
  if (pathname.startsWith('/api/admin/')) return admin(request, response, url);
  return part(world, request, response, url);
}

async function part(world, request, response, url) {
  const { pathname } = url;
  if (pathname.startsWith('/api/runs')) return run(response, url);
  if (pathname === '/api/search') return find(world, response, url);
  if (pathname.startsWith('/api/mirror')) return mirror(world, request, response, pathname);
  return incident(world, request, response, pathname.split('/').slice(3));
}

function sessionOf(request) {
  const now = new Date().toISOString();
  const times = { created_at: now, seen_at: now, expires_at: now };
  const browser = request.headers['user-agent'] ?? '';
  return { id: '1', browser, current: true, address: '127.0.0.1', ...times };
}

async function enter(code, request, response) {
  const { code: given } = JSON.parse(await bodyOf(request));
  if (given !== code) return problem(response, 401, 'Unauthorized', 'The code is wrong.');
  const cookie = `kure_session=${code}; Path=/; HttpOnly; SameSite=Lax`;
  return json(response, 204, undefined, { 'Set-Cookie': cookie });
}

async function bodyOf(request) {
  let body = '';
  for await (const part of request) body += part;
  return body;
}

function configOf(world) {
  const config = fixtures.makeConfig(Date.now());
  if (world.live) return config;
  const at = new Date(Date.now() - 240_000).toISOString();
  return { ...config, watching: { live: false, last_seen: at, agents: [] } };
}

function stream(world, request, response, url) {
  world.opened++;
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  const since = Number(url.searchParams.get('since') ?? world.seq);
  const beat = () =>
    send(response, { topic: 'hb', data: { now: new Date().toISOString(), seq: world.seq } });
  beat();
  for (const event of world.events.filter(({ seq }) => seq > since)) send(response, event);
  world.streams.add(response);
  const timer = setInterval(beat, 15_000);
  request.on('close', () => {
    clearInterval(timer);
    world.streams.delete(response);
  });
}

function list(world, response, url) {
  const all = (key) => url.searchParams.getAll(key);
  const text = (url.searchParams.get('q') ?? '').toLowerCase();
  const among = (values, value) => values.length === 0 || values.includes(value);
  const wrong = all('class').find((name) => !/^[A-Z]/.test(name));
  if (wrong) {
    const fields = [{ path: 'class.0', message: `there is no class "${wrong}"` }];
    return problem(response, 422, 'Unprocessable', 'The request cannot be used.', fields);
  }
  const filtered = world.rows.filter(
    (row) =>
      among(all('namespace'), row.namespace) &&
      among(all('kind'), row.kind) &&
      among(all('severity'), row.severity) &&
      (all('class').length === 0 || row.classes.some((name) => all('class').includes(name))) &&
      `${row.name} ${row.namespace} ${row.summary}`.toLowerCase().includes(text),
  );
  const chosen = filtered.filter((row) => among(all('status'), row.status));
  const start = Number(url.searchParams.get('after') ?? 0);
  const end = start + Number(url.searchParams.get('limit') ?? 50);
  return json(response, 200, {
    items: chosen.slice(start, end),
    next: end < chosen.length ? String(end) : null,
    total: chosen.length,
    counts: fixtures.countRows(filtered),
    as_of_seq: world.seq,
  });
}

function admin(request, response, { pathname, searchParams }) {
  const found = adminAnswer(request.method, pathname, searchParams);
  return found
    ? json(response, ...found)
    : problem(response, 404, 'Not Found', `The mock has no ${pathname}.`);
}

async function mirror(world, request, response, pathname) {
  const body = JSON.parse((await bodyOf(request)) || '{}');
  const parts = pathname.split('/').slice(3);
  const found = world.mirrors.answer(request.method, parts, body, world.seq);
  return found
    ? json(response, ...found)
    : problem(response, 404, 'Not Found', 'There is no such mirror.');
}

function run(response, { pathname, searchParams }) {
  const id = pathname.split('/')[3];
  const found = id ? runs.makeOpenRun(Date.now(), id) : null;
  if (found) return json(response, 200, found);
  if (id) return problem(response, 404, 'Not Found', `There is no run ${id}.`);
  const among = (key, value) => !searchParams.has(key) || searchParams.getAll(key).includes(value);
  const ofType = runs.makeRuns(Date.now()).filter((row) => among('type', row.workflow_type));
  const items = ofType.filter((row) => among('state', row.state));
  return json(response, 200, runs.makeRunPage(items, ofType));
}

function find(world, response, { searchParams }) {
  const items = world.rows
    .filter(({ name }) => name.includes(searchParams.get('q')))
    .map(({ id, namespace, kind, name, summary, status }) => ({
      kind: 'incident',
      id,
      title: `${namespace}/${kind} ${name}`,
      text: summary,
      state: status,
    }));
  return json(response, 200, { items });
}

async function incident(world, request, response, [id, part, evidenceId]) {
  const row = world.rows.find((known) => known.id === id);
  if (!row) return problem(response, 404, 'Not Found', `There is no incident ${id}.`);
  if (!part) {
    return json(response, 200, {
      ...fixtures.makeDetail(Date.now(), row),
      mirrors: world.mirrors.rows.filter(({ incident_id }) => incident_id === id),
      as_of_seq: world.seq,
    });
  }
  if (WRITES.has(part)) return write(world, request, response, row, part);
  const items = id === fixtures.CHECKOUT ? fixtures.makeItems(Date.now()) : [];
  if (!evidenceId) return json(response, 200, { items: items.map(fixtures.withoutText) });
  const item = items.find((known) => known.id === evidenceId);
  return item
    ? json(response, 200, item)
    : problem(response, 404, 'Not Found', 'No such evidence.');
}

async function write(world, request, response, row, action) {
  const { version, until } = JSON.parse(await bodyOf(request));
  if (version !== row.version) {
    return problem(response, 409, 'Conflict', `It is ${row.status} at version ${row.version} now.`);
  }
  Object.assign(row, {
    version: row.version + 1,
    status: STATUS_AFTER[action] ?? row.status,
    ignored_until: action === 'ignore' ? until : null,
    acknowledged_by: action === 'acknowledge' ? 'Ada' : row.acknowledged_by,
  });
  emit(world, 'incident.updated', { id: row.id, version: row.version, summary: { ...row } });
  return json(response, 200, { id: row.id, status: row.status, version: row.version });
}

function file(response, pathname) {
  const path = join(DIST, pathname);
  if (extname(pathname) && existsSync(path)) {
    response.writeHead(200, { 'Content-Type': TYPES[extname(pathname)] ?? 'text/plain' });
    return response.end(readFileSync(path));
  }
  const nonce = randomBytes(16).toString('base64');
  const policy = `default-src 'self'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; object-src 'none'; base-uri 'none'`;
  response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': policy });
  response.end(readFileSync(join(DIST, 'index.html'), 'utf8').replaceAll('__CSP_NONCE__', nonce));
}

/** Lets something happen every few seconds, so that the page can be watched. */
function play(mock) {
  let turn = 0;
  setInterval(() => {
    const row = mock.world.rows[0];
    if (!row) return;
    row.version++;
    row.last_seen = new Date().toISOString();
    row.pods_failing = 1 + (turn++ % row.pods_seen);
    mock.emit('incident.updated', { id: row.id, version: row.version, summary: { ...row } });
    if (turn % 3 === 0) {
      const fresh = fixtures.makeRow(Date.now(), 100 + turn, { name: `fresh-${turn}`, version: 1 });
      mock.world.rows.push(fresh);
      mock.emit('incident.created', { id: fresh.id, version: 1, summary: fresh });
    }
  }, 4000);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [port = '8090', scene = 'busy'] = process.argv.slice(2);
  const mock = await startMock({ port: Number(port), rows: scene === 'busy' ? undefined : [] });
  mock.world.live = scene !== 'blind';
  if (scene === 'busy') play(mock);
  console.log(`${mock.url}/#code=mock`);
}
