import type { ReactNode } from 'react';
import type { MirrorPreview } from '../../../api/types';
import { capitalised } from '../../../lib/format';
import { formatDuration } from '../../../lib/time';
import { Notice } from '../../../ui/notice';

type Plan = Pick<
  MirrorPreview,
  'namespace' | 'pod' | 'service_account' | 'dry_run' | 'needs_seconds' | 'stripped' | 'warnings'
>;

/** What would be made, where, and what the API server says to it. */
export function PlanFacts({ preview }: { preview: Plan & Pick<MirrorPreview, 'title'> }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm max-sm:grid-cols-1">
      {preview.title && <Fact name="Fix">{preview.title}</Fact>}
      <Fact name="New pod">
        <code className="font-mono text-xs break-all">{preview.pod}</code> in {preview.namespace}
      </Fact>
      {preview.service_account && (
        <Fact name="Service account">
          <code className="font-mono text-xs break-all">{preview.service_account}</code>
        </Fact>
      )}
      {preview.dry_run && <Fact name="Dry run">{preview.dry_run}</Fact>}
      {preview.needs_seconds > 0 && (
        <Fact name="Takes">
          at least {formatDuration(preview.needs_seconds * 1000)} to a verdict
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words max-sm:mb-1">{children}</dd>
    </>
  );
}

/** What the copy shares with others or cannot prove, and what it loses. */
export function PlanNotes({ preview: { warnings, stripped } }: { preview: Plan }) {
  return (
    <>
      {warnings.length > 0 && (
        <Notice tone="warning" title="To know before">
          <Lines lines={warnings} />
        </Notice>
      )}
      {stripped.length > 0 && (
        <details className="rounded-sm border border-hairline">
          <summary className="px-3 py-2 text-sm font-medium">
            Not copied from the pod <span className="tabular text-muted">{stripped.length}</span>
          </summary>
          <div className="border-t border-hairline px-3 py-2 text-sm">
            <Lines lines={stripped} />
          </div>
        </details>
      )}
    </>
  );
}

function Lines({ lines }: { lines: readonly string[] }) {
  return (
    <ul className="list-disc pl-4">
      {lines.map((line) => (
        <li key={line} className="break-words">
          {capitalised(line)}
        </li>
      ))}
    </ul>
  );
}
