import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { previewQuery } from '../../../api/queries/mirrors';
import type { IncidentDetail, MirrorPreview } from '../../../api/types';
import { Button } from '../../../ui/button';
import { Dialog } from '../../../ui/dialog';
import { QueryState } from '../../../ui/query-state';
import { nameOf } from '../words';
import { PlanFacts, PlanNotes } from './plan';
import { PlanText } from './plan-text';
import { TestForm } from './test-form';

interface Props {
  incident: IncidentDetail;
  /** The place of the cause whose fix is tested; null for a change of one's own. */
  cause: number | null;
  /** A stored fix that is tested in place of a cause's. */
  fixId: string | null;
  onClose: () => void;
}

/** Shows what a test of a fix would be and share, and starts it. */
export default function TestDialog({ incident, cause, fixId, onClose }: Props) {
  const [noNetwork, setNoNetwork] = useState(false);
  /** What somebody has made of the manifest, as it was last planned; null where nobody has. */
  const [manifest, setManifest] = useState<string | null>(null);
  const [draft, setDraft] = useState<string | null>(null);
  const query = useQuery({
    ...previewQuery(incident.id, { cause, fixId, manifest, noNetwork }),
    placeholderData: keepPreviousData,
  });
  // An edit that cannot be planned leaves what was known before it, and the edit.
  const known = useRef<MirrorPreview>(undefined);
  if (query.data) known.current = query.data;
  const { error, isPending, isFetching, refetch } = query;
  const shown = { data: query.data ?? known.current, error, isPending, isFetching, refetch };
  const planned = manifest ?? shown.data?.manifest ?? '';
  const isWritten = draft !== null && draft !== planned;
  const write = (text: string | null) => {
    setDraft(text);
    if (text === null) setManifest(null);
  };
  return (
    <Dialog
      isWide
      isKept={draft !== null}
      title={`Test ${cause === null && fixId === null ? 'a change' : 'the fix'} of ${nameOf(incident)}`}
      description="On a throw-away copy of the failing pod. The workload itself is not touched."
      onClose={onClose}
    >
      <QueryState
        query={shown}
        what="what the test would be"
        skeletonLines={8}
        waiting="Asking the cluster what the copy would be. This may take 20 s."
      >
        {(preview) => (
          <div className="flex flex-col gap-5">
            <Refusals preview={preview} />
            <PlanFacts preview={preview} />
            <PlanNotes preview={preview} />
            <PlanText
              preview={preview}
              planned={planned}
              error={error}
              draft={draft}
              isPlanned={!isWritten}
              isPlanning={isFetching}
              onWrite={write}
              onPlan={() => setManifest(draft)}
            />
            <TestForm
              incident={incident}
              preview={preview}
              manifest={manifest}
              noNetwork={noNetwork}
              onNoNetwork={setNoNetwork}
              isPlanned={!isWritten && !error && !query.isPlaceholderData && !isFetching}
              onClose={onClose}
            />
          </div>
        )}
      </QueryState>
      {shown.data === undefined && (
        <div className="mt-4 flex justify-end">
          <Button onClick={onClose}>Cancel</Button>
        </div>
      )}
    </Dialog>
  );
}

/** Why there will be no test: every reason, so that they can be mended together. */
function Refusals({ preview }: { preview: MirrorPreview }) {
  const { refusals } = preview.policy;
  if (refusals.length > 0) {
    return (
      <section aria-label="Why it cannot be tested" className="rounded-sm bg-critical-bg px-3 py-2">
        <p className="text-sm font-medium text-critical">This cannot be tested</p>
        <ul className="list-disc pl-5 text-sm break-words">
          {refusals.map((refusal) => (
            <li key={refusal}>{refusal}</li>
          ))}
        </ul>
      </section>
    );
  }
  if (preview.fix_id !== null || preview.source !== '') return null;
  return <p className="text-sm break-words">{preview.explanation}</p>;
}
