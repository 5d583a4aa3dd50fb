import { Link } from '@tanstack/react-router';
import type { FixView, IncidentDetail, MirrorRow, Patch } from '../../../api/types';
import { MirrorMark } from '../../../ui/mirror-mark';
import { Time } from '../../../ui/time';

/** What a test has shown of a cause's fix; nothing where none has. */
export function Proof({ incident, patch }: { incident: IncidentDetail; patch: Patch }) {
  const wanted = told(patch.operations);
  const proof = incident.fixes.find((fix) => told(fix.operations) === wanted)?.proof;
  return proof ? <ProofMark proof={proof} /> : null;
}

/** The verdict of a mirror, which leads to it. */
export function ProofMark({ proof }: { proof: MirrorRow }) {
  return (
    <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1 text-sm">
      <MirrorMark mirror={proof} isFull />
      <Link
        from="/incidents/$id"
        to="."
        search={(previous) => ({ ...previous, mirror: proof.id })}
        replace
        resetScroll={false}
        className="rounded-sm text-accent hover:underline"
      >
        on a copy
      </Link>
      <span className="text-xs text-muted">
        <Time at={proof.requested_at} style="clock" />
      </span>
    </p>
  );
}

/** Two fixes are the same where they do the same. */
const told = (operations: FixView['operations']) =>
  JSON.stringify(operations.map(({ op, path, value }) => [op, path, value]));
