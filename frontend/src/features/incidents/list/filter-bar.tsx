import { Search, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { isStatus } from '../../../api/errors';
import type { ListAddress, ListSearch, Range, Sort } from '../../../api/search';
import { type Filter, type Term, writeFilter, writeTerm } from '../../../lib/filter-lang';
import { useHotkeys } from '../../../lib/hotkeys';
import { INPUT } from '../../../ui/field';

const DEBOUNCE_MS = 150;

const SINCE: [Range | '', string][] = [
  ['', 'Any time'],
  ['1h', 'Last hour'],
  ['24h', 'Last 24 hours'],
  ['7d', 'Last 7 days'],
  ['30d', 'Last 30 days'],
];
const ORDER: [Sort, string][] = [
  ['attention', 'What needs you first'],
  ['last_seen', 'Last seen'],
  ['first_seen', 'First seen'],
];

interface Props {
  search: ListSearch;
  filter: Filter;
  error: Error | null;
  onChange: (address: ListAddress) => void;
}

/** Narrows the list. What is typed goes into the address after a moment. */
export function FilterBar({ search, filter, error, onChange }: Props) {
  const problems = [...filter.problems, ...refusedFields(error)];
  const put = (terms: readonly Term[]) =>
    onChange({ q: writeFilter(terms, filter.text) || undefined });
  return (
    <div role="search" className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        <FilterInput
          q={search.q}
          isWrong={problems.length > 0}
          onChange={(q) => onChange({ q: q || undefined })}
        />
        <Select
          label="Seen"
          value={search.since ?? ''}
          options={SINCE}
          onChange={(since) => onChange({ since: since || undefined })}
        />
        <Select
          label="Order"
          value={search.sort}
          options={ORDER}
          onChange={(sort) => onChange({ sort: sort === 'attention' ? undefined : sort })}
        />
      </div>
      <div id="filter-problems" role="status" className="empty:hidden">
        {problems.map((problem) => (
          <p key={problem} className="text-sm text-critical">
            {problem}
          </p>
        ))}
      </div>
      {filter.terms.length > 0 && (
        <ul aria-label="Filters" className="flex flex-wrap gap-1.5">
          {filter.terms.map((term) => (
            <li key={writeTerm(term)}>
              <Chip term={term} onRemove={() => put(filter.terms.filter((t) => t !== term))} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** What the API does not understand of the filter. */
function refusedFields(error: Error | null): string[] {
  if (!isStatus(error, 422)) return [];
  return error.fields.map(({ path, message }) => `${path.split('.')[0]}: ${message}`);
}

interface FilterInputProps {
  q: string;
  isWrong: boolean;
  onChange: (q: string) => void;
}

function FilterInput({ q, isWrong, onChange }: FilterInputProps) {
  const [draft, setDraft] = useState(q);
  const [sent, setSent] = useState(q);
  const input = useRef<HTMLInputElement>(null);
  const latest = useRef(onChange);
  latest.current = onChange;
  if (q !== sent) {
    // The address changed otherwise: a chip was removed, or somebody went back.
    setSent(q);
    setDraft(q);
  }
  useEffect(() => {
    if (draft === sent) return;
    const timer = setTimeout(() => {
      setSent(draft);
      latest.current(draft);
    }, DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [draft, sent]);
  useHotkeys({
    '/': () => {
      input.current?.focus();
      input.current?.select();
    },
  });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    if (draft) setDraft('');
    else input.current?.blur();
  };
  return (
    <div className="relative min-w-56 flex-1">
      <Search
        aria-hidden
        size={16}
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-muted"
      />
      <input
        ref={input}
        type="text"
        role="searchbox"
        aria-label="Filter"
        aria-describedby="filter-problems"
        aria-invalid={isWrong}
        aria-keyshortcuts="/"
        autoComplete="off"
        spellCheck={false}
        placeholder="Filter: ns:shop class:OOMKilled text"
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
        className={`${INPUT} pl-8`}
      />
    </div>
  );
}

interface SelectProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly [Value, string][];
  onChange: (value: Value) => void;
}

function Select<Value extends string>({ label, value, options, onChange }: SelectProps<Value>) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value as Value)}
      className={`${INPUT} w-auto! max-sm:flex-1`}
    >
      {options.map(([option, word]) => (
        <option key={option} value={option}>
          {word}
        </option>
      ))}
    </select>
  );
}

function Chip({ term, onRemove }: { term: Term; onRemove: () => void }) {
  return (
    <span className="inline-flex items-center rounded-sm bg-sunken pl-2 font-mono text-xs">
      {writeTerm(term)}
      <button
        type="button"
        aria-label={`Remove ${writeTerm(term)}`}
        onClick={onRemove}
        className="inline-flex size-6 items-center justify-center rounded-sm text-muted hover:text-fg"
      >
        <X aria-hidden size={12} />
      </button>
    </span>
  );
}
