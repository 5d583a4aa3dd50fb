import { Link } from '@tanstack/react-router';
import { ChevronRight, Circle, CircleCheck, X } from 'lucide-react';
import { useState } from 'react';
import { setPreferences } from '../../../lib/preferences';
import { TryIt } from './try-it';
import { type Step, useFirstSteps } from './use-first-steps';

/** The first steps with a new Kure: a line that opens, so that incidents stay where they are. */
export default function Checklist() {
  const [isOpen, setOpen] = useState(false);
  const steps = useFirstSteps(isOpen);
  const needed = steps.filter(({ isOptional }) => !isOptional);
  const done = needed.filter(({ isDone }) => isDone).length;
  const isKnown = steps.every(({ isDone }) => isDone !== undefined);
  return (
    <section
      aria-label="First steps"
      className="relative rounded-lg border border-hairline bg-surface text-sm"
    >
      <details className="group" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="flex min-h-12 cursor-pointer items-center gap-2 rounded-lg py-2 pr-14 pl-4">
          <ChevronRight
            aria-hidden
            size={16}
            className="shrink-0 text-muted group-open:rotate-90"
          />
          <span className="font-medium">First steps</span>
          <span className="tabular text-muted">
            {isKnown && (done === needed.length ? 'all done' : `${done} of ${needed.length} done`)}
          </span>
        </summary>
        {isOpen && (
          <ol className="divide-y divide-hairline border-t border-hairline px-4">
            {steps.map((step) => (
              <Row key={step.name} step={step} />
            ))}
          </ol>
        )}
      </details>
      <button
        type="button"
        aria-label="Hide the first steps"
        title="Hide the first steps"
        className="absolute top-2 right-2 rounded-sm p-2 text-muted hover:bg-idle-bg hover:text-fg"
        onClick={() => setPreferences({ checklist: 'hidden' })}
      >
        <X aria-hidden size={16} />
      </button>
    </section>
  );
}

function Row({ step: { name, about, isDone, isOptional, to, action } }: { step: Step }) {
  const Icon = isDone ? CircleCheck : Circle;
  return (
    <li className="flex items-start gap-3 py-3">
      <Icon
        aria-hidden
        size={16}
        className={isDone ? 'mt-0.5 shrink-0 text-ok' : 'mt-0.5 shrink-0 text-muted'}
      />
      <div className="min-w-0 flex-1">
        <p className="font-medium">
          {name}
          <span className="font-normal text-muted">
            {isDone && ', done'}
            {isOptional && !isDone && ', if you want'}
          </span>
        </p>
        <p className="text-muted">{about}</p>
        {name === 'Try it' && <TryIt />}
      </div>
      {to && isDone === false && (
        <Link to={to} className="shrink-0 text-accent underline-offset-2 hover:underline">
          {action}
        </Link>
      )}
    </li>
  );
}
