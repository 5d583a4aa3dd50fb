import { useMemo } from 'react';
import { countChanges, type DiffLine, type Hunk, readDiff, type Sign } from '../lib/diff';
import { plural } from '../lib/format';
import { classNames } from './class-names';

const LOOKS: Record<Sign, { look: string; sign: string; spoken: string }> = {
  ' ': { look: 'text-muted', sign: ' ', spoken: '' },
  '+': { look: 'bg-added-bg text-added', sign: '+', spoken: 'added: ' },
  '-': { look: 'bg-removed-bg text-removed', sign: '−', spoken: 'removed: ' },
};

interface Props {
  /** What differs, for people who cannot see it. */
  label: string;
  /** A unified diff. */
  diff: string;
  /** The manifest after the change: the path of each change is looked up in it. */
  after: string;
}

/** What changes in a manifest: line by line, with its path, and how much is left out in between. */
export function DiffView({ label, diff, after }: Props) {
  const hunks = useMemo(() => readDiff(diff, after), [diff, after]);
  const { added, removed } = countChanges(hunks);
  if (hunks.length === 0) return <p className="text-sm text-muted">Nothing differs.</p>;
  return (
    <figure className="overflow-hidden rounded-sm border border-hairline">
      <figcaption className="border-b border-hairline px-3 py-1.5 text-xs text-muted">
        {label}: {plural(added, 'line')} added, {removed} removed
      </figcaption>
      <section
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        className="max-h-[40dvh] overflow-auto bg-sunken font-mono text-xs focus-visible:-outline-offset-2"
      >
        <div className="w-max min-w-full">
          {hunks.map((hunk) => (
            <HunkLines key={`${hunk.lines[0]?.before} ${hunk.lines[0]?.after}`} hunk={hunk} />
          ))}
        </div>
      </section>
    </figure>
  );
}

function HunkLines({ hunk }: { hunk: Hunk }) {
  const head = [hunk.skipped > 0 && plural(hunk.skipped, 'unchanged line'), hunk.path].filter(
    Boolean,
  );
  return (
    <>
      {head.length > 0 && (
        <p className="sticky left-0 w-fit px-3 py-1 text-muted">⋯ {head.join(' · ')}</p>
      )}
      {hunk.lines.map((line) => (
        <Line key={`${line.before} ${line.after}`} line={line} />
      ))}
    </>
  );
}

function Line({ line }: { line: DiffLine }) {
  const { look, sign, spoken } = LOOKS[line.sign];
  return (
    <div className={classNames('flex px-3', look)}>
      <LineNumber value={line.before} />
      <LineNumber value={line.after} />
      <span aria-hidden className="w-4 shrink-0 select-none">
        {sign}
      </span>
      <span className="whitespace-pre">
        {spoken && <span className="spoken">{spoken}</span>}
        {line.text || ' '}
      </span>
    </div>
  );
}

function LineNumber({ value }: { value: number | null }) {
  return (
    <span aria-hidden className="w-9 shrink-0 pr-2 text-right select-none max-sm:w-7">
      {value}
    </span>
  );
}
