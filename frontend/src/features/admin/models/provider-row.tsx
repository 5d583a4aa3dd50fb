import { useMutation } from '@tanstack/react-query';
import {
  ArrowDown,
  ArrowUp,
  CircleCheck,
  type LucideIcon,
  OctagonX,
  PauseCircle,
} from 'lucide-react';
import { testModel } from '../../../api/queries/models';
import type { ModelTested, Provider } from '../../../api/types';
import { usdInWords } from '../../../lib/format';
import { Button } from '../../../ui/button';
import { classNames } from '../../../ui/class-names';
import { ErrorText } from '../../../ui/query-state';
import { Time } from '../../../ui/time';
import { TONE_TEXT, type Tone } from '../../../ui/tone';

interface Props {
  provider: Provider;
  place: number;
  onEdit: () => void;
  onUp: (() => void) | undefined;
  onDown: (() => void) | undefined;
}

/** One provider: what it is, where what it is told goes, how it does, and what can be done. */
export function ProviderRow({ provider, place, onEdit, onUp, onDown }: Props) {
  const { id, model, key } = provider;
  const test = useMutation({ mutationFn: () => testModel(id) });
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 py-3 text-sm">
      <span className="tabular w-5 shrink-0 text-muted">{place}</span>
      <div className="min-w-0 flex-1 basis-64">
        <p className="break-words">
          <span className="font-medium">{id}</span> <span className="text-muted">{model}</span>
        </p>
        <p className="text-muted">
          {provider.place === 'inside'
            ? 'Inside: nothing leaves the cluster'
            : 'Outside: redacted questions leave the cluster'}
          {key && (
            <>
              ; key ends in {key}
              {provider.key_set_at && (
                <>
                  , set <Time at={provider.key_set_at} />
                </>
              )}
            </>
          )}
        </p>
        <Health provider={provider} />
        {test.data && <TestResult tested={test.data} />}
        {test.error && <ErrorText error={test.error} />}
      </div>
      <div className="flex flex-wrap gap-1">
        <Move label={`Ask ${id} earlier`} icon={ArrowUp} onClick={onUp} />
        <Move label={`Ask ${id} later`} icon={ArrowDown} onClick={onDown} />
        <Button disabled={test.isPending} onClick={() => test.mutate()} aria-label={`Test ${id}`}>
          {test.isPending ? 'Asking…' : 'Test'}
        </Button>
        <Button kind="quiet" onClick={onEdit} aria-label={`Change ${id}`}>
          Change
        </Button>
      </div>
    </li>
  );
}

interface MoveProps {
  label: string;
  icon: LucideIcon;
  onClick: (() => void) | undefined;
}

function Move({ label, icon: Icon, onClick }: MoveProps) {
  return (
    <Button kind="quiet" aria-label={label} title={label} disabled={!onClick} onClick={onClick}>
      <Icon aria-hidden size={14} />
    </Button>
  );
}

function Health({ provider: { enabled, health } }: { provider: Provider }) {
  const { breaker, open_until, error, calls, failed, median_ms, last_answered_at } = health;
  const look = lookOf(enabled, breaker, error);
  return (
    <p className={classNames('flex flex-wrap items-center gap-x-1.5', TONE_TEXT[look.tone])}>
      <look.icon aria-hidden size={14} />
      <span className="font-medium">{look.word}</span>
      {enabled && breaker !== 'closed' && open_until && (
        <>
          until <Time at={open_until} style="clock" />
        </>
      )}
      <span className="break-words text-muted">
        {error && `${error} `}
        {calls > 0 && `${calls} calls in 24 h, ${failed} failed`}
        {median_ms !== null && median_ms !== undefined && `, median ${median_ms} ms`}
        {last_answered_at && (
          <>
            , last answer <Time at={last_answered_at} />
          </>
        )}
      </span>
    </p>
  );
}

function lookOf(enabled: boolean, breaker: Provider['health']['breaker'], error: string) {
  const look = (icon: LucideIcon, word: string, tone: Tone) => ({ icon, word, tone });
  if (!enabled) return look(PauseCircle, 'Switched off', 'idle');
  if (breaker === 'open') return look(OctagonX, 'Left alone', 'critical');
  if (breaker === 'half_open') return look(OctagonX, 'Tried again', 'warning');
  return error
    ? look(OctagonX, 'The last call failed:', 'warning')
    : look(CircleCheck, 'Well', 'ok');
}

function TestResult({ tested }: { tested: ModelTested }) {
  if (!tested.ok) {
    return (
      <p role="status" className="break-words text-critical">
        It did not answer: {tested.error}
      </p>
    );
  }
  const { latency_ms, input_tokens, output_tokens, usd, model } = tested;
  return (
    <p role="status" className="text-ok">
      {model} answered after {latency_ms} ms: {input_tokens} tokens in, {output_tokens} out
      {usd && `, ${usdInWords(usd)}`}
    </p>
  );
}
