import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { problemAt } from '../../../api/errors';
import { keys } from '../../../api/keys';
import { meQuery } from '../../../api/queries/auth';
import { configQuery } from '../../../api/queries/config';
import { type ExclusionKind, exclude } from '../../../api/queries/exclusions';
import { Button } from '../../../ui/button';
import { Dialog } from '../../../ui/dialog';
import { Field, INPUT } from '../../../ui/field';
import { ErrorText } from '../../../ui/query-state';
import { toast } from '../../../ui/toast';
import { EndField } from './end-field';
import { usePreview } from './use-preview';
import { ANY, PATTERNS, PATTERNS_OF, type Pattern, previewInWords } from './words';

interface Props {
  kind: ExclusionKind;
  title: string;
  onClose: () => void;
}

/** What is to be excluded, why and until when, with what that would close while it is written. */
export function ExcludeDialog({ kind, title, onClose }: Props) {
  const client = useQueryClient();
  const { data: me } = useQuery(meQuery);
  const { data: config } = useQuery(configQuery);
  const seesAll = me?.scopes.includes('*/*') ?? true;
  const [patterns, setPatterns] = useState<Partial<Record<Pattern, string>>>(
    seesAll ? {} : { cluster: config?.cluster ?? '' },
  );
  const [reason, setReason] = useState('');
  const [expires_at, setEnd] = useState<string | null>(null);
  const wanted = wantedOf(patterns);
  const preview = usePreview(kind, wanted);
  const save = useMutation({
    mutationFn: () => exclude(kind, { ...wanted, reason, expires_at }),
    onSuccess: () => {
      toast('It is excluded. It is in force within two seconds.');
      onClose();
      return client.invalidateQueries({ queryKey: keys.exclusions });
    },
  });
  const error = save.error ?? preview.error;
  return (
    <Dialog
      title={title}
      description="* stands for any characters, ? for one. Empty matches all. The same patterns again change reason and end."
      isKept
      onClose={onClose}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
          {PATTERNS_OF[kind].map((name) => (
            <Field
              key={name}
              label={PATTERNS[name].label}
              hint={PATTERNS[name].hint}
              problem={problemAt(error, name)}
            >
              {(ids) => (
                <input
                  {...ids}
                  required={kind === 'namespaces' && name === 'namespace'}
                  maxLength={300}
                  spellCheck={false}
                  autoCapitalize="off"
                  value={patterns[name] ?? ''}
                  onChange={({ target }) => setPatterns({ ...patterns, [name]: target.value })}
                  className={`${INPUT} font-mono`}
                />
              )}
            </Field>
          ))}
        </div>
        {!seesAll && (
          <p className="text-sm text-muted">
            You see a part only: name a cluster and a namespace of it, without * ? and [.
          </p>
        )}
        <Preview preview={preview} />
        <Field label="Reason" hint="Others see it here." problem={problemAt(save.error, 'reason')}>
          {(ids) => (
            <input
              {...ids}
              required
              maxLength={500}
              value={reason}
              onChange={({ target }) => setReason(target.value)}
              className={INPUT}
            />
          )}
        </Field>
        <EndField error={save.error} onChange={setEnd} />
        {save.error && <ErrorText error={save.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={save.isPending}>
            {save.isPending ? 'Excluding…' : 'Exclude'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Empty fields match all. The reason is no part of what a preview asks. */
function wantedOf(patterns: Partial<Record<Pattern, string>>) {
  const of = (name: Pattern) => patterns[name]?.trim() || ANY;
  return {
    cluster: of('cluster'),
    namespace: of('namespace'),
    workload: of('workload'),
    pod: of('pod'),
    label: of('label'),
    failure_class: of('failure_class'),
  };
}

/** Always as high as two lines, so that nothing below it moves while somebody types. */
function Preview({
  preview: { data, error, isAsked },
}: {
  preview: ReturnType<typeof usePreview>;
}) {
  const names = data ? [...new Set(data.workloads)] : [];
  return (
    <div role="status" className="min-h-15 rounded-sm bg-sunken px-3 py-2 text-sm">
      {!isAsked && <p className="text-muted">Give a pattern to see what it matches now.</p>}
      {isAsked && error && <ErrorText error={error} />}
      {isAsked && !error && data && (
        <>
          <p className="font-medium">{previewInWords(data)}</p>
          <p className="truncate text-muted" title={names.join('\n')}>
            {names.join(', ')}
          </p>
        </>
      )}
    </div>
  );
}
