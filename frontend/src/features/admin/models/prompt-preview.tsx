import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { promptQuery } from '../../../api/queries/models';
import type { PromptPreview as Preview } from '../../../api/types';
import { usdInWords } from '../../../lib/format';
import { Button } from '../../../ui/button';
import { Field, INPUT } from '../../../ui/field';
import { QueryState } from '../../../ui/query-state';
import { Panel } from '../panel';

/** Exactly what would be sent of an incident: to be read before anything is. */
export function PromptPreview() {
  const [text, setText] = useState('');
  const [incidentId, setIncidentId] = useState('');
  const show = (event: FormEvent) => {
    event.preventDefault();
    setIncidentId(idIn(text));
  };
  return (
    <Panel
      title="What a model is told"
      about="The exact question of an incident, with secrets replaced. Nothing is sent by looking at it."
    >
      <form className="flex flex-wrap items-end gap-2" onSubmit={show}>
        <div className="min-w-64 flex-1">
          <Field label="Incident" hint="Its id, or the address of its page.">
            {(ids) => (
              <input
                {...ids}
                required
                value={text}
                spellCheck={false}
                className={`${INPUT} font-mono`}
                onChange={(event) => setText(event.target.value)}
              />
            )}
          </Field>
        </div>
        <Button type="submit" className="mb-6">
          Show the question
        </Button>
      </form>
      {incidentId && <Shown incidentId={incidentId} />}
    </Panel>
  );
}

/** The id in what somebody has pasted. */
export function idIn(text: string): string {
  const found = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(text);
  return found?.[0] ?? text.trim();
}

function Shown({ incidentId }: { incidentId: string }) {
  const query = useQuery(promptQuery(incidentId));
  return (
    <QueryState query={query} what="the question" skeletonLines={6}>
      {(preview) => (
        <>
          <p className="text-sm">{destination(preview)}</p>
          <Text title="First, always the same" text={preview.system} />
          <Text title="Then, of this incident" text={preview.question} />
        </>
      )}
    </QueryState>
  );
}

function destination({ provider, why_not, tokens, usd }: Preview): string {
  const size = `About ${tokens} tokens`;
  if (!provider) return `${size}. It would not be sent: ${why_not}`;
  return `${size}${usd ? `, at most ${usdInWords(usd)}` : ''}. It would go to ${provider}.`;
}

function Text({ title, text }: { title: string; text: string }) {
  return (
    <section>
      <h3 className="mb-1 text-sm font-medium">{title}</h3>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        className="max-h-96 overflow-auto rounded-sm bg-sunken p-3 font-mono text-xs whitespace-pre-wrap"
      >
        {text}
      </pre>
    </section>
  );
}
