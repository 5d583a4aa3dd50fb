import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { evidenceQuery } from '../../../api/queries/incidents';
import type { IncidentDetail } from '../../../api/types';
import { EVIDENCE_WORDS, tabOfRow } from '../detail/evidence-target';

/** What was captured of a mirror: each leads to its place among the evidence. */
export function MirrorEvidence({ incident, ids }: { incident: IncidentDetail; ids: string[] }) {
  const { data } = useQuery({ ...evidenceQuery(incident.id), enabled: ids.length > 0 });
  const rows = data?.filter(({ id }) => ids.includes(id)) ?? [];
  if (rows.length === 0) return null;
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
      <span className="text-muted">What the copy showed:</span>
      {rows.map((row) => {
        const tab = tabOfRow(row);
        const of = [row.container, row.stream].filter(Boolean).join(', ');
        return (
          <Link
            key={row.id}
            from="/incidents/$id"
            to="."
            search={({ mirror }) => ({ mirror, tab, item: row.id })}
            replace
            resetScroll={false}
            className="rounded-sm text-accent hover:underline"
            onClick={() => document.querySelector('#evidence')?.scrollIntoView({ block: 'start' })}
          >
            {EVIDENCE_WORDS[tab]}
            {of && ` (${of})`}
          </Link>
        );
      })}
    </p>
  );
}
