import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { foldedQuery } from '../../../api/queries/incidents';
import type { IncidentDetail } from '../../../api/types';
import { plural } from '../../../lib/format';
import { QueryState } from '../../../ui/query-state';
import { SeverityMark } from '../../../ui/severity';
import { nameOf } from '../words';
import { Section } from './section';

/** The workloads that fail because this node does, each with its own incident. */
export function Folded({ incident }: { incident: IncidentDetail }) {
  const query = useQuery(foldedQuery(incident.id));
  return (
    <Section title={`${plural(incident.folds, 'workload')} on it`}>
      <QueryState query={query} what="its workloads" skeletonLines={incident.folds}>
        {(rows) => (
          <ul className="flex flex-col gap-1">
            {rows.map((row) => (
              <li key={row.id} className="flex flex-wrap items-center gap-x-3 text-sm">
                <Link
                  to="/incidents/$id"
                  params={{ id: row.id }}
                  className="font-medium text-accent underline"
                >
                  {nameOf(row)}
                </Link>
                <SeverityMark severity={row.severity} />
                <span className="text-muted">{row.classes.join(', ')}</span>
              </li>
            ))}
          </ul>
        )}
      </QueryState>
    </Section>
  );
}
