import { PAIRS, tooWeak } from './contrast.mjs';

const weak = tooWeak();
for (const line of weak) console.error(line);
console.log(`${PAIRS.length} colour pairs in two themes, ${weak.length} too weak`);
process.exit(weak.length ? 1 : 0);
