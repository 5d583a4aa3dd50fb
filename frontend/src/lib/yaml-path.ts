/** One part of a path: a key, or items of a list by number, by the value of a key, or all of them. */
type Part = { key: string } | Items;
type Items = { at: number } | { where: string; is: string } | { all: true };

/**
 * The parts of a path: `spec.containers[0]`, `containers[app]` by name, `conditions[type=Ready]`,
 * `containers[*]`, `metadata.labels["a.b/c"]`.
 */
function split(path: string): Part[] {
  const parts: Part[] = [];
  for (const match of path.matchAll(/\[(?:"([^"]*)"|(\d+)|([^\]]*))\]|([^.[\]]+)/g)) {
    if (match[1] !== undefined) parts.push({ key: match[1] });
    else if (match[2] !== undefined) parts.push({ at: Number(match[2]) });
    else if (match[3] !== undefined) parts.push(readItems(match[3]));
    else parts.push({ key: match[4] ?? '' });
  }
  return parts;
}

function readItems(text: string): Items {
  if (text === '*') return { all: true };
  const [where = '', is] = text.split('=');
  return is === undefined ? { where: 'name', is: where } : { where, is };
}

interface Line {
  number: number;
  /** Column of the first character that counts: behind the dashes of list items. */
  indent: number;
  /** Columns of the dashes. */
  dashes: number[];
  text: string;
}

/** Both YAML in block style and indented JSON, a value or a bracket on each line. */
function readLines(text: string): Line[] {
  const lines: Line[] = [];
  text.split('\n').forEach((raw, index) => {
    if (!raw.trim() || raw.trim().startsWith('#')) return;
    const dashes: number[] = [];
    let at = raw.search(/\S/);
    while (/^-(\s|$)/.test(raw.slice(at))) {
      dashes.push(at);
      const rest = raw.slice(at + 1).search(/\S/);
      if (rest === -1) break;
      at += 1 + rest;
    }
    lines.push({ number: index + 1, indent: at, dashes, text: raw.slice(at).trim() });
  });
  return lines;
}

const keyOf = (line: Line): string | null =>
  /^"((?:[^"\\]|\\.)*)"\s*:/.exec(line.text)?.[1] ??
  /^'([^']*)'\s*:/.exec(line.text)?.[1] ??
  /^([^\s"'#{}[\]][^:]*?)\s*:(?:\s|$)/.exec(line.text)?.[1] ??
  null;

const scalar = (line: Line): string =>
  line.text
    .slice(line.text.indexOf(':') + 1)
    .trim()
    .replace(/,$/, '')
    .replace(/^["']|["']$/g, '');

/** The lines that belong to the value that begins at `from`. */
function body(lines: Line[], from: number): [number, number] {
  const head = lines[from] as Line;
  let end = from + 1;
  while (end < lines.length) {
    const line = lines[end] as Line;
    const column = line.dashes[0] ?? line.indent;
    const sameListInYaml = line.dashes.length > 0 && column === head.indent;
    if (column <= head.indent && !sameListInYaml) break;
    end++;
  }
  return [from + 1, end];
}

/** Where a list's items begin: at their dash in YAML, at their bracket or value in JSON. */
function items(lines: Line[], [start, end]: [number, number]): [number, number][] {
  const first = lines[start];
  if (!first) return [];
  const dash = first.dashes[0];
  const starts: number[] = [];
  for (let i = start; i < end; i++) {
    const line = lines[i] as Line;
    const begins =
      dash === undefined
        ? line.indent === first.indent && !/^[}\]]/.test(line.text)
        : line.dashes[0] === dash;
    if (begins) starts.push(i);
  }
  return starts.map((at, n) => [at, starts[n + 1] ?? end]);
}

/** Where `key` stands directly within a range. */
function findKey(lines: Line[], [start, end]: [number, number], key: string): number | null {
  let column: number | null = null;
  for (let i = start; i < end; i++) {
    const line = lines[i] as Line;
    const found = keyOf(line);
    if (found === null) continue;
    column ??= line.indent;
    if (line.indent === column && found === key) return i;
  }
  return null;
}

function findItems(lines: Line[], range: [number, number], part: Items): [number, number][] {
  const all = items(lines, range);
  if ('all' in part) return all;
  if ('at' in part) return all.slice(part.at, part.at + 1);
  return all.filter((item) => {
    const at = findKey(lines, item, part.where);
    return at !== null && scalar(lines[at] as Line) === part.is;
  });
}

/** The place of a path's last part among the lines; of several items the first that has it. */
function find(lines: Line[], range: [number, number], parts: Part[], found: number): number | null {
  const [part, ...rest] = parts;
  if (!part) return found;
  if ('key' in part) {
    const at = findKey(lines, range, part.key);
    return at === null ? null : find(lines, body(lines, at), rest, at);
  }
  for (const item of findItems(lines, range, part)) {
    const at = find(lines, item, rest, item[0]);
    if (at !== null) return at;
  }
  return null;
}

/**
 * The number, from 1, of the line where a path stands in a manifest of YAML or indented JSON.
 *
 * Null where it is not there. It reads what Kure captures, which is written by a serialiser: block
 * style, a value a line, no anchors.
 */
export function locatePath(text: string, path: string): number | null {
  const lines = readLines(text);
  const parts = split(path);
  if (parts.length === 0) return null;
  const at = find(lines, [0, lines.length], parts, 0);
  return at === null ? null : (lines[at] as Line).number;
}

/**
 * The path of what stands at a line, from 1, of a manifest: `spec.containers[app].resources.limits`.
 * A list's items are named where they have a name, else numbered. '' where nothing stands there.
 */
export function pathAt(text: string, number: number): string {
  const lines = readLines(text);
  const at = lines.findIndex((line) => line.number === number);
  return at === -1 ? '' : walk(lines, [0, lines.length], at).replace(/^\./, '');
}

/** The path within a range to the line with the index `wanted`. */
function walk(lines: Line[], range: [number, number], wanted: number): string {
  const [start, end] = range;
  if (lines[start]?.dashes.length) {
    const all = items(lines, range);
    const index = all.findIndex(([from, to]) => from <= wanted && wanted < to);
    const item = all[index];
    if (!item) return '';
    const named = findKey(lines, item, 'name');
    const rest = named === wanted ? '.name' : within(lines, item, wanted);
    return `[${named === null ? index : scalar(lines[named] as Line)}]${rest}`;
  }
  return within(lines, [start, end], wanted);
}

/** The path within a mapping. */
function within(lines: Line[], [start, end]: [number, number], wanted: number): string {
  const column = lines[start]?.indent;
  for (let i = start; i <= wanted && i < end; i++) {
    const line = lines[i] as Line;
    const key = line.indent === column ? keyOf(line) : null;
    if (key === null) continue;
    const [from, to] = body(lines, i);
    const name = /^[\w-]+$/.test(key) ? `.${key}` : `["${key}"]`;
    if (wanted === i) return name;
    if (from <= wanted && wanted < to) return name + walk(lines, [from, to], wanted);
  }
  return '';
}
