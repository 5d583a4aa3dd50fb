import { useId } from 'react';
import { problemAt } from '../../../api/errors';
import type { KindDefaults, ProviderBody } from '../../../api/types';
import { Check } from '../../../ui/check';
import { CountField } from '../../../ui/count-field';
import { Field, INPUT } from '../../../ui/field';
import { freshOf } from './provider-dialog';

interface Props {
  provider: ProviderBody;
  kinds: KindDefaults[];
  isNew: boolean;
  error: Error | null;
  /** Where the provider stands in what is sent: problems are named by it. */
  path: string;
  onChange: (provider: ProviderBody) => void;
}

/** What a provider is made of; what is usual for its kind is filled in. */
export function ProviderFields({ provider, kinds, isNew, error, path, onChange }: Props) {
  const kind = kinds.find((one) => one.kind === provider.kind);
  const known = useId();
  const set = (part: Partial<ProviderBody>) => onChange({ ...provider, ...part });
  const text = (label: string, field: 'id' | 'model' | 'base_url' | 'key', rest: TextRest = {}) => (
    <Field label={label} hint={rest.hint ?? ''} problem={problemAt(error, `${path}.${field}`)}>
      {(ids) => (
        <input
          {...ids}
          {...rest.input}
          spellCheck={false}
          autoCapitalize="off"
          value={provider[field] ?? ''}
          className={`${INPUT} font-mono`}
          onChange={({ target }) =>
            set({ [field]: rest.isOptional ? target.value || null : target.value })
          }
        />
      )}
    </Field>
  );
  return (
    <>
      {isNew && (
        <Field label="Kind">
          {(ids) => (
            <select
              {...ids}
              value={provider.kind}
              className={INPUT}
              onChange={({ target }) =>
                onChange(freshOf(kinds.find((one) => one.kind === target.value)))
              }
            >
              {kinds.map((one) => (
                <option key={one.kind} value={one.kind}>
                  {one.title}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {isNew &&
        text('Name', 'id', {
          hint: 'Under which it stands in this list, in metrics and in the audit log.',
          input: { required: true },
        })}
      {text('Model', 'model', { input: { required: true, list: known } })}
      <datalist id={known}>
        {kind?.models.map(({ model }) => (
          <option key={model} value={model} />
        ))}
      </datalist>
      {text('Key', 'key', {
        hint: isNew
          ? kind?.needs_key
            ? 'It is encrypted before it is stored.'
            : 'This kind needs none.'
          : 'As it is shown, it stays what it was.',
        input: { type: 'text', autoComplete: 'off' },
        isOptional: true,
      })}
      {text('Address', 'base_url', {
        hint: kind?.base_url ? `Empty: ${kind.base_url}` : 'Of its API: https://…/v1',
        isOptional: true,
      })}
      <Where place={provider.place ?? 'outside'} onChange={(place) => set({ place })} />
      <details>
        <summary className="w-fit rounded-sm text-sm font-medium">Limits and price</summary>
        <div className="mt-3 grid gap-4 sm:grid-cols-3">
          <CountField
            label="Seconds for a call"
            value={provider.timeout_seconds ?? 120}
            least={5}
            most={600}
            onChange={(timeout_seconds) => set({ timeout_seconds })}
          />
          <CountField
            label="Calls at once"
            value={provider.at_once ?? 4}
            least={1}
            most={50}
            onChange={(at_once) => set({ at_once })}
          />
          <CountField
            label="Calls a minute"
            value={provider.per_minute ?? 60}
            least={1}
            most={10_000}
            onChange={(per_minute) => set({ per_minute })}
          />
          <Prices price={provider.price ?? null} onChange={(price) => set({ price })} />
        </div>
      </details>
      <Check
        label="Ask it"
        isOn={provider.enabled ?? true}
        onChange={(enabled) => set({ enabled })}
      />
    </>
  );
}

interface TextRest {
  hint?: string;
  input?: { required?: boolean; list?: string; type?: string; autoComplete?: string };
  /** Whether empty means that there is none. */
  isOptional?: boolean;
}

type Place = NonNullable<ProviderBody['place']>;

function Where({ place, onChange }: { place: Place; onChange: (place: Place) => void }) {
  return (
    <Field label="Where it runs" hint="Inside, it may have a private address, and nothing leaves.">
      {(ids) => (
        <select
          {...ids}
          value={place}
          className={INPUT}
          onChange={({ target }) => onChange(target.value as Place)}
        >
          <option value="outside">Outside: only namespaces that may go there</option>
          <option value="inside">Inside: all namespaces</option>
        </select>
      )}
    </Field>
  );
}

type Price = ProviderBody['price'];
const PARTS: ['input' | 'cached' | 'output', string][] = [
  ['input', '$ for a million in'],
  ['cached', '… of them cached'],
  ['output', '$ for a million out'],
];

/** What tokens cost; without any of it, what the model is known to cost. */
function Prices({ price, onChange }: { price: Price; onChange: (price: Price) => void }) {
  const set = (part: string, value: string) => {
    const changed = { input: '0', cached: '0', output: '0', ...price, [part]: value || '0' };
    onChange(Object.values(changed).every((one) => Number(one) === 0) ? null : changed);
  };
  return PARTS.map(([part, label]) => (
    <Field key={part} label={label} hint="Empty: as it is known.">
      {(ids) => (
        <input
          {...ids}
          type="number"
          min={0}
          step="0.000001"
          value={price ? Number(price[part]) : ''}
          className={INPUT}
          onChange={({ target }) => set(part, target.value)}
        />
      )}
    </Field>
  ));
}
