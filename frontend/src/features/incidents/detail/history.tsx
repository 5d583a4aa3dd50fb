import type { IncidentDetail } from '../../../api/types';
import { Time } from '../../../ui/time';

/** What has happened to the incident, newest first. */
export function History({ timeline }: Pick<IncidentDetail, 'timeline'>) {
  if (timeline.length === 0) return <p className="py-4 text-muted">Nothing is recorded yet.</p>;
  const newestFirst = [...timeline].sort((a, b) => b.at.localeCompare(a.at));
  return (
    <ol className="flex flex-col">
      {newestFirst.map((entry) => (
        <li
          key={`${entry.at} ${entry.what}`}
          className="grid grid-cols-[96px_minmax(0,1fr)] gap-x-4 border-b border-hairline py-1.5 text-sm last:border-0"
        >
          <span className="text-muted">
            <Time at={entry.at} style="clock" />
          </span>
          <span className="min-w-0 break-words">
            <span className="font-medium">{sentence(entry.what)}</span>
            {entry.by && <span className="text-muted"> by {entry.by}</span>}
            {entry.text && <span className="block text-muted">{entry.text}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}

const sentence = (what: string) =>
  what.charAt(0).toUpperCase() + what.slice(1).replaceAll('_', ' ');
