import { useState } from 'react';
import { problemAt } from '../../../api/errors';
import { bodyOf } from '../../../api/queries/models';
import type { Models } from '../../../api/types';
import { readList, usdInWords } from '../../../lib/format';
import { Button } from '../../../ui/button';
import { Check } from '../../../ui/check';
import { Field, INPUT } from '../../../ui/field';
import { ErrorText } from '../../../ui/query-state';
import { Panel } from '../panel';
import { useSave } from './use-save';

const ASKS: [Models['ask'], string][] = [
  ['unexplained', 'Those that the rules leave unexplained'],
  ['always', 'All'],
  ['on_request', 'Only those for which somebody asks'],
];

/** Of what a model is asked, how much that may cost, and what may leave. */
export function Rules({ models }: { models: Models }) {
  const save = useSave();
  const [ask, setAsk] = useState(models.ask);
  const [calls, setCalls] = useState(limitOf(models.budget.calls));
  const [usd, setUsd] = useState(limitOf(models.budget.usd));
  const [outside, setOutside] = useState(models.outside_namespaces.join(', '));
  const [hidesNames, setHidesNames] = useState(models.hide_names);
  const submit = () => {
    const budget = { calls: calls ? Number(calls) : null, usd: usd || null };
    const wanted = { ask, budget, outside_namespaces: readList(outside), hide_names: hidesNames };
    save.mutate({
      body: { ...bodyOf(models), ...wanted },
      words: 'The rules for models are saved.',
    });
  };
  return (
    <Panel
      title="What is asked"
      about={`Today: ${models.spent.calls} calls, ${usdInWords(models.spent.usd)}. A new day begins at midnight UTC.`}
    >
      <form
        className="grid gap-4 sm:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field label="Incidents" hint="The same evidence is asked about once a day at most.">
          {(ids) => (
            <select
              {...ids}
              value={ask}
              className={INPUT}
              onChange={(event) => setAsk(event.target.value as Models['ask'])}
            >
              {ASKS.map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field
          label="Namespaces that may go outside"
          hint="cluster/namespace, as patterns: */shop-*. Empty: none."
          problem={problemAt(save.error, 'outside_namespaces')}
        >
          {(ids) => (
            <input
              {...ids}
              value={outside}
              spellCheck={false}
              className={`${INPUT} font-mono`}
              onChange={(event) => setOutside(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="Calls in a day, at most"
          hint="Empty: no limit."
          problem={problemAt(save.error, 'budget.calls')}
        >
          {(ids) => (
            <input
              {...ids}
              type="number"
              min={0}
              value={calls}
              className={INPUT}
              onChange={(event) => setCalls(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="US dollars in a day, at most"
          hint="Empty: no limit."
          problem={problemAt(save.error, 'budget.usd')}
        >
          {(ids) => (
            <input
              {...ids}
              type="number"
              min={0}
              step="0.01"
              value={usd}
              className={INPUT}
              onChange={(event) => setUsd(event.target.value)}
            />
          )}
        </Field>
        <div className="sm:col-span-2">
          <Check
            label="Hide names too"
            about="Of workloads, namespaces and nodes. Secrets are always hidden."
            isOn={hidesNames}
            onChange={setHidesNames}
          />
        </div>
        {save.error && (
          <div className="sm:col-span-2">
            <ErrorText error={save.error} />
          </div>
        )}
        <Button kind="primary" type="submit" className="w-fit" disabled={save.isPending}>
          Save
        </Button>
      </form>
    </Panel>
  );
}

function limitOf(limit: number | string | null | undefined): string {
  return limit === null || limit === undefined ? '' : String(Number(limit));
}
