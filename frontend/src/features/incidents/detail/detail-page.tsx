import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, Navigate } from '@tanstack/react-router';
import { isStatus } from '../../../api/errors';
import { detailQuery } from '../../../api/queries/incidents';
import type { IncidentDetail } from '../../../api/types';
import { usePageStart, usePageTitle } from '../../../lib/page';
import { usePolling } from '../../../live/use-live';
import { QueryState } from '../../../ui/query-state';
import { InvestigationView } from '../investigation/investigation';
import { lastList } from '../last-list';
import { MirrorPanel } from '../mirror/mirror-panel';
import { DiagnosisView } from './diagnosis';
import { Evidence } from './evidence';
import { Facts } from './facts';
import { Folded } from './folded';
import { Header } from './header';
import { Section } from './section';
import { Steps } from './steps';
import { useDetailKeys } from './use-detail-keys';
import { useIsWide } from './use-is-wide';
import { WhatFails } from './what-fails';

const route = getRouteApi('/incidents/$id');

/**
 * What happened, why, what to do, and what shows it. A link to an incident that has become part of
 * another one leads there.
 */
export default function DetailPage() {
  const { id } = route.useParams();
  const query = useQuery({ ...detailQuery(id), refetchInterval: usePolling(5000) });
  usePageTitle(query.data ? `${query.data.name} in ${query.data.namespace}` : 'Incident');
  usePageStart(id);
  useDetailKeys(id);
  return (
    <div className="mx-auto flex w-full max-w-[1760px] flex-col gap-4 px-4 py-4 lg:px-6">
      <Link
        to="/"
        search={lastList()}
        className="w-fit rounded-sm text-sm text-muted hover:text-fg hover:underline"
      >
        ‹ Incidents
      </Link>
      {isStatus(query.error, 404) ? (
        <NoIncident id={id} />
      ) : (
        <QueryState query={query} what="this incident" skeletonLines={8}>
          {(incident) =>
            incident.merged_into ? (
              <Navigate to="/incidents/$id" params={{ id: incident.merged_into }} replace />
            ) : (
              <Incident key={incident.id} incident={incident} />
            )
          }
        </QueryState>
      )}
    </div>
  );
}

function Incident({ incident }: { incident: IncidentDetail }) {
  const isWide = useIsWide();
  return (
    <>
      <Header incident={incident} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 xl:grid-cols-[minmax(0,1fr)_320px] xl:gap-6">
        <aside className="flex flex-col gap-4 xl:sticky xl:top-4 xl:order-2 xl:self-start">
          <Steps incident={incident} isOpen={isWide} />
          {isWide && <Facts incident={incident} />}
        </aside>
        <div className="flex min-w-0 flex-col gap-6">
          <WhatFails incident={incident} />
          {incident.folds > 0 && <Folded incident={incident} />}
          <DiagnosisView incident={incident} />
          <InvestigationView incident={incident} />
          <Proofs incident={incident} />
          <Evidence incident={incident} />
          {!isWide && <Facts incident={incident} />}
        </div>
      </div>
    </>
  );
}

function Proofs({ incident }: { incident: IncidentDetail }) {
  if (incident.mirrors.length === 0) return null;
  return (
    <Section title="Mirror tests">
      <MirrorPanel incident={incident} />
    </Section>
  );
}

function NoIncident({ id }: { id: string }) {
  return (
    <section>
      <h1 tabIndex={-1} className="text-2xl font-semibold">
        There is no such incident
      </h1>
      <p className="mt-2 text-muted">
        Kure knows no incident with the id <code className="font-mono text-sm break-all">{id}</code>
        . It may have been deleted, or the link belongs to another installation.{' '}
        <Link to="/" search={{ tab: 'all' }} className="text-accent underline">
          All incidents
        </Link>
      </p>
    </section>
  );
}
