// Chromium for scripts and tests: CHROMIUM_PATH, or the one that is installed. Nothing is downloaded.
import { execFileSync } from 'node:child_process';
import { chromium } from 'playwright-core';

function findChromium() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {
      // The next name may be there.
    }
  }
  throw new Error(
    'There is no Chromium: install it (Debian: apt-get install chromium), or set CHROMIUM_PATH.',
  );
}

export function launch() {
  // Chromium's own sandbox cannot be made by root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: findChromium(), args });
}
