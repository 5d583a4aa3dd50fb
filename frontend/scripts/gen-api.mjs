// Generates src/api/schema.d.ts from openapi.json; with --check it only says whether the file is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const target = 'src/api/schema.d.ts';
const schema = astToString(await openapiTS(new URL('../openapi.json', import.meta.url)));
const text = `// Generated from openapi.json by \`npm run gen-api\`. Never edited.\n\n${schema}`;

if (!process.argv.includes('--check')) {
  writeFileSync(target, text);
} else if (readFileSync(target, 'utf8') !== text) {
  console.error(`${target} is not what openapi.json says: run \`npm run gen-api\` and commit it.`);
  process.exit(1);
}
