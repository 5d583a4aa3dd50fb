import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type ExclusionKind, exclusionsQuery } from '../../../api/queries/exclusions';
import { Button } from '../../../ui/button';
import { QueryState } from '../../../ui/query-state';
import { Panel } from '../panel';
import { ExcludeDialog } from './exclude-dialog';
import { ExclusionRow } from './exclusion-row';

interface Props {
  kind: ExclusionKind;
  title: string;
  about: string;
  action: string;
  empty: string;
}

/** The exclusions of one kind, newest first. */
export function ExclusionList({ kind, title, about, action, empty }: Props) {
  const query = useQuery(exclusionsQuery(kind));
  const [isAdding, setAdding] = useState(false);
  return (
    <Panel
      title={title}
      about={about}
      aside={
        <Button kind="primary" disabled={!query.data} onClick={() => setAdding(true)}>
          {action}
        </Button>
      }
    >
      <QueryState
        query={query}
        what={`excluded ${kind}`}
        skeletonLines={2}
        isEmpty={(items) => items.length === 0}
        empty={<p className="text-sm text-muted">{empty}</p>}
      >
        {(items) => (
          <ul className="divide-y divide-hairline">
            {items.map((exclusion) => (
              <ExclusionRow key={exclusion.id} kind={kind} exclusion={exclusion} />
            ))}
          </ul>
        )}
      </QueryState>
      {isAdding && <ExcludeDialog kind={kind} title={action} onClose={() => setAdding(false)} />}
    </Panel>
  );
}
