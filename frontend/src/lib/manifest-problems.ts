import { locatePath } from './yaml-path';

/** What is wrong with a manifest; `line`, from 1, where that is known. */
export interface Problem {
  line: number | null;
  message: string;
}

/** A path as Kubernetes and Kure's API write it: `spec.containers[0].image`, `spec.volumes.1.name`. */
const PATH = /\b(?:metadata|spec)(?:\.[\w-]+|\[[^\]\s]+\])+/;
const LINE = /\bline (\d+)\b/;

/** Says where in a manifest each message points, by the path or the line that it names. */
export function locateProblems(manifest: string, messages: readonly string[]): Problem[] {
  return messages.map((message) => ({ message, line: placeOf(manifest, message) }));
}

function placeOf(manifest: string, message: string): number | null {
  const path = PATH.exec(message)?.[0].replace(/\.(\d+)(?=\.|$)/g, '[$1]');
  const line = path ? nearest(manifest, path) : null;
  const named = LINE.exec(message)?.[1];
  return line ?? (named === undefined ? null : Number(named));
}

/** The line of a path, or of the part of it that is there: what is missing has none. */
function nearest(manifest: string, path: string): number | null {
  const line = locatePath(manifest, path);
  const outer = path.replace(/(?:\.[\w-]+|\[[^\]]+\])$/, '');
  return line ?? (outer === path ? null : nearest(manifest, outer));
}
