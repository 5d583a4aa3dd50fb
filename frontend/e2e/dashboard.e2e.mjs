// The built dashboard in a real browser, against the mock server: what jsdom cannot show.
// npm run build && npm run e2e
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import AxeBuilder from '@axe-core/playwright';
import { startMock } from '../test/mock-server.mjs';
import { launch } from './browser.mjs';

const CHECKOUT = '019aa5c0-0000-7000-8000-000000000001';
const DESKTOP = { width: 1360, height: 800 };
// A desktop at 400 % zoom.
const ZOOMED = { width: 340, height: 200 };

let browser;
let mock;
let context;
let refused;

before(async () => {
  browser = await launch();
});
after(() => browser.close());
beforeEach(async () => {
  mock = await startMock();
  refused = [];
});
afterEach(async () => {
  await context?.close();
  await mock.close();
  assert.deepEqual(refused, [], 'the content security policy refused something');
});

async function open(path = '/', options = {}) {
  context ??= await browser.newContext({ viewport: DESKTOP, ...options });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) refused.push(message.text());
  });
  page.on('pageerror', (error) => refused.push(String(error)));
  const [address, query = ''] = path.split('?');
  await page.goto(`${mock.url}${address}${query && `?${query}`}#code=mock`);
  return page;
}

async function fresh(path, options) {
  await context?.close();
  context = undefined;
  return open(path, options);
}

const rows = (page) => page.getByRole('table', { name: 'Incidents' }).getByRole('link');
const live = (page) => page.getByText('Live', { exact: true });

