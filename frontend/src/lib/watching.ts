import type { Config } from '../api/types';
import { formatNumber } from './format';

type Watching = Config['watching'];

/** More node names than this are only counted. */
const NAMED = 3;

/** "2 of 20 nodes are not watched". */
export function unwatchedTitle({ unwatched, nodes_total }: Watching): string {
  const total = Math.max(nodes_total, unwatched.length);
  const verb = unwatched.length === 1 ? 'is' : 'are';
  const nodes = total === 1 ? 'node' : 'nodes';
  return `${formatNumber(unwatched.length)} of ${formatNumber(total)} ${nodes} ${verb} not watched`;
}

/** "node-1, node-7 and 3 more". */
export function unwatchedNames({ unwatched }: Watching): string {
  const names = unwatched.slice(0, NAMED).map(({ node }) => node);
  const more = unwatched.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${formatNumber(more)} more` : '');
}
