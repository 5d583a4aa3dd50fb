import { RETENTIONS } from '../../../api/queries/settings';
import { PageHead } from '../page-head';
import { Panel } from '../panel';
import { MirrorLimitsForm } from './mirror-limits-form';
import { MirrorTtlForm } from './mirror-ttl-form';
import { RetentionForm } from './retention-form';

/** How long is kept what grows old, and how much mirrors may take. */
export default function RetentionPage() {
  return (
    <>
      <PageHead title="Retention">
        How long each kind of record is kept. What would go is shown before you save; what has gone
        does not come back.
      </PageHead>
      {RETENTIONS.map((name) => (
        <RetentionForm key={name} name={name} />
      ))}
      <Panel title="Mirrors" about="Copies of workloads in which fixes are tested.">
        <div className="grid gap-6 sm:grid-cols-2">
          <MirrorTtlForm />
          <MirrorLimitsForm />
        </div>
      </Panel>
    </>
  );
}
