import { Link } from '@tanstack/react-router';
import type { IncidentDetail } from '../../../api/types';
import { countSubjects, namespaceName, shortKind } from '../../../lib/format';
import { usePreferences } from '../../../lib/preferences';
import { useClock } from '../../../live/clock';
import { SeverityMark } from '../../../ui/severity';
import { StatusBadge } from '../../../ui/status';
import { Time } from '../../../ui/time';
import { statusNote } from '../words';
import { Actions } from './actions';

/** Which incident this is, how it stands, and what can be done with it. */
export function Header({ incident }: { incident: IncidentDetail }) {
  const { zone } = usePreferences();
  const note = useClock((now) => statusNote(incident, zone, now));
  return (
    <header className="flex flex-col gap-3 border-b border-hairline pb-4">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 tabIndex={-1} className="text-2xl font-semibold break-words">
            {incident.name}
          </h1>
          <p className="text-muted">
            {shortKind(incident.kind)} in {namespaceName(incident.namespace)}
          </p>
        </div>
        <Actions incident={incident} />
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <StatusBadge status={incident.status} diagnosing={incident.diagnosing} />
        {note && <span className="text-muted">{note}</span>}
        <SeverityMark severity={incident.severity} />
        <span className="tabular">
          {incident.pods_failing} of {countSubjects(incident.pods, incident.pods_seen)} failing
        </span>
        {incident.folded_into && (
          <Link
            to="/incidents/$id"
            params={{ id: incident.folded_into }}
            className="text-accent underline"
          >
            Explained by its node's incident
          </Link>
        )}
        <span className="text-muted">
          first <Time at={incident.first_seen} style="clock" />, last{' '}
          <Time at={incident.last_seen} style="clock" />
        </span>
      </div>
    </header>
  );
}
