/** The plain values of a mapping; those of a mapping within it under `outer.inner`. */
export type FlatMapping = Record<string, string>;

interface Entry {
  key: string;
  /** Of a key without a value: those below belong to it. */
  isOuter: boolean;
  lines: string[];
}

const INDENT = '  ';
const KEY = /^( {2}| {4})([A-Za-z][\w.-]*):(?: (.*))?$/;

/**
 * Reads a list of mappings of plain values, as Kure's evidence holds events: YAML in block style,
 * written by a serialiser, long values folded over several lines.
 *
 * Null where it is anything else: then the text is shown as it is.
 */
export function readFlatList(text: string): FlatMapping[] | null {
  const items: string[][] = [];
  for (const line of text.replace(/\n+$/, '').split('\n')) {
    if (line.startsWith('- ')) items.push([INDENT + line.slice(2)]);
    else if (items.length > 0 && (line === '' || line.startsWith(INDENT))) items.at(-1)?.push(line);
    else return null;
  }
  return items.map(readMapping);
}

function readMapping(lines: string[]): FlatMapping {
  const entries: Entry[] = [];
  for (const line of lines) {
    const last = entries.at(-1);
    const next = isOpen(last) ? null : readEntry(line, outerOf(entries));
    if (next) entries.push(next);
    else last?.lines.push(line.trim());
  }
  const values = entries.filter((entry) => !entry.isOuter);
  return Object.fromEntries(values.map((entry) => [entry.key, readScalar(entry.lines)]));
}

/** The entry that a line begins; null where it goes on with the one before. */
function readEntry(line: string, outer: string): Entry | null {
  const [, indent, key = '', value] = KEY.exec(line) ?? [];
  if (indent === INDENT) return { key, isOuter: value === undefined, lines: [value ?? ''] };
  if (indent === undefined || outer === '') return null;
  return { key: `${outer}.${key}`, isOuter: value === undefined, lines: [value ?? ''] };
}

/** The mapping within which the next line may stand. */
function outerOf(entries: readonly Entry[]): string {
  const [first = ''] = entries.at(-1)?.key.split('.') ?? [];
  return entries.some((entry) => entry.isOuter && entry.key === first) ? first : '';
}

/** Whether a quoted value has not been closed yet: then a line that looks like a key is none. */
function isOpen(entry: Entry | undefined): boolean {
  const text = entry?.lines.join('\n') ?? '';
  if (text.startsWith("'")) return !/^'(?:[^']|'')*'$/.test(text);
  if (text.startsWith('"')) return !/^"(?:[^"\\]|\\[\s\S])*"$/.test(text);
  return false;
}

/** Joins the lines of a value: a line break is a space, an empty line is a line break. */
function readScalar(lines: string[]): string {
  const [first = ''] = lines;
  if (first.startsWith('"')) return readDoubleQuoted(lines);
  const folded = fold(lines);
  return first.startsWith("'") ? folded.slice(1, -1).replaceAll("''", "'") : folded;
}

function fold(lines: string[]): string {
  let text = '';
  let breaks = 0;
  lines.forEach((line, at) => {
    if (line === '') breaks++;
    else {
      text += at === 0 ? line : `${breaks > 0 ? '\n'.repeat(breaks) : ' '}${line}`;
      breaks = 0;
    }
  });
  return text;
}

/** As JSON, but for lines that end in a backslash, which go on without a space. */
function readDoubleQuoted(lines: string[]): string {
  const joined = lines.reduce((text, line) =>
    text.endsWith('\\') ? text.slice(0, -1) + line.replace(/^\\ /, ' ') : `${text} ${line}`,
  );
  try {
    return JSON.parse(
      joined.replace(/\\x([0-9a-fA-F]{2})/g, '\\u00$1').replace(/\\([e0a_NLP ])/g, ' '),
    ) as string;
  } catch {
    return joined;
  }
}
