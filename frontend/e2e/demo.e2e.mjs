// `make demo` as a newcomer sees it: from its start to the first incident that is resolved again.
// SHOTS=../docs/screenshots npm run e2e   keeps the pictures that the README shows.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from './browser.mjs';

const KURE = resolve(import.meta.dirname, '../../.venv/bin/kure');
const SHOTS = process.env.SHOTS;
const ADDRESS = /(http:\/\/\S+)\/#code=(\S+)/;
const FIRST_SECONDS = 60;
const RESOLVED_SECONDS = 150;
const STOP_SECONDS = 10;

const folder = mkdtempSync(join(tmpdir(), 'kure demo '));
let browser;
let demo;
let printed = '';
let signedIn;

before(async () => {
  browser = await launch();
  chmodSync(folder, 0o711); // else the database, which does not run as root, lies elsewhere
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
});
after(async () => {
  await browser.close();
  demo?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Resolves with what the demo says, as soon as it says it. */
function said(pattern, seconds) {
  return new Promise((done, failed) => {
    const late = () => failed(new Error(`not said in ${seconds} s: ${pattern}\n${printed}`));
    const timer = setTimeout(late, seconds * 1000);
    const look = () => {
      const found = printed.match(pattern);
      if (!found) return;
      clearTimeout(timer);
      demo.stdout.off('data', look);
      done(found);
    };
    demo.stdout.on('data', look);
    look();
  });
}

async function shoot(name, theme, path, ready) {
  const [, base] = printed.match(ADDRESS);
  const context = await browser.newContext({
    storageState: signedIn, // a code opens one session only
    viewport: { width: 1360, height: 800 },
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(`${base}${path}`);
  await ready(page);
  if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}-${theme}.png`) });
  await context.close();
}

const rows = (page) => page.getByRole('table', { name: 'Incidents' }).getByRole('link');

function start() {
  printed = '';
  demo = spawn(KURE, ['demo', '--plain'], {
    env: { ...process.env, KURE_DATA_DIR: folder, KURE_PORT: '18070' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  demo.stdout.on('data', (text) => {
    printed += text;
  });
}

/** Which incidents there are: their ids by workload. */
async function incidents() {
  const [, base] = printed.match(ADDRESS);
  const token = readFileSync(join(folder, 'token'), 'utf8').trim();
  const headers = { Authorization: `Bearer ${token}` };
  const answer = await fetch(`${base}/api/incidents?limit=200`, { headers });
  const { items } = await answer.json();
  return Object.fromEntries(
    items.map((row) => [`${row.namespace}/${row.kind}/${row.name}`, row.id]),
  );
}

/** What /proc says of a process, or nothing where it has just ended or is not ours to read. */
function told(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** The ids of all processes of this demo: its folder is in their command or their environment. */
const everything = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => `${told(pid, 'cmdline')}${told(pid, 'environ')}`.includes(folder))
    .map(Number);

test('a newcomer sees incidents come, explained, and one resolved', {
  timeout: 240_000,
}, async () => {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  start();
  const [, base, code] = await said(ADDRESS, FIRST_SECONDS);
  console.log(`ready after ${seconds()} s`);

  const page = await browser.newPage();
  await page.goto(`${base}/?tab=all#code=${code}`);
  await rows(page)
    .first()
    .waitFor({ timeout: FIRST_SECONDS * 1000 });
  console.log(`first incident on the page after ${seconds()} s`);
  signedIn = await page.context().storageState();
  await page.getByText('does not exist').first().waitFor({ timeout: 10_000 });

  await said(/resolved \(recovered\)/, RESOLVED_SECONDS);
  console.log(`first incident resolved after ${seconds()} s`);
  await page.getByText('Resolved', { exact: true }).first().waitFor({ timeout: 10_000 });

  await said(/regressed: ConfigMap "checkout-tax"/, RESOLVED_SECONDS);
  console.log(`regressed after ${seconds()} s`);
  for (const theme of ['light', 'dark']) {
    await shoot('list', theme, '/?tab=all', (shown) => rows(shown).nth(8).waitFor());
    await shoot('detail', theme, '/?tab=all', async (shown) => {
      await rows(shown).filter({ hasText: 'payments-api' }).first().click();
      await shown.getByRole('heading', { name: 'Evidence' }).waitFor();
      await shown.getByRole('tab', { selected: true }).waitFor();
    });
  }
  await page.close();
});

test('a fix is proved on a copy of the pod, which is then deleted', {
  timeout: 120_000,
}, async () => {
  const ids = await incidents();
  const [, base] = printed.match(ADDRESS);
  const context = await browser.newContext({ storageState: signedIn });
  const page = await context.newPage();
  await page.goto(`${base}/incidents/${ids['shop/Deployment/catalog']}`);
  await page
    .getByRole('button', { name: /^Test fix/ })
    .first()
    .click();
  await page.getByRole('dialog').getByRole('button', { name: /^Test/ }).last().click();
  const passed = (shown) => shown.getByText(/^Passed \(Ready for \d+ s/).first();
  await passed(page).waitFor({ timeout: 60_000 });
  for (const theme of ['light', 'dark']) {
    await shoot('mirror', theme, `/incidents/${ids['shop/Deployment/catalog']}`, async (shown) => {
      await passed(shown).waitFor();
      await shown.getByText('Watch whether it gets well').waitFor(); // the page grows by its steps
      const heading = shown.getByRole('heading', { name: 'What to do' });
      await heading.evaluate((element) => element.scrollIntoView());
    });
  }
  await page.getByRole('button', { name: 'End now' }).click();
  await page.getByRole('button', { name: 'End now' }).waitFor({ state: 'detached' });
  await context.close();
});

test('killed as a whole and started again, it goes on where it was', {
  timeout: 90_000,
}, async () => {
  const before = await incidents();
  const pids = everything();
  assert.ok(pids.length > 6, `the parts are found by their folder: ${pids}`);
  for (const pid of [demo.pid, ...pids]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error; // it went with its parent
    }
  }
  const started = performance.now();
  start();
  await said(ADDRESS, FIRST_SECONDS);
  await said(/agent: running/, FIRST_SECONDS);
  const after = await incidents();
  console.log(`up again after ${((performance.now() - started) / 1000).toFixed(1)} s`);
  for (const [workload, id] of Object.entries(before)) assert.equal(after[workload], id, workload);
});

test('Ctrl-C ends all of it and leaves no process', { timeout: 60_000 }, async () => {
  const asked = performance.now();
  const ended = new Promise((done) => demo.once('exit', done));
  demo.kill('SIGINT');
  assert.equal(await ended, 0);
  const took = (performance.now() - asked) / 1000;
  console.log(`stopped in ${took.toFixed(1)} s`);
  assert.ok(took < STOP_SECONDS, `it took ${took} s to stop`);
  assert.deepEqual(everything(), [], 'a process is left');
});
