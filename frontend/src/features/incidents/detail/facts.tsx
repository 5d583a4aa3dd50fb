import type { ReactNode } from 'react';
import type { IncidentDetail } from '../../../api/types';
import { plural, shortKind } from '../../../lib/format';
import { CopyButton } from '../../../ui/copy';
import { Time } from '../../../ui/time';

/** What else is known of the incident. */
export function Facts({ incident }: { incident: IncidentDetail }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 rounded-lg border border-hairline bg-surface px-4 py-3 text-sm">
      <Fact name="Cluster">{incident.cluster}</Fact>
      <Fact name="Namespace">{incident.namespace}</Fact>
      <Fact name={shortKind(incident.kind)}>{incident.name}</Fact>
      <Fact name="First seen">
        <Time at={incident.first_seen} style="full" />
      </Fact>
      <Fact name="Last seen">
        <Time at={incident.last_seen} style="full" />
      </Fact>
      {incident.resolved_at && (
        <Fact name="Resolved">
          <Time at={incident.resolved_at} style="full" />
        </Fact>
      )}
      {incident.regressions > 0 && (
        <Fact name="Came back">{plural(incident.regressions, 'time')}</Fact>
      )}
      {incident.acknowledged_by && <Fact name="Acknowledged by">{incident.acknowledged_by}</Fact>}
      <Fact name="Id">
        <span className="flex items-center gap-1">
          <code className="truncate font-mono text-xs">{incident.id}</code>
          <CopyButton text={incident.id} what="the id" />
        </span>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words [&_time]:whitespace-normal">{children}</dd>
    </>
  );
}
