/** Something that lasted, in ms since 1970. */
export type Span = readonly [from: number, to: number];

/** A time axis of which the hours in which nothing happened are cut out. Places are 0 to 1. */
export interface CutAxis {
  place: (at: number) => number;
  /** Where time was left out, and how much. */
  cuts: { at: number; ms: number }[];
}

/** A pause longer than this part of all that was done is cut ... */
const LONG = 0.25;
/** ... to this part of it. */
const SHORT = 0.06;
/** Nothing shorter than this is cut, in ms. */
const LEAST_MS = 2000;

/** Lays out what may have lasted a second, then nothing for a day, then a second again. */
export function cutAxis(spans: readonly Span[]): CutAxis {
  const busy = joined(spans);
  const done = busy.reduce((sum, [from, to]) => sum + to - from, 0);
  const longest = Math.max(LEAST_MS, done * LONG);
  const parts: { from: number; to: number; width: number; isCut: boolean }[] = [];
  for (const [from, to] of busy) {
    const before = parts.at(-1);
    if (before) {
      const gap = from - before.to;
      const isCut = gap > longest;
      parts.push({
        from: before.to,
        to: from,
        width: isCut ? Math.max(done, 1) * SHORT : gap,
        isCut,
      });
    }
    parts.push({ from, to, width: to - from, isCut: false });
  }
  const total = parts.reduce((sum, { width }) => sum + width, 0) || 1;
  const place = (at: number) => {
    let sum = 0;
    for (const { from, to, width } of parts) {
      if (at < to) return (sum + (width * Math.max(0, at - from)) / (to - from)) / total;
      sum += width;
    }
    return 1;
  };
  const cuts = parts
    .filter(({ isCut }) => isCut)
    .map(({ from, to }) => ({ at: (place(from) + place(to)) / 2, ms: to - from }));
  return { place, cuts };
}

/** Spans in order, those that touch as one. */
function joined(spans: readonly Span[]): [number, number][] {
  const busy: [number, number][] = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = busy.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else busy.push([from, Math.max(from, to)]);
  }
  return busy;
}
