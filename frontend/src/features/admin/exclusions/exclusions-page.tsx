import { PageHead } from '../page-head';
import { ExclusionList } from './exclusion-list';

/** Of what nobody wants to be told, by whom, why and until when. */
export default function ExclusionsPage() {
  return (
    <>
      <PageHead title="Exclusions">
        Of what is excluded nobody is told: no incident, no message. Take one back, and what fails
        there then comes back within seconds.
      </PageHead>
      <ExclusionList
        kind="namespaces"
        title="Namespaces"
        about="All that fails in them."
        action="Exclude namespaces"
        empty="No namespace is excluded."
      />
      <ExclusionList
        kind="pods"
        title="Workloads and pods"
        about="What fails where all patterns match: workloads, pods, labels, classes of failures."
        action="Exclude workloads"
        empty="No workload is excluded."
      />
    </>
  );
}
