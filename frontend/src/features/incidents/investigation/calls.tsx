import type { Investigation } from '../../../api/types';
import { usdInWords } from '../../../lib/format';
import { Time } from '../../../ui/time';

const STATES: Record<Investigation['calls'][number]['state'], string> = {
  asking: 'asking',
  answered: 'answered',
  failed: 'failed',
  lost: 'lost in flight: it may have cost',
};

/** Each call with whom it went to, what came of it and what it cost. */
export function Calls({ calls }: Pick<Investigation, 'calls'>) {
  const usd = calls.reduce((sum, call) => sum + Number(call.usd), 0);
  return (
    <details className="text-sm">
      <summary className="w-fit rounded-sm text-muted">
        {calls.length} {calls.length === 1 ? 'call' : 'calls'}, {usdInWords(String(usd))}
      </summary>
      <ol className="mt-1 divide-y divide-hairline rounded-sm border border-hairline bg-surface">
        {calls.map((call) => (
          <li
            key={`${call.turn} ${call.attempt}`}
            className="flex flex-wrap gap-x-4 px-3 py-1.5 text-xs"
          >
            <span className="tabular w-14 text-muted">Turn {call.turn}</span>
            <span>
              {call.provider}, {call.model}
            </span>
            <span className={call.state === 'answered' ? 'text-ok' : 'text-warning'}>
              {STATES[call.state]}
            </span>
            {call.input_tokens !== null && call.input_tokens !== undefined && (
              <span className="tabular text-muted">
                {call.input_tokens} tokens in
                {call.cached_tokens ? ` (${call.cached_tokens} cached)` : ''}, {call.output_tokens}{' '}
                out
              </span>
            )}
            {call.latency_ms !== null && call.latency_ms !== undefined && (
              <span className="tabular text-muted">{call.latency_ms} ms</span>
            )}
            <span className="tabular text-muted">{usdInWords(call.usd)}</span>
            <span className="ml-auto text-muted">
              <Time at={call.asked_at} style="clock" />
            </span>
            {call.error && <span className="basis-full break-words">{call.error}</span>}
          </li>
        ))}
      </ol>
    </details>
  );
}
