import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { problemAt } from '../../../api/errors';
import { keys } from '../../../api/keys';
import { type RetentionName, retentionQuery, saveRetention } from '../../../api/queries/settings';
import type { KeepDays, Retention } from '../../../api/types';
import { capitalised, formatNumber } from '../../../lib/format';
import { Button } from '../../../ui/button';
import { Check } from '../../../ui/check';
import { Field, INPUT } from '../../../ui/field';
import { ErrorText, QueryState } from '../../../ui/query-state';
import { toast } from '../../../ui/toast';
import { Panel } from '../panel';
import { ChangedBy } from './changed-by';
import { RetentionPreview } from './retention-preview';
import { daysInWords, RECORDS } from './words';

/** How long one kind of record is kept. */
export function RetentionForm({ name }: { name: RetentionName }) {
  const query = useQuery(retentionQuery(name));
  const { data } = query;
  return (
    <Panel
      title={RECORDS[name].title}
      about={data && `${capitalised(data.what)}. Counted from ${data.since}.`}
    >
      <QueryState query={query} what={RECORDS[name].title.toLowerCase()} skeletonLines={2}>
        {(setting) => <Form key={setting.version} name={name} setting={setting} />}
      </QueryState>
    </Panel>
  );
}

interface Props {
  name: RetentionName;
  setting: Retention;
}

function Form({ name, setting }: Props) {
  const client = useQueryClient();
  const { keep_days, default_days, least_days, most_days, version } = setting;
  const [isOff, setOff] = useState(keep_days === 'off');
  const [days, setDays] = useState(String(keep_days === 'off' ? 90 : keep_days));
  const wanted: KeepDays = isOff ? 'off' : Number(days);
  const isChanged = wanted !== keep_days;
  const save = useMutation({
    mutationFn: () => saveRetention(name, { keep_days: wanted, version }),
    onSuccess: (saved) => {
      client.setQueryData(keys.setting(name), saved);
      toast(`${RECORDS[name].title} are kept ${daysInWords(saved.keep_days)}.`);
    },
  });
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <div className="grid items-start gap-x-6 gap-y-3 sm:grid-cols-[11rem_1fr]">
        <Field
          label="Days to keep"
          hint={`${least_days} to ${formatNumber(most_days)}.`}
          problem={problemAt(save.error, 'keep_days')}
        >
          {(ids) => (
            <input
              {...ids}
              type="number"
              required={!isOff}
              disabled={isOff}
              min={least_days}
              max={most_days}
              value={isOff ? '' : days}
              className={`${INPUT} disabled:opacity-60`}
              onChange={({ target }) => setDays(target.value)}
            />
          )}
        </Field>
        <div className="flex flex-col gap-1 sm:pt-6.5">
          {setting.may_be_off ? (
            <Check label="Keep for ever" isOn={isOff} onChange={setOff} />
          ) : (
            <p className="text-sm text-muted">It cannot be kept for ever.</p>
          )}
          <p className="text-sm text-muted">
            Usual: {daysInWords(default_days)}. <ChangedBy setting={setting} />
          </p>
        </div>
      </div>
      {isChanged && <RetentionPreview name={name} setting={setting} days={wanted} />}
      {save.error && <ErrorText error={save.error} />}
      <Button
        kind={isChanged ? 'primary' : 'plain'}
        type="submit"
        className="w-fit"
        disabled={!isChanged || save.isPending}
      >
        Save
      </Button>
    </form>
  );
}
