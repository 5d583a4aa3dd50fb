import { memo, useEffect, useMemo, useRef } from 'react';
import { classNames } from './class-names';

/** Lines are drawn in blocks, and the browser skips the blocks that are out of sight. */
const BLOCK = 100;

interface Props {
  /** What this is, for people who cannot see it. */
  label: string;
  text: string;
  /** The number, from 1, of the line that is marked and scrolled to. */
  marked?: number | null;
  wrap: boolean;
  find: string;
}

/** A captured text with line numbers. Always shown as text, whatever is in it. */
export function LogView({ label, text, marked = null, wrap, find }: Props) {
  const box = useRef<HTMLElement>(null);
  const blocks = useMemo(() => {
    const lines = text.replace(/\n$/, '').split('\n');
    return Array.from({ length: Math.ceil(lines.length / BLOCK) }, (_, at) =>
      lines.slice(at * BLOCK, (at + 1) * BLOCK),
    );
  }, [text]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another text has other lines
  useEffect(() => {
    if (marked === null) return;
    const line = box.current?.querySelector(`[data-line="${marked}"]`);
    line?.scrollIntoView({ block: 'center' });
  }, [marked, text]);

  return (
    <section
      ref={box}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
      tabIndex={0}
      className="max-h-[60dvh] min-h-24 overflow-auto rounded-sm border border-hairline bg-sunken py-2 font-mono text-xs"
    >
      <div className={wrap ? '' : 'w-max min-w-full'}>
        {blocks.map((lines, at) => (
          <Block
            // biome-ignore lint/suspicious/noArrayIndexKey: a line's place is what it is
            key={at}
            first={at * BLOCK + 1}
            lines={lines}
            marked={isWithin(marked, at) ? marked : null}
            wrap={wrap}
            find={find}
          />
        ))}
      </div>
    </section>
  );
}

/** Only the block with the marked line is drawn anew when the mark moves. */
const isWithin = (line: number | null, block: number) =>
  line !== null && Math.ceil(line / BLOCK) === block + 1;

interface BlockProps extends Pick<Props, 'wrap' | 'find'> {
  first: number;
  lines: string[];
  marked: number | null;
}

const Block = memo(function Block({ first, lines, marked, wrap, find }: BlockProps) {
  return (
    <div className="[content-visibility:auto] [contain-intrinsic-block-size:auto_1600px]">
      {lines.map((line, at) => {
        const number = first + at;
        const isMarked = number === marked;
        return (
          <div
            key={number}
            data-line={number}
            aria-current={isMarked || undefined}
            className={classNames(
              'flex gap-3 px-3',
              isMarked && 'bg-warning-bg shadow-[inset_3px_0_0_var(--warning)]',
            )}
          >
            <span aria-hidden className="w-9 shrink-0 text-right text-muted select-none">
              {number}
            </span>
            <span className={wrap ? 'min-w-0 break-all whitespace-pre-wrap' : 'whitespace-pre'}>
              {find ? <Found line={line} find={find} /> : line || ' '}
            </span>
          </div>
        );
      })}
    </div>
  );
});

/** A line with what was searched for marked in it. */
function Found({ line, find }: { line: string; find: string }) {
  const parts: { text: string; isHit: boolean }[] = [];
  const lower = line.toLowerCase();
  const needle = find.toLowerCase();
  let from = 0;
  for (let hit = lower.indexOf(needle); hit !== -1; hit = lower.indexOf(needle, from)) {
    parts.push({ text: line.slice(from, hit), isHit: false });
    parts.push({ text: line.slice(hit, hit + needle.length), isHit: true });
    from = hit + needle.length;
  }
  parts.push({ text: line.slice(from), isHit: false });
  return parts.map(({ text, isHit }, at) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a line never move
    isHit ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>,
  );
}
