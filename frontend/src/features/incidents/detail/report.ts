import type { Cause, IncidentDetail } from '../../../api/types';
import { formatFull, millis } from '../../../lib/time';
import { nameOf } from '../words';

/** An incident as Markdown, for a ticket or a chat: what, why, what to do, what shows it, what happened. */
export function reportOf(incident: IncidentDetail, link: string, zone: string): string {
  const when = (at: string) => formatFull(millis(at), zone);
  const { diagnosis, timeline } = incident;
  const parts = [
    `# ${inLine(nameOf(incident))}`,
    [
      `- Status: ${incident.status}, severity ${incident.severity}`,
      `- Failing: ${incident.pods_failing} of ${incident.pods_seen} pods (${incident.classes.join(', ')})`,
      `- First seen ${when(incident.first_seen)}, last ${when(incident.last_seen)}`,
      `- Cluster: ${inLine(incident.cluster)}`,
      `- ${link}`,
    ].join('\n'),
    `## What\n\n${inLine(incident.summary)}`,
    ...(diagnosis?.causes ?? []).map(causeOf),
    ...(diagnosis?.unavailable.length
      ? [`## Not available\n\n${list(diagnosis.unavailable.map(inLine))}`]
      : []),
    `## What happened\n\n${list(
      timeline.map(
        ({ at, what, by, text }) =>
          `${when(at)}: ${what}${by ? ` by ${inLine(by)}` : ''}${text ? `: ${inLine(text)}` : ''}`,
      ),
    )}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function causeOf(cause: Cause): string {
  const parts = [
    `## Why: ${inLine(cause.title)}`,
    `${inLine(cause.explanation)}\n\nRule ${cause.rule}, ${cause.confidence}.`,
  ];
  if (cause.evidence.length > 0) {
    parts.push(`What shows it:\n\n${fenced(cause.evidence.map(({ text }) => text).join('\n'))}`);
  }
  if (cause.fix) parts.push(`What to do: ${inLine(cause.fix)}`);
  const commands = [...cause.commands, ...(cause.patch ? [cause.patch.command] : [])];
  if (commands.length > 0) parts.push(fenced(commands.join('\n')));
  return parts.join('\n\n');
}

const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join('\n');

/** Text of a cluster in a sentence: it may make no heading, link, picture or HTML of itself. */
function inLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>#|!]/g, '\\$&');
}

/** Text as it is: the fence is longer than any that is in it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
