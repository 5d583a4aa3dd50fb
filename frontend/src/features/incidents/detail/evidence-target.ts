import type { EvidenceTab } from '../../../api/search';
import type { Diagnosis, EvidenceLine, EvidenceRow } from '../../../api/types';
import { locatePath } from '../../../lib/yaml-path';

export const EVIDENCE_WORDS: Record<EvidenceTab, string> = {
  logs: 'Logs',
  events: 'Events',
  manifest: 'Manifest',
  owner: 'Owner',
  node: 'Node',
  reads: 'Read for a model',
  pods: 'Pods',
  history: 'History',
};

const TAB_OF_SOURCE: Record<string, EvidenceTab> = {
  log: 'logs',
  event: 'events',
  pod: 'manifest',
  owner: 'owner',
  node: 'node',
};

const KINDS_OF_TAB: Partial<Record<EvidenceTab, readonly EvidenceRow['kind'][]>> = {
  logs: ['log'],
  events: ['events'],
  manifest: ['manifest'],
  owner: ['owner'],
  node: ['node', 'usage'],
  reads: ['read'],
};

/** Where an evidence line can be read in full. */
export function tabOf(line: EvidenceLine): EvidenceTab {
  return TAB_OF_SOURCE[line.source] ?? 'manifest';
}

/** Where a captured text is shown. */
export function tabOfRow({ kind }: EvidenceRow): EvidenceTab {
  const tabs = Object.keys(KINDS_OF_TAB) as EvidenceTab[];
  return tabs.find((tab) => KINDS_OF_TAB[tab]?.includes(kind)) ?? 'manifest';
}

/** What was captured for a tab; the newest first. */
export function capturedFor(tab: EvidenceTab, rows: readonly EvidenceRow[]): EvidenceRow[] {
  const kinds = KINDS_OF_TAB[tab] ?? [];
  return rows
    .filter((row) => kinds.includes(row.kind))
    .sort((a, b) => b.captured_at.localeCompare(a.captured_at));
}

/** The object of a captured text, for logs with container and stream: as evidence lines name it. */
export function subjectOf(row: EvidenceRow): string {
  const tail = [row.container, row.stream].filter(Boolean).join('/');
  return tail && !row.subject.endsWith(`/${tail}`) ? `${row.subject}/${tail}` : row.subject;
}

/** The captured text in which a line stands: of several, the one that the diagnosis has read. */
export function rowOf(
  line: EvidenceLine,
  rows: readonly EvidenceRow[],
  diagnosis: Diagnosis,
): EvidenceRow | null {
  const all = capturedFor(tabOf(line), rows);
  const same = all.filter((row) => subjectOf(row) === line.subject);
  return same.find((row) => diagnosis.evidence_ids.includes(row.id)) ?? same[0] ?? all[0] ?? null;
}

/** The words of an evidence line: it holds no line breaks, and ends in "…" where it was cut. */
export function wordsOf(line: EvidenceLine): string {
  return oneLine(line.text).replace(/…$/, '');
}

/** A text as evidence lines are made of it. */
export function oneLine(text: string): string {
  return text.split(/\s+/).filter(Boolean).join(' ');
}

/**
 * The number, from 1, of the line of a captured text that an evidence line means; null where the text
 * does not have it.
 *
 * A number is believed only where the words agree: the same log may have been captured twice.
 */
export function lineOf(line: EvidenceLine, text: string): number | null {
  const lines = text.split('\n');
  const words = wordsOf(line);
  const holds = (candidate: string | undefined) =>
    candidate !== undefined && oneLine(candidate).includes(words);
  const number = line.source === 'log' ? Number(line.field) : locatePath(text, line.field);
  if (number !== null && (line.source !== 'log' || holds(lines[number - 1]))) return number;
  const found = words ? lines.findIndex(holds) : -1;
  return found === -1 ? null : found + 1;
}
