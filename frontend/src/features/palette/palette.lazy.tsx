import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { Dialog as Parts } from 'radix-ui';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { meQuery } from '../../api/queries/auth';
import { type Command, commandsFor } from './commands';
import { useFound } from './use-found';

const LIST = 'palette-list';

/** One field from which everything can be reached. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const [opener] = useState(() => document.activeElement);
  const [hasGone, setGone] = useState(false);
  return (
    <Parts.Root open onOpenChange={(open) => !open && onClose()}>
      <Parts.Portal>
        <Parts.Overlay className="fixed inset-0 z-60 bg-fg/40 dark:bg-bg/70" />
        <Parts.Content
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            // On another page its heading has the focus.
            event.preventDefault();
            if (!hasGone && opener instanceof HTMLElement) opener.focus();
          }}
          className="fixed top-[8dvh] left-1/2 z-60 flex max-h-[80dvh] w-[calc(100vw-32px)] max-w-xl -translate-x-1/2 flex-col overflow-hidden rounded-lg border border-hairline bg-surface shadow-(--overlay) outline-none"
        >
          <Parts.Title className="spoken">Search or jump</Parts.Title>
          <Combobox
            onDone={() => {
              setGone(true);
              onClose();
            }}
          />
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  );
}

function Combobox({ onDone }: { onDone: () => void }) {
  const navigate = useNavigate();
  const { data: me } = useQuery(meQuery);
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const q = text.trim();
  const { found, isSearching, error } = useFound(q);
  const commands = [...commandsFor(q, me?.role ?? 'read', (to) => void navigate({ to })), ...found];
  const at = Math.min(active, commands.length - 1);
  const current = commands[at];

  useEffect(() => {
    if (current) document.getElementById(current.id)?.scrollIntoView({ block: 'nearest' });
  }, [current]);

  const choose = (command: Command | undefined) => {
    if (!command) return;
    command.run();
    onDone();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      if (commands.length > 0) setActive((at + by + commands.length) % commands.length);
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      choose(current);
    }
  };
  return (
    <>
      <div className="relative border-b border-hairline">
        <Search
          aria-hidden
          size={16}
          className="pointer-events-none absolute top-1/2 left-4 -translate-y-1/2 text-muted"
        />
        <input
          type="text"
          role="combobox"
          aria-label="Search or jump"
          aria-expanded={commands.length > 0}
          aria-controls={LIST}
          aria-autocomplete="list"
          aria-activedescendant={current?.id}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          placeholder="A page, a workload, a cause, an id"
          value={text}
          onChange={({ target }) => {
            setText(target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
          className="h-12 w-full bg-transparent pr-4 pl-11 text-base text-fg outline-none placeholder:text-muted"
        />
      </div>
      <Results commands={commands} current={current} onChoose={choose} />
      <p role="status" className="px-4 py-2 text-sm text-muted empty:hidden">
        {noteOf(commands.length, isSearching, error)}
      </p>
    </>
  );
}

function noteOf(count: number, isSearching: boolean, error: Error | null): string {
  if (error) return `The search failed: ${error.message}`;
  if (count > 0) return '';
  return isSearching ? 'Searching…' : 'Nothing has that name or id.';
}

interface ResultsProps {
  commands: readonly Command[];
  current: Command | undefined;
  onChoose: (command: Command) => void;
}

function Results({ commands, current, onChoose }: ResultsProps) {
  const groups = [...new Set(commands.map(({ group }) => group))];
  return (
    <div
      id={LIST}
      role="listbox"
      aria-label="Results"
      className="min-h-0 overflow-y-auto p-2 empty:hidden"
    >
      {groups.map((group) => (
        <div key={group} role="group" aria-label={group}>
          <p aria-hidden className="px-2 pt-2 pb-1 text-xs font-medium text-muted">
            {group}
          </p>
          {commands
            .filter((command) => command.group === group)
            .map((command) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field
              <div
                key={command.id}
                id={command.id}
                role="option"
                aria-selected={command === current}
                onClick={() => onChoose(command)}
                className="flex min-h-9 cursor-pointer items-baseline gap-3 rounded-sm px-2 py-1.5 text-sm hover:bg-idle-bg aria-selected:bg-idle-bg aria-selected:shadow-[inset_3px_0_0_var(--accent)] pointer-coarse:min-h-11"
              >
                <span className="max-w-full shrink-0 truncate font-medium">{command.name}</span>
                <span className="min-w-0 truncate text-muted">{command.text}</span>
              </div>
            ))}
        </div>
      ))}
    </div>
  );
}
