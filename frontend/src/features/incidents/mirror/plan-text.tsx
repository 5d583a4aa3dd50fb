import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import { ApiError } from '../../../api/errors';
import { meQuery } from '../../../api/queries/auth';
import type { MirrorPreview } from '../../../api/types';
import { locateProblems } from '../../../lib/manifest-problems';
import { Button } from '../../../ui/button';
import { DiffView } from '../../../ui/diff-view';
import { Skeleton } from '../../../ui/skeleton';

const YamlEditor = lazy(() => import('../../../ui/yaml-editor.lazy'));

interface Props {
  preview: MirrorPreview;
  /** The manifest that was planned last, and why it could not be. */
  planned: string;
  error: Error | null;
  /** What is being written; null while nobody edits. */
  draft: string | null;
  /** Whether `preview` is of the draft as it stands. */
  isPlanned: boolean;
  isPlanning: boolean;
  onWrite: (text: string | null) => void;
  onPlan: () => void;
}

/** How the copy differs from the pod; an admin may change it further. */
export function PlanText(props: Props) {
  const { preview, planned, error, draft, isPlanned, isPlanning, onWrite, onPlan } = props;
  const { data: me } = useQuery(meQuery);
  const { manifest, dry_run, policy } = preview;
  const problems = useMemo(() => {
    if (error instanceof ApiError) {
      const said = error.fields.map(({ path, message }) => `${inManifest(path)} ${message}`.trim());
      return locateProblems(planned, said);
    }
    const said = locateProblems(planned, [...policy.refusals, dry_run]);
    return said.filter(({ line }) => line !== null);
  }, [planned, error, policy.refusals, dry_run]);
  return (
    <section aria-label="The copy" className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-sm font-semibold">
          How the copy differs
          {draft !== null && <span className="font-normal text-muted"> · edited by you</span>}
        </h3>
        {draft === null && me?.role === 'admin' && manifest && (
          <Button onClick={() => onWrite(manifest)}>Edit…</Button>
        )}
        {draft !== null && (
          <div className="flex gap-2">
            <Button onClick={() => onWrite(null)}>Discard the edit</Button>
            <Button disabled={isPlanned || isPlanning} onClick={onPlan}>
              {isPlanning ? 'Checking…' : 'Check'}
            </Button>
          </div>
        )}
      </div>
      {draft !== null && (
        <>
          <Suspense fallback={<Skeleton lines={6} what="the editor" />}>
            <YamlEditor
              label="Manifest of the copy"
              text={draft}
              onChange={onWrite}
              problems={isPlanned ? problems : NONE}
            />
          </Suspense>
          {!isPlanned && (
            <p className="text-sm text-muted">
              What is below is of the manifest before this edit. Check it to see what it makes.
            </p>
          )}
        </>
      )}
      <DiffView label="From the pod's template to the copy" diff={preview.diff} after={manifest} />
    </section>
  );
}

const NONE: readonly never[] = [];

/** `body.manifest.spec.containers` as it stands in the manifest. */
const inManifest = (path: string) => path.replace(/^(?:body\.)?(?:manifest\.?)?/, '');
