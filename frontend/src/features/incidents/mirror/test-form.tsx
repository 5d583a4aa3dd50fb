import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, useMemo, useState } from 'react';
import { keys } from '../../../api/keys';
import { deploy } from '../../../api/queries/mirrors';
import type { IncidentDetail, MirrorPreview } from '../../../api/types';
import { randomKey } from '../../../lib/id';
import { formatDuration } from '../../../lib/time';
import { Button } from '../../../ui/button';
import { Field, INPUT } from '../../../ui/field';
import { toast } from '../../../ui/toast';
import { nameOf } from '../words';
import { TestRefused } from './test-refused';

const ROUNDS = [
  [1, 'Only this one'],
  [2, 'The next one too, if it fails'],
  [3, 'Up to three, each from the failure before'],
] as const;

interface Props {
  incident: IncidentDetail;
  preview: MirrorPreview;
  /** The manifest that somebody has edited; null where the fix is tested as it was proposed. */
  manifest: string | null;
  noNetwork: boolean;
  onNoNetwork: (noNetwork: boolean) => void;
  /** Whether `preview` is of what is asked for now. */
  isPlanned: boolean;
  onClose: () => void;
}

const route = getRouteApi('/incidents/$id');

/** How long and how often to test, what must be confirmed, and the start. */
export function TestForm(props: Props) {
  const { incident, preview, manifest, noNetwork, isPlanned, onClose } = props;
  const { policy, needs_seconds, ttl } = preview;
  const [seconds, setSeconds] = useState(() =>
    String(Math.min(ttl.most, Math.max(ttl.default, Math.ceil(needs_seconds)))),
  );
  const [rounds, setRounds] = useState(1);
  const [confirmed, setConfirmed] = useState<readonly string[]>([]);
  const client = useQueryClient();
  const navigate = route.useNavigate();
  const test = useMutation({
    mutationFn: deploy,
    onSuccess: ({ mirror_id }) => {
      toast(`Testing a fix of ${nameOf(incident)} on a copy`);
      void client.invalidateQueries({ queryKey: keys.detail(incident.id) });
      void client.invalidateQueries({ queryKey: ['mirrors'], refetchType: 'active' });
      void navigate({
        to: '.',
        search: (previous) => ({ ...previous, mirror: mirror_id }),
        replace: true,
        resetScroll: false,
      });
      onClose();
    },
    onError: () => void client.invalidateQueries({ queryKey: keys.detail(incident.id) }),
  });

  const ttlSeconds = Number(seconds);
  const isOver = seconds === '' || ttlSeconds < ttl.least || ttlSeconds > ttl.most;
  const isShort = !isOver && ttlSeconds < needs_seconds;
  const what = manifest === null ? preview.fix_id && { fix_id: preview.fix_id } : { manifest };
  const isConfirmed = policy.confirmations.every((one) => confirmed.includes(one));
  const wish = what && {
    incidentId: incident.id,
    what,
    noNetwork,
    ttlSeconds,
    rounds,
    confirmed: isConfirmed && policy.confirmations.length > 0,
  };
  // The same wish, tried again, is done once; another wish is another test.
  const told = JSON.stringify(wish);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a key for each wish
  const key = useMemo(randomKey, [told]);
  const isAllowed =
    isPlanned && policy.refusals.length === 0 && isConfirmed && !isOver && wish !== null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wish && isAllowed) test.mutate({ ...wish, key });
  };
  return (
    <form noValidate className="flex flex-col gap-4" onSubmit={submit}>
      <div className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
        <Field
          label="Life of the copy, in seconds"
          hint={`${ttl.least} to ${ttl.most}. It is deleted then.`}
          problem={ttlProblem(isOver, isShort, preview)}
        >
          {(ids) => (
            <input
              {...ids}
              type="number"
              min={ttl.least}
              max={ttl.most}
              value={seconds}
              onChange={(event) => setSeconds(event.target.value)}
              className={`${INPUT} max-w-32`}
            />
          )}
        </Field>
        <Field label="Fixes to try" hint="Each on a copy of its own.">
          {(ids) => (
            <select
              {...ids}
              value={rounds}
              onChange={(event) => setRounds(Number(event.target.value))}
              className={INPUT}
            >
              {ROUNDS.map(([count, word]) => (
                <option key={count} value={count}>
                  {word}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Check
        label="No network: the copy may speak to nobody, not even to DNS"
        isChecked={noNetwork}
        onCheck={props.onNoNetwork}
      />
      {policy.confirmations.length > 0 && (
        <fieldset className="flex flex-col gap-2 rounded-sm bg-warning-bg px-3 py-2">
          <legend className="float-left mb-1 text-sm font-medium text-warning">
            To be confirmed first
          </legend>
          {policy.confirmations.map((one) => (
            <Check
              key={one}
              label={one}
              isChecked={confirmed.includes(one)}
              onCheck={(isOn) =>
                setConfirmed(isOn ? [...confirmed, one] : confirmed.filter((old) => old !== one))
              }
            />
          ))}
        </fieldset>
      )}
      {test.error && <TestRefused error={test.error} incident={incident} onClose={onClose} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" disabled={!isAllowed || test.isPending}>
          {test.isPending ? 'Starting the test…' : 'Test fix'}
        </Button>
      </div>
    </form>
  );
}

function ttlProblem(isOver: boolean, isShort: boolean, { ttl, needs_seconds }: MirrorPreview) {
  if (isOver) return `It must be between ${ttl.least} and ${ttl.most} s.`;
  if (!isShort) return undefined;
  const needed = formatDuration(needs_seconds * 1000);
  return `Too short for a verdict: this test needs at least ${needed}.`;
}

interface CheckProps {
  label: string;
  isChecked: boolean;
  onCheck: (isOn: boolean) => void;
}

function Check({ label, isChecked, onCheck }: CheckProps) {
  return (
    <label className="flex min-h-6 items-start gap-2 text-sm pointer-coarse:min-h-11">
      <input
        type="checkbox"
        checked={isChecked}
        onChange={(event) => onCheck(event.target.checked)}
        className="mt-px size-4 shrink-0 accent-accent"
      />
      <span className="min-w-0 break-words">{label}</span>
    </label>
  );
}