/** Waits until `read` gives what is wanted; the time it took, in ms. */
async function until(read, wanted, within = 5000) {
  const start = performance.now();
  for (;;) {
    const value = await read();
    if (value === wanted) return performance.now() - start;
    assert.ok(performance.now() - start < within, `${value} is not ${wanted} after ${within} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('the code signs in and leaves the address bar', async () => {
  const page = await fresh('/?tab=all');
  await rows(page).first().waitFor();
  assert.equal(new URL(page.url()).hash, '');
  assert.equal(new URL(page.url()).search, '?tab=all');
});

test('the first rows are readable within 1.5 s, and nothing moves under the reader', async () => {
  const page = await fresh('/');
  await rows(page).first().waitFor();
  const took = await page.evaluate(() => performance.now());
  assert.ok(took < 1500, `${took} ms`);
  await page.reload();
  await live(page).waitFor();
  const shift = await page.evaluate(
    () =>
      new Promise((resolve) => {
        let sum = 0;
        const observer = new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += entry.value;
        });
        observer.observe({ type: 'layout-shift', buffered: true });
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
      }),
  );
  assert.ok(shift < 0.02, `layout shift ${shift}`);
});

const PLACES = [
  ['the list', '/', (page) => rows(page).first().waitFor()],
  ['an incident', `/incidents/${CHECKOUT}`, (page) => page.getByRole('tabpanel').waitFor()],
  [
    'its events',
    `/incidents/${CHECKOUT}?tab=events&ev=4`,
    (page) => page.getByText('BackOff').first().waitFor(),
  ],
  ['mirror tests', '/mirrors', (page) => page.getByRole('table').waitFor()],
  ['workflows', '/runs', (page) => page.getByRole('table').waitFor()],
  [
    'a run',
    '/runs/019aa5c0-0000-7000-8000-000000000501',
    (page) => page.getByText('Worker restarted, continued').waitFor(),
  ],
  ['preferences', '/me', (page) => page.getByRole('heading', { name: 'Preferences' }).waitFor()],
  [
    'no such page',
    '/nowhere',
    (page) => page.getByRole('heading', { name: 'There is no such page' }).waitFor(),
  ],
];

for (const theme of ['light', 'dark']) {
  for (const [size, viewport] of [
    ['desktop', DESKTOP],
    ['400 % zoom', ZOOMED],
  ]) {
    test(`no accessibility violation, ${theme}, ${size}`, async () => {
      for (const [name, path, ready] of PLACES) {
        const page = await fresh(path, { viewport, colorScheme: theme, reducedMotion: 'reduce' });
        await ready(page);
        await live(page).first().waitFor({ state: 'attached' });
        await check(page, name);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= viewport.width, `${name} is ${width} px wide`);
      }
      const page = await fresh('/', { viewport, colorScheme: theme, reducedMotion: 'reduce' });
      await rows(page).first().waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      await check(page, 'the shortcut sheet');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Search or jump' }).fill('check');
      await page.getByRole('option', { name: /checkout/ }).waitFor();
      await check(page, 'the palette');
      await page.keyboard.press('Escape');
      await page.keyboard.press('j');
      await page.waitForURL(/row=/);
      await page.keyboard.press('e');
      await page.getByRole('dialog').waitFor();
      await check(page, 'the ignore dialog');
      await page.goto(`${mock.url}/incidents/${CHECKOUT}`);
      await testDialog(page);
      await check(page, 'the test of a fix');
      await edit(page);
      await check(page, 'the editor');
      mock.world.rows = [];
      await page.goto(`${mock.url}/?tab=ignored`);
      await page.getByText('Nothing is ignored.').waitFor();
      await check(page, 'an empty tab');
      mock.world.live = false;
      await page.goto(mock.url);
      await page.getByRole('heading', { name: 'Nothing is watching' }).waitFor();
      await check(page, 'nobody watches');
      await context.clearCookies();
      await page.goto(mock.url);
      await page.getByRole('heading', { name: 'Sign in to Kure' }).waitFor();
      await check(page, 'the sign-in page');
    });
  }
}

async function testDialog(page) {
  await page.getByRole('button', { name: /^Test fix/ }).waitFor();
  await page.keyboard.press('t');
  await page.getByLabel('Life of the copy').waitFor();
}

async function edit(page) {
  await page.getByRole('button', { name: 'Edit…' }).click();
  await page.getByRole('textbox', { name: 'Manifest of the copy' }).waitFor();
}

async function check(page, name) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  const told = violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target + n.failureSummary)}`);
  assert.deepEqual(told, [], name);
}

test('what fails, why and what to do are in sight without scrolling', async () => {
  const page = await fresh(`/incidents/${CHECKOUT}`);
  for (const name of ['What', 'Why', 'What to do']) {
    const box = await page.getByRole('heading', { name, exact: true }).boundingBox();
    assert.ok(box && box.y + box.height < DESKTOP.height, `${name} is at ${box?.y}`);
  }
});

test('an evidence number scrolls to the exact line', async () => {
  const page = await fresh(`/incidents/${CHECKOUT}`);
  await page.getByText('[2]').click();
  const line = page.locator('[data-line][aria-current]');
  await line.waitFor();
  await until(
    async () => {
      const box = await line.boundingBox();
      return Boolean(box && box.y > 0 && box.y < DESKTOP.height);
    },
    true,
    500,
  );
  assert.match(await line.textContent(), /18Picked up JAVA_TOOL_OPTIONS/);
});

test('from the list to an incident and back without a mouse: same row, same place', async () => {
  const { makeRow } = mock.fixtures;
  mock.world.rows = Array.from({ length: 300 }, (_, at) => makeRow(Date.now(), at + 1));
  const page = await fresh('/');
  await rows(page).first().waitFor();
  for (let n = 0; n < 40; n++) await page.keyboard.press('j');
  await page.waitForURL(new RegExp(`row=${mock.world.rows[39].id}`));
  const top = await page.locator('#page').evaluate((node) => node.scrollTop);
  assert.ok(top > 0);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'app-40' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'app-40', exact: true }).waitFor();
  await until(() => page.evaluate(() => document.activeElement?.textContent), 'app-40');
  assert.equal(await page.locator('#page').evaluate((node) => node.scrollTop), top);
});

