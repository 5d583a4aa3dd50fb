// The mirror tests of the mock server: each goes its way within half a minute.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module: fixtures } = await runnerImport(
  fileURLToPath(new URL('./fixture-mirrors.ts', import.meta.url)),
  { configFile: false, logLevel: 'error' },
);

/** Seconds after the start, and what is to be seen then. */
const PLAY = [
  [1, { phase: 'created', text: 'no node has taken it' }],
  [3, { phase: 'starting', text: 'not every container runs yet' }],
  [6, { text: 'Ready for 2 s of 10 s without a restart', held_seconds: 2 }],
  [9, { text: 'Ready for 5 s of 10 s without a restart', held_seconds: 5 }],
  [14, { phase: 'passed', verdict: 'passed', text: 'Ready for 10 s without a restart' }],
];

/** The mirrors of a made-up cluster. `emit` tells of each change. */
export function makeMirrors(emit) {
  const rows = fixtures.makeEnded(Date.now());
  const change = (row, rest) => {
    Object.assign(row, rest, { version: row.version + 1 });
    emit('mirror.updated', { id: row.id, version: row.version, summary: { ...row } });
  };
  const page = (items) => fixtures.makeMirrorPage(items);
  const isLive = ({ phase }) => phase !== 'gone';

  function start(body) {
    const now = Date.now();
    const row = fixtures.makeMirror(now, 30 + rows.length, {
      phase: 'planned',
      text: '',
      rounds: body.rounds,
      requested_at: new Date(now).toISOString(),
      created_at: new Date(now + 1000).toISOString(),
      expires_at: new Date(now + body.ttl_seconds * 1000).toISOString(),
      version: 0,
    });
    rows.unshift(row);
    change(row, {});
    for (const [seconds, rest] of PLAY) {
      setTimeout(() => isLive(row) && change(row, rest), seconds * 1000).unref();
    }
    return row;
  }

  function end(row) {
    change(row, { phase: 'expiring', verdict: row.verdict ?? 'none' });
    const gone = () => change(row, { phase: 'gone', gone_at: new Date().toISOString() });
    setTimeout(gone, 2000).unref();
  }

  /** [status, body] of a request below /api/mirror; null where there is nothing. */
  function answer(method, [part, id], body, seq) {
    if (!part) return [200, { ...page(rows), as_of_seq: seq }];
    if (part === 'active') return [200, { ...page(rows.filter(isLive)), as_of_seq: seq }];
    if (part === 'preview') return [200, fixtures.makePreview()];
    if (part === 'deploy') return [202, { mirror_id: start(body).id }];
    const row = rows.find((known) => known.id === (part === 'status' ? id : part));
    if (!row) return null;
    if (part === 'status') return [200, fixtures.makeMirrorDetail(Date.now(), row)];
    if (method === 'DELETE') end(row);
    else {
      const at = Date.parse(row.created_at) + body.ttl_seconds * 1000;
      change(row, { expires_at: new Date(at).toISOString() });
    }
    return [202, { mirror_id: row.id, expires_at: row.expires_at }];
  }
  return { rows, answer };
}
