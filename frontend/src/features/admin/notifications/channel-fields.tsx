import { problemAt } from '../../../api/errors';
import type { ChannelBody } from '../../../api/types';
import { Check } from '../../../ui/check';
import { Field, INPUT } from '../../../ui/field';
import { freshOf, KINDS, type Kind, SEVERITIES } from './kinds';
import { ListField } from './list-field';
import { QuietFields } from './quiet-fields';

interface Props {
  channel: ChannelBody;
  isNew: boolean;
  error: Error | null;
  /** Where the channel stands in what is sent: problems are named by it. */
  path: string;
  onChange: (channel: ChannelBody) => void;
}

/** What a channel is made of: its receiver, of what it tells, and when it is quiet. */
export function ChannelFields(props: Props) {
  const { channel, isNew, error, path, onChange } = props;
  const kind = KINDS[channel.kind];
  const set = (part: Partial<ChannelBody>) => onChange({ ...channel, ...part });
  const at = (field: string) => problemAt(error, `${path}.${field}`);
  return (
    <>
      {isNew && <Identity {...props} />}
      <Secrets {...props} />
      <Field label="Tell of" problem={at('severity')}>
        {(ids) => (
          <select
            {...ids}
            value={channel.severity}
            className={INPUT}
            onChange={({ target }) => set({ severity: target.value as ChannelBody['severity'] })}
          >
            {SEVERITIES.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <ListField
          label="Namespaces"
          hint="Patterns: shop-*, pay-*. _ is what has no namespace."
          values={channel.namespaces}
          problem={at('namespaces')}
          onChange={(namespaces) => set({ namespaces })}
        />
        <ListField
          label="Clusters"
          hint="Patterns. * is all."
          values={channel.clusters}
          problem={at('clusters')}
          onChange={(clusters) => set({ clusters })}
        />
      </div>
      <QuietFields
        quiet={channel.quiet ?? null}
        error={error}
        path={`${path}.quiet`}
        onChange={(quiet) => set({ quiet })}
      />
      <Check
        label="Tell when it is well again"
        isOn={channel.resolved}
        onChange={(resolved) => set({ resolved })}
      />
      {channel.kind !== 'apprise' && (
        <Check
          label="The receiver is inside"
          about="It may have a private address."
          isOn={channel.inside}
          onChange={(inside) => set({ inside })}
        />
      )}
      <Check
        label="Use this channel"
        about={kind.arrives}
        isOn={channel.enabled}
        onChange={(enabled) => set({ enabled })}
      />
    </>
  );
}

/** What of a channel cannot be changed later. */
function Identity({ channel, error, path, onChange }: Props) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Kind">
        {(ids) => (
          <select
            {...ids}
            value={channel.kind}
            className={INPUT}
            onChange={({ target }) => onChange(freshOf(target.value as Kind, channel.id))}
          >
            {Object.entries(KINDS).map(([value, { title }]) => (
              <option key={value} value={value}>
                {title}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field
        label="Name"
        hint="Small letters, digits and -."
        problem={problemAt(error, `${path}.id`)}
      >
        {(ids) => (
          <input
            {...ids}
            required
            maxLength={40}
            pattern="[a-z0-9]([a-z0-9\-]*[a-z0-9])?"
            spellCheck={false}
            autoCapitalize="off"
            value={channel.id}
            className={`${INPUT} font-mono`}
            onChange={({ target }) => onChange({ ...channel, id: target.value })}
          />
        )}
      </Field>
    </div>
  );
}

function Secrets({ channel, isNew, error, path, onChange }: Props) {
  const kind = KINDS[channel.kind];
  const stays = isNew ? '' : ' As it is shown, it stays what it was.';
  const text = (
    label: string,
    field: 'address' | 'token' | 'room',
    hint: string,
    isNeeded: boolean,
  ) => (
    <Field label={label} hint={hint} problem={problemAt(error, `${path}.${field}`)}>
      {(ids) => (
        <input
          {...ids}
          required={isNeeded}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          value={channel[field] ?? ''}
          className={`${INPUT} font-mono`}
          onChange={({ target }) => onChange({ ...channel, [field]: target.value })}
        />
      )}
    </Field>
  );
  return (
    <>
      {text('Address', 'address', kind.address + stays, kind.needsAddress)}
      {kind.token && text('Token', 'token', kind.token + stays, kind.needsToken)}
      {channel.kind === 'slack' &&
        channel.token &&
        text('Room', 'room', 'The id of the channel in Slack, C…, not its name.', true)}
    </>
  );
}
