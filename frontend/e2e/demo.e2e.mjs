// `make demo` as a newcomer sees it: from its start to the first incident that is resolved again.
// SHOTS=../docs/screenshots npm run e2e   keeps the pictures that the README shows.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from './browser.mjs';

const KURE = resolve(import.meta.dirname, '../../.venv/bin/kure');
const SHOTS = process.env.SHOTS;
const ADDRESS = /(http:\/\/\S+)\/#token=(\S+)/;
const FIRST_SECONDS = 60;
const RESOLVED_SECONDS = 150;
const STOP_SECONDS = 10;

const folder = mkdtempSync(join(tmpdir(), 'kure demo '));
let browser;
let demo;
let printed = '';

before(async () => {
  browser = await launch();
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
  const [, base, token] = printed.match(ADDRESS);
  const context = await browser.newContext({
    viewport: { width: 1360, height: 800 },
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(`${base}${path}#token=${token}`);
  await ready(page);
  if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}-${theme}.png`) });
  await context.close();
}

const rows = (page) => page.getByRole('table', { name: 'Incidents' }).getByRole('link');

test('a newcomer sees incidents come, explained, and one resolved', {
  timeout: 240_000,
}, async () => {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  demo = spawn(KURE, ['demo', '--plain'], {
    env: { ...process.env, KURE_DATA_DIR: folder, KURE_PORT: '18070' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  demo.stdout.on('data', (text) => {
    printed += text;
  });
  const [, base, token] = await said(ADDRESS, FIRST_SECONDS);
  console.log(`ready after ${seconds()} s`);

  const page = await browser.newPage();
  await page.goto(`${base}/?tab=all#token=${token}`);
  await rows(page)
    .first()
    .waitFor({ timeout: FIRST_SECONDS * 1000 });
  console.log(`first incident on the page after ${seconds()} s`);
  await page.getByText('does not exist').first().waitFor({ timeout: 10_000 });

  await said(/resolved \(recovered\)/, RESOLVED_SECONDS);
  console.log(`first incident resolved after ${seconds()} s`);
  await page.getByText('Resolved', { exact: true }).first().waitFor({ timeout: 10_000 });

  await said(/regressed: Container/, RESOLVED_SECONDS);
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

test('Ctrl-C ends all of it and leaves no process', { timeout: 60_000 }, async () => {
  const asked = performance.now();
  const ended = new Promise((done) => demo.once('exit', done));
  demo.kill('SIGINT');
  assert.equal(await ended, 0);
  const took = (performance.now() - asked) / 1000;
  console.log(`stopped in ${took.toFixed(1)} s`);
  assert.ok(took < STOP_SECONDS, `it took ${took} s to stop`);
  const left = spawn('pgrep', ['-f', folder], { stdio: ['ignore', 'pipe', 'ignore'] });
  assert.equal(await new Promise((done) => left.once('exit', done)), 1, 'a process is left');
});
