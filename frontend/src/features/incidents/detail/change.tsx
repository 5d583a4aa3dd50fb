import type { Patch } from '../../../api/types';
import { capitalised } from '../../../lib/format';
import { CopyButton } from '../../../ui/copy';

/** A proposed change, value by value. Kure never applies it. */
export function Change({ patch }: { patch: Patch }) {
  return (
    <figure className="rounded-sm border border-hairline bg-surface">
      <figcaption className="flex items-center gap-2 border-b border-hairline py-1 pr-2 pl-3 text-sm">
        <span className="min-w-0 flex-1 break-words">
          A change of {patch.kind} <span className="font-medium">{patch.name}</span>
          {patch.recreate && ', which has to be made anew'}
        </span>
        <CopyButton text={patch.command} what="the kubectl command that applies the change" />
      </figcaption>
      <ol className="flex flex-col gap-2 px-3 py-2 font-mono text-xs">
        {steps(patch).map((step) => (
          <li key={step.path}>
            <span className="block break-words text-muted">{step.path}</span>
            {step.before !== undefined && (
              <span className="block break-words whitespace-pre-wrap">− {step.before}</span>
            )}
            {step.after !== undefined && (
              <span className="block break-words whitespace-pre-wrap">+ {step.after}</span>
            )}
          </li>
        ))}
      </ol>
      {(patch.note || patch.checked) && (
        <p className="border-t border-hairline px-3 py-2 text-xs text-muted">
          {[patch.note, patch.checked].filter(Boolean).map(capitalised).join(' ')}
        </p>
      )}
    </figure>
  );
}

interface Step {
  path: string;
  before: string | undefined;
  after: string | undefined;
}

/** Each place that changes: what stands there (a `test` step says it), and what is to. */
function steps(patch: Patch): Step[] {
  const tested = new Map(
    patch.operations.filter(({ op }) => op === 'test').map(({ path, value }) => [path, value]),
  );
  return patch.operations
    .filter(({ op }) => op !== 'test')
    .map(({ op, path, value }) => ({
      path,
      before: op !== 'add' && tested.has(path) ? written(tested.get(path)) : undefined,
      after: op === 'remove' ? undefined : written(value),
    }));
}

const written = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
