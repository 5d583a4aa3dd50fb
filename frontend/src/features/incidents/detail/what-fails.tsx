import type { IncidentDetail, Pod } from '../../../api/types';
import { countSubjects } from '../../../lib/format';
import { Time } from '../../../ui/time';
import { Section } from './section';

type Failure = Pod['failures'][number];

interface Group extends Failure {
  subjects: Pod[];
}

/** What fails, by class and container, over all that fails now. */
export function groupFailures(pods: readonly Pod[]): Group[] {
  const groups = new Map<string, Group>();
  for (const pod of pods) {
    if (pod.state !== 'failing') continue;
    for (const failure of pod.failures) {
      const key = `${failure.failure_class}/${failure.container}`;
      const known = groups.get(key);
      if (!known) groups.set(key, { ...failure, subjects: [pod] });
      else {
        known.subjects.push(pod);
        if (failure.since < known.since) known.since = failure.since;
      }
    }
  }
  return [...groups.values()];
}

/** What has happened, in Kubernetes' own words. */
export function WhatFails({ incident }: { incident: IncidentDetail }) {
  const groups = groupFailures(incident.pods);
  return (
    <Section title="What">
      <p>{incident.summary}</p>
      {groups.length === 0 ? (
        <p className="text-sm text-muted">Nothing of it fails at the moment.</p>
      ) : (
        <ul className="flex flex-col gap-2">
          {groups.map((group) => (
            <li
              key={`${group.failure_class}/${group.container}`}
              className="rounded-sm border border-hairline bg-surface px-3 py-2 text-sm"
            >
              <p className="flex flex-wrap gap-x-3">
                <span className="font-medium">{group.failure_class}</span>
                {group.container && (
                  <span>
                    container <code className="font-mono text-xs">{group.container}</code>
                  </span>
                )}
                <span>{countSubjects(group.subjects)}</span>
                <span className="text-muted">
                  since <Time at={group.since} style="clock" />
                </span>
              </p>
              {group.message && (
                <p className="mt-1 line-clamp-3 font-mono text-xs break-words text-muted">
                  {group.message}
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
