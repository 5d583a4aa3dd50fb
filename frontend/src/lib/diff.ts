import { pathAt } from './yaml-path';

export type Sign = ' ' | '+' | '-';

/** A line of a difference, with its number, from 1, in the text before and after. */
export interface DiffLine {
  sign: Sign;
  before: number | null;
  after: number | null;
  text: string;
}

/** Lines that stand together. `skipped` unchanged lines come before them. */
export interface Hunk {
  skipped: number;
  /** Where in the manifest the first change stands: `spec.containers[app].resources`. */
  path: string;
  lines: DiffLine[];
}

const HEAD = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/m;

/** Unchanged lines that are shown around a change. */
const CONTEXT = 3;

/**
 * Reads a unified diff of two manifests, as the API writes it.
 *
 * `after` is a text that holds what is there after the change, where it may stand among more: in it the
 * path of each hunk is looked up. Unchanged lines far from any change are left out, however many the
 * diff holds.
 */
export function readDiff(diff: string, after = ''): Hunk[] {
  const lines = readLines(diff);
  const isNear = lines.map((_, at) =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ sign }) => sign !== ' '),
  );
  const hunks: Hunk[] = [];
  let last = 0;
  lines.forEach((line, at) => {
    if (!isNear[at]) return;
    const number = line.after ?? line.before ?? 0;
    const isNext = at > 0 && isNear[at - 1] && !startsAnew(lines[at - 1] as DiffLine, line);
    if (isNext) hunks.at(-1)?.lines.push(line);
    else hunks.push({ skipped: Math.max(0, number - last - 1), path: '', lines: [line] });
    if (line.after !== null) last = line.after;
  });
  return hunks.map((hunk) => ({ ...hunk, path: pathOf(hunk, after) }));
}

/** How many lines a difference adds, and how many it takes away. */
export function countChanges(hunks: readonly Hunk[]): { added: number; removed: number } {
  const all = hunks.flatMap(({ lines }) => lines);
  const of = (wanted: Sign) => all.filter(({ sign }) => sign === wanted).length;
  return { added: of('+'), removed: of('-') };
}

function readLines(diff: string): DiffLine[] {
  const lines: DiffLine[] = [];
  let [before, after] = [1, 1];
  // Before the first hunk stand only the names of the two texts.
  const hunks = HEAD.test(diff) ? diff.slice(diff.search(HEAD)) : '';
  for (const raw of hunks.split('\n')) {
    const head = HEAD.exec(raw);
    if (head) {
      before = firstOf(head[1], head[2]);
      after = firstOf(head[3], head[4]);
    } else if (/^[ +-]/.test(raw)) {
      const sign = raw[0] as Sign;
      lines.push({
        sign,
        before: sign === '+' ? null : before++,
        after: sign === '-' ? null : after++,
        text: raw.slice(1),
      });
    }
  }
  return lines;
}

/** The first line of a hunk: one that covers no line names the line before it. */
const firstOf = (start = '1', count = '1') => Number(start) + (count === '0' ? 1 : 0);

/** Whether the diff itself left lines out between two of its lines. */
function startsAnew(one: DiffLine, next: DiffLine): boolean {
  const jumps = (from: number | null, to: number | null) =>
    from !== null && to !== null && to > from + 1;
  return jumps(one.before, next.before) || jumps(one.after, next.after);
}

/** Where the first change stands; '' where the text does not hold the hunk's lines. */
function pathOf({ lines }: Hunk, after: string): string {
  const kept = lines.filter((line) => line.sign !== '-');
  const changed = lines.findIndex(({ sign }) => sign !== ' ');
  // What is only taken away no longer stands anywhere: what is before it does.
  const shown =
    lines.slice(changed).find(({ sign }) => sign === '+') ??
    lines.slice(0, changed).findLast(({ sign }) => sign === ' ');
  const start = findLines(
    after.split('\n'),
    kept.map(({ text }) => text),
  );
  return shown && start !== null ? pathAt(after, start + kept.indexOf(shown)) : '';
}

/** The number, from 1, of the line from which on a text holds some lines. */
function findLines(text: string[], wanted: string[]): number | null {
  const at = text.findIndex((_, from) => wanted.every((line, by) => text[from + by] === line));
  return at === -1 ? null : at + 1;
}
