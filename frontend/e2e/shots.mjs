// Pictures of a running Kure: npm run shots -- BASE_URL TOKEN OUT_DIR
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from './browser.mjs';

const [base, token, folder] = process.argv.slice(2);
if (!folder) {
  console.error('Usage: npm run shots -- BASE_URL TOKEN OUT_DIR');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

const EMPTY = {
  items: [],
  next: null,
  total: 0,
  counts: { attention: 0, open: 0, regressed: 0, ignored: 0, resolved: 0, all: 0 },
  as_of_seq: 0,
};

const browser = await launch();
for (const theme of ['light', 'dark']) {
  const context = await browser.newContext({
    viewport: { width: 1360, height: 800 },
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const shoot = async (name) => {
    await page.waitForLoadState('load');
    await page.screenshot({ path: join(folder, `${name}-${theme}.png`) });
    console.log(`${name}-${theme}.png`);
  };

  await page.goto(`${base}/?tab=all#token=${token}`);
  const first = page.getByRole('table', { name: 'Incidents' }).getByRole('link').first();
  await first.waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  await shoot('list');

  await first.click();
  await page.getByRole('heading', { name: 'Evidence' }).waitFor();
  await page.getByRole('tab', { selected: true }).waitFor();
  await shoot('detail');

  await page.route(/\/api\/incidents\?/, (route) => route.fulfill({ json: EMPTY }));
  await page.evaluate(() => sessionStorage.clear());
  await page.goto(`${base}/`);
  await page.getByRole('heading', { name: /^Nothing is/ }).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  await shoot('empty');
  await context.close();
}
await browser.close();
