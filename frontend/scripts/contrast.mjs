// The contrast of the colour pairs that the dashboard uses, by the formula of WCAG 2.2.
import { readFileSync } from 'node:fs';

const TEXT = 4.5;
const SHAPE = 3;
const BACKGROUNDS = ['bg', 'surface', 'sunken'];
const TONES = ['critical', 'high', 'warning', 'running', 'ai', 'ok', 'idle'];

/** [foreground, background, least contrast] of everything that is read or must be seen. */
export const PAIRS = [
  ...['fg', 'muted', 'accent'].flatMap((fg) => BACKGROUNDS.map((bg) => [fg, bg, TEXT])),
  ['on-accent', 'accent', TEXT],
  ...TONES.map((tone) => [tone, `${tone}-bg`, TEXT]),
  ...TONES.flatMap((tone) => BACKGROUNDS.map((bg) => [tone, bg, TEXT])),
  ...TONES.map((tone) => ['fg', `${tone}-bg`, TEXT]),
  ...['added', 'removed'].map((sign) => [sign, `${sign}-bg`, TEXT]),
  ...['control', 'focus'].flatMap((fg) => BACKGROUNDS.map((bg) => [fg, bg, SHAPE])),
];

/** The custom properties of tokens.css, by theme. */
export function readTokens(file = new URL('../src/styles/tokens.css', import.meta.url)) {
  const css = readFileSync(file, 'utf8');
  const block = (selector) => {
    const start = css.indexOf(`${selector} {`);
    const text = css.slice(start, css.indexOf('}', start));
    return Object.fromEntries(
      [...text.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((m) => [m[1], m[2]]),
    );
  };
  return { light: block(':root'), dark: block('[data-theme="dark"]') };
}

function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The contrast ratio of two colours, 1 to 21. */
export function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** The pairs that are too weak, in words. */
export function tooWeak(themes = readTokens()) {
  return Object.entries(themes).flatMap(([theme, tokens]) =>
    PAIRS.filter(([fg, bg, least]) => !(contrast(tokens[fg], tokens[bg]) >= least)).map(
      ([fg, bg, least]) =>
        `${theme}: ${fg} on ${bg} is ${contrast(tokens[fg], tokens[bg]).toFixed(2)}, needs ${least}`,
    ),
  );
}
