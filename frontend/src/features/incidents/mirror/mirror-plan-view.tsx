import type { MirrorPlan } from '../../../api/types';
import { DiffView } from '../../../ui/diff-view';
import { PlanNotes } from './plan';

/** What a mirror was made as. */
export function MirrorPlanView({ plan }: { plan: MirrorPlan }) {
  return (
    <details className="text-sm">
      <summary className="w-fit rounded-sm text-muted">What the copy was</summary>
      <div className="flex flex-col gap-3 pt-2">
        {plan.dry_run && <p className="break-words">{plan.dry_run}</p>}
        <PlanNotes preview={plan} />
        <DiffView
          label="From the pod's template to the copy"
          diff={plan.diff}
          after={plan.manifest}
        />
      </div>
    </details>
  );
}
