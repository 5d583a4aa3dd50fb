import { useMemo, useState } from 'react';
import type { EvidenceLine } from '../../../api/types';
import { plural } from '../../../lib/format';
import { CopyButton } from '../../../ui/copy';
import { INPUT } from '../../../ui/field';
import { LogView } from '../../../ui/log-view';
import type { CapturedTab } from './captured';
import { readEvents } from './captured-events';
import { EventTable } from './event-table';
import { lineOf } from './evidence-target';

interface Props {
  tab: CapturedTab;
  label: string;
  text: string;
  /** The line of evidence that is to be marked. */
  line: EvidenceLine | null;
}

/** A captured text, with the marked line in sight. */
export function CapturedText({ tab, label, text, line }: Props) {
  const events = useMemo(() => (tab === 'events' ? readEvents(text) : null), [tab, text]);
  if (events) return <EventTable events={events} marked={line} />;
  return <Lines tab={tab} label={label} text={text} line={line} />;
}

function Lines({ tab, label, text, line }: Props) {
  const [find, setFind] = useState('');
  const [wrap, setWrap] = useState(tab === 'logs');
  const marked = useMemo(() => (line ? lineOf(line, text) : null), [line, text]);
  const hits = useMemo(() => countLines(text, find), [text, find]);
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm">
        <input
          type="search"
          aria-label="Find in the text"
          placeholder="Find"
          value={find}
          onChange={(event) => setFind(event.target.value)}
          className={`${INPUT} w-48!`}
        />
        <span role="status" className="tabular text-xs text-muted empty:hidden">
          {find && plural(hits, 'line')}
        </span>
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={wrap}
            onChange={(event) => setWrap(event.target.checked)}
            className="size-4 accent-accent"
          />
          Wrap lines
        </label>
        <span className="ml-auto">
          <CopyButton text={text} what="the text" />
        </span>
      </div>
      {line && marked === null && (
        <p role="status" className="text-sm text-warning">
          The captured text does not hold this line: {line.field} {line.text}
        </p>
      )}
      <LogView label={label} text={text} marked={marked} wrap={wrap} find={find} />
    </div>
  );
}

function countLines(text: string, find: string): number {
  const needle = find.toLowerCase();
  return needle === ''
    ? 0
    : text.split('\n').filter((line) => line.toLowerCase().includes(needle)).length;
}