test('a fix is tested on a copy, followed to its verdict, and ended; the editor keeps to the policy', async () => {
  const page = await fresh(`/incidents/${CHECKOUT}`);
  await testDialog(page);
  await edit(page);
  await page.keyboard.press('Control+End');
  await page.keyboard.type('  broken: [');
  await page.getByText('This cannot be read as YAML.').waitFor();
  await page.keyboard.press('Control+z');
  await page.getByText('This cannot be read as YAML.').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Discard the edit' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Test fix' }).click();
  const shown = page.getByRole('region', { name: 'Mirror tests' });
  await shown.getByText('Being created').waitFor({ timeout: 1000 });
  assert.equal(
    await page
      .getByText(/Passed|fixed/)
      .filter({ visible: true })
      .count(),
    0,
  );
  await shown.getByText('Passed (Ready for 10 s without a restart)').waitFor({ timeout: 20_000 });
  await page.getByRole('link', { name: /Mirrors\s*1\s*running/ }).click();
  await page.getByRole('link', { name: 'Deployment checkout' }).first().click();
  await shown.getByRole('button', { name: 'End now' }).click();
  await shown.getByText('The copy is deleted.').waitFor({ timeout: 5000 });
});

test('eight tabs share one stream; when its owner is closed another takes over', async () => {
  const first = await fresh('/');
  await live(first).waitFor();
  const others = [];
  for (let n = 0; n < 7; n++) others.push(await open('/'));
  for (const page of others) await live(page).waitFor();
  assert.equal(mock.world.streams.size, 1);
  await first.close();
  await until(() => mock.world.opened, 2, 2000);
  const [row] = mock.world.rows;
  Object.assign(row, { version: 9, pods_failing: 4 });
  mock.emit('incident.updated', { id: row.id, version: 9, summary: row });
  await others[6].bringToFront();
  await others[6].getByText('4/5').waitFor({ timeout: 2000 });
  assert.equal(mock.world.streams.size, 1);
});

test('the API restarts: the page says so, comes back, and misses nothing', async () => {
  const page = await fresh('/');
  await live(page).waitFor();
  await page.evaluate(() => {
    window.notReloaded = true;
  });
  const { port, world } = mock;
  await mock.close();
  await page.getByText('Reconnecting').waitFor({ timeout: 3000 });
  const [row] = world.rows;
  Object.assign(row, { version: 9, pods_failing: 5 });
  mock = await startMock({ port, rows: world.rows, seq: world.seq });
  mock.emit('incident.updated', { id: row.id, version: 9, summary: row });
  await live(page).waitFor({ timeout: 10_000 });
  await page.getByText('5/5').waitFor({ timeout: 2000 });
  assert.equal(await page.evaluate(() => window.notReloaded), true);
});

test('a session that ends leads to the sign-in page, without a storm of requests', async () => {
  const page = await fresh('/');
  await live(page).waitFor();
  await context.clearCookies();
  mock.world.asked.length = 0;
  for (const stream of mock.world.streams) stream.end();
  await page.getByRole('heading', { name: 'Sign in to Kure' }).waitFor({ timeout: 20_000 });
  const before = mock.world.asked.length;
  await page.waitForTimeout(3000);
  assert.equal(mock.world.asked.length, before);
  assert.ok(before < 10, mock.world.asked.join(', '));
});

test('500 events in a moment: the last state is shown, and no frame hangs', async () => {
  const page = await fresh('/');
  await live(page).waitFor();
  await page.evaluate(() => {
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        window.longest = Math.max(window.longest, entry.duration);
    }).observe({ type: 'longtask' });
  });
  const [row] = mock.world.rows;
  for (let n = 0; n < 500; n++) {
    const other = mock.world.rows[n % 5];
    other.version++;
    row.pods_failing = n;
    mock.emit('incident.updated', { id: other.id, version: other.version, summary: { ...other } });
  }
  row.version++;
  mock.emit('incident.updated', { id: row.id, version: row.version, summary: { ...row } });
  await page.getByText('499/5').waitFor({ timeout: 2000 });
  const longest = await page.evaluate(() => window.longest);
  console.log(`longest task ${longest} ms`);
  assert.ok(longest < 100, `${longest} ms`);
});

test('a theme that was chosen is there before the first paint', async () => {
  const page = await fresh('/me', { colorScheme: 'light' });
  await page.getByText('Dark', { exact: true }).click();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  await page.reload({ waitUntil: 'commit' });
  await page.waitForFunction(() => document.body !== null);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
});
