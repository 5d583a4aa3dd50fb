// Fails when the built dashboard is larger than budget.json allows (KiB, gzip -9), or when a library
// that was refused for its size is in the lock file.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json'));
const budget = JSON.parse(readFileSync('budget.json'));
const size = (file) => gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length / 1024;

/** A chunk and all that it imports statically. */
function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, seen);
  return seen;
}
const js = (keys) => [...keys].reduce((sum, key) => sum + size(manifest[key].file), 0);
const css = (keys) =>
  [...new Set([...keys].flatMap((key) => manifest[key].css ?? []))].reduce(
    (sum, file) => sum + size(file),
    0,
  );

const keys = Object.keys(manifest);
const shell = closure(keys.find((key) => manifest[key].isEntry));
const rows = [
  ['shell', js(shell), budget.initial],
  ['css', css(shell), budget.css],
];
for (const key of keys.filter((key) => manifest[key].isDynamicEntry)) {
  const name = key
    .split('/')
    .pop()
    .replace(/\.\w+$/, '');
  const extra = js([...closure(key)].filter((part) => !shell.has(part)));
  rows.push([name, extra, budget.routes[name] ?? budget.routes['*']]);
  if (name === budget.firstPage[0])
    rows.push([`shell + ${name}`, rows[0][1] + extra, budget.firstPage[1]]);
}

let failed = 0;
for (const [name, actual, limit] of rows) {
  if (actual > limit) failed++;
  console.log(
    `${actual > limit ? 'OVER' : 'ok  '} ${name.padEnd(24)} ${actual.toFixed(1).padStart(6)} / ${limit} KiB`,
  );
}
const packages = Object.keys(JSON.parse(readFileSync('package-lock.json')).packages);
for (const name of budget.refused.filter((name) => packages.includes(`node_modules/${name}`))) {
  failed++;
  console.log(`OVER package-lock.json holds ${name}, which was refused for its size`);
}
process.exit(failed ? 1 : 0);
