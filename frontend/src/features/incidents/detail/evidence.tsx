import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Tabs } from 'radix-ui';
import { useEffect, useRef } from 'react';
import { evidenceQuery } from '../../../api/queries/incidents';
import { EVIDENCE_TABS, type EvidenceTab } from '../../../api/search';
import type { EvidenceRow, IncidentDetail } from '../../../api/types';
import { QueryState } from '../../../ui/query-state';
import { Captured } from './captured';
import { capturedFor, EVIDENCE_WORDS } from './evidence-target';
import { History } from './history';
import { Pods } from './pods';
import { Section } from './section';

const route = getRouteApi('/incidents/$id');

/** All that was captured, tab by tab. Which one is open stands in the address. */
export function Evidence({ incident }: { incident: IncidentDetail }) {
  const { tab = 'logs', ev, line } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(evidenceQuery(incident.id));
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (ev !== undefined || line !== undefined) box.current?.scrollIntoView({ block: 'nearest' });
  }, [ev, line]);

  const open = (next: string) =>
    void navigate({
      to: '.',
      search: ({ mirror }) => ({ mirror, tab: next as EvidenceTab }),
      replace: true,
      resetScroll: false,
    });
  return (
    <div id="evidence" ref={box} className="scroll-mt-4">
      <Section title="Evidence">
        <Tabs.Root value={tab} onValueChange={open} activationMode="manual">
          <Tabs.List
            aria-label="Evidence"
            className="flex overflow-x-auto border-b border-hairline"
          >
            {EVIDENCE_TABS.map((name) => (
              <Tabs.Trigger
                key={name}
                value={name}
                className="flex min-h-9 items-center gap-1.5 px-3 text-sm whitespace-nowrap text-muted hover:text-fg focus-visible:-outline-offset-2 data-[state=active]:font-medium data-[state=active]:text-fg data-[state=active]:shadow-[inset_0_-2px_0_var(--accent)] pointer-coarse:min-h-11"
              >
                {EVIDENCE_WORDS[name]}
                <span className="tabular text-xs font-normal text-muted">
                  {countOf(name, incident, query.data)}
                </span>
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          <Tabs.Content value={tab} className="pt-3">
            {tab === 'pods' && <Pods pods={incident.pods} />}
            {tab === 'history' && <History timeline={incident.timeline} />}
            {tab !== 'pods' && tab !== 'history' && (
              <QueryState query={query} what="the evidence">
                {(rows) => <Captured key={tab} incident={incident} tab={tab} rows={rows} />}
              </QueryState>
            )}
          </Tabs.Content>
        </Tabs.Root>
      </Section>
    </div>
  );
}

function countOf(
  tab: EvidenceTab,
  incident: IncidentDetail,
  rows: readonly EvidenceRow[] | undefined,
): number | null {
  if (tab === 'pods') return incident.pods.length;
  if (tab === 'history') return incident.timeline.length;
  return rows ? capturedFor(tab, rows).length : null;
}
