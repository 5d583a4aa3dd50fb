/** One part of a path: a key, or a place in a list by number or by name. */
type Part = { key: string } | { at: number } | { named: string };

/** `spec.containers[app].args[0]` in its parts; also `metadata.labels["a.b/c"]`. */
function split(path: string): Part[] {
  const parts: Part[] = [];
  for (const match of path.matchAll(/\[(?:"([^"]*)"|(\d+)|([^\]]*))\]|([^.[\]]+)/g)) {
    if (match[1] !== undefined) parts.push({ key: match[1] });
    else if (match[2] !== undefined) parts.push({ at: Number(match[2]) });
    else if (match[3] !== undefined) parts.push({ named: match[3] });
    else parts.push({ key: match[4] ?? '' });
  }
  return parts;
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

function findItem(
  lines: Line[],
  range: [number, number],
  part: { at: number } | { named: string },
): [number, number] | null {
  const all = items(lines, range);
  if ('at' in part) return all[part.at] ?? null;
  return (
    all.find((item) => {
      const at = findKey(lines, item, 'name');
      return at !== null && scalar(lines[at] as Line) === part.named;
    }) ?? null
  );
}

/**
 * The number, from 1, of the line where a path stands in a manifest of YAML or indented JSON.
 *
 * Null where it is not there. It reads what Kure captures, which is written by a serialiser: block
 * style, a value a line, no anchors.
 */
export function locatePath(text: string, path: string): number | null {
  const lines = readLines(text);
  let range: [number, number] = [0, lines.length];
  let found: number | null = null;
  for (const part of split(path)) {
    if ('key' in part) {
      found = findKey(lines, range, part.key);
      if (found === null) return null;
      range = body(lines, found);
    } else {
      const item = findItem(lines, range, part);
      if (!item) return null;
      found = item[0];
      range = item;
    }
  }
  return found === null ? null : (lines[found] as Line).number;
}
