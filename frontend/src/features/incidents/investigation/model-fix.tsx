import { useQuery } from '@tanstack/react-query';
import { fixQuery } from '../../../api/queries/incidents';
import type { ModelFix as Fix, IncidentDetail, Investigation } from '../../../api/types';
import { DiffView } from '../../../ui/diff-view';
import { Notice } from '../../../ui/notice';
import { QueryState } from '../../../ui/query-state';
import { WithCode } from '../../../ui/with-code';
import { Change } from '../detail/change';
import { ProofMark } from '../mirror/proof';
import { TestFix } from '../mirror/test-fix';

interface Props {
  incident: IncidentDetail;
  investigation: Investigation;
  fix: Fix;
}

/** What a model proposes to change. Only what was checked is offered; Kure never applies it. */
export function ModelFix({ incident, investigation, fix }: Props) {
  const { fix_id, text } = investigation;
  return (
    <div className="flex flex-col gap-2">
      <h4 className="font-medium break-words">What it proposes: {fix.title}</h4>
      <p className="max-w-[75ch] break-words whitespace-pre-wrap">
        <WithCode text={fix.explanation} />
      </p>
      {fix.risk && <p className="text-sm break-words text-muted">Risk: {fix.risk}</p>}
      {fix_id ? (
        <Offered incident={incident} fixId={fix_id} />
      ) : (
        <Notice tone="warning" title="The change is not offered">
          {text || 'It did not pass the checks.'}
        </Notice>
      )}
    </div>
  );
}

/** A fix that passed the checks: as a change, as a difference of the manifest, and its test. */
function Offered({ incident, fixId }: { incident: IncidentDetail; fixId: string }) {
  const query = useQuery(fixQuery(incident.id, fixId));
  return (
    <QueryState query={query} what="the change" skeletonLines={4}>
      {({ patch, manifest, diff, proof }) => (
        <>
          {patch && <Change patch={patch} />}
          {diff && (
            <details className="text-sm">
              <summary className="w-fit rounded-sm">In the manifest</summary>
              <DiffView label="The change in the manifest" diff={diff} after={manifest} />
            </details>
          )}
          {proof && <ProofMark proof={proof} />}
          <TestFix incident={incident} cause={null} fixId={fixId} isFirst={false} />
        </>
      )}
    </QueryState>
  );
}
