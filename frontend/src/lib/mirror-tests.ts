import type { MirrorRow } from '../api/types';

/**
 * Mirrors of one incident as tests, the newest first: each is one mirror, or several in the order of
 * their rounds, where the fix that a failed one led to was tested in turn.
 */
export function groupTests(mirrors: readonly MirrorRow[]): MirrorRow[][] {
  const oldestFirst = [...mirrors].sort((a, b) => a.requested_at.localeCompare(b.requested_at));
  const tests: MirrorRow[][] = [];
  for (const mirror of oldestFirst) {
    const before = tests.findLast((test) => isBefore(test.at(-1), mirror));
    if (before) before.push(mirror);
    else tests.push([mirror]);
  }
  return tests.reverse();
}

const isBefore = (last: MirrorRow | undefined, next: MirrorRow) =>
  last !== undefined && last.rounds === next.rounds && last.round === next.round - 1;

/** Whether a mirror is there, or may be in a moment. */
export function isLive({ phase }: Pick<MirrorRow, 'phase'>): boolean {
  return phase !== 'gone';
}
