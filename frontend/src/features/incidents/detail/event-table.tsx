import { useEffect, useRef } from 'react';
import type { EvidenceLine } from '../../../api/types';
import { classNames } from '../../../ui/class-names';
import { Time } from '../../../ui/time';
import type { CapturedEvent } from './captured-events';
import { oneLine, wordsOf } from './evidence-target';

interface Props {
  events: readonly CapturedEvent[];
  marked: EvidenceLine | null;
}

/** Whether an event is the one that an evidence line means: the line's field is its reason. */
function isMeant(event: CapturedEvent, line: EvidenceLine): boolean {
  return event.reason === line.field && oneLine(event.message).includes(wordsOf(line));
}

/** What Kubernetes said, newest first. */
export function EventTable({ events, marked }: Props) {
  const at = marked ? events.findIndex((event) => isMeant(event, marked)) : -1;
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (at !== -1) row.current?.scrollIntoView({ block: 'center' });
  }, [at]);
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-left text-sm">
        <thead className="text-xs text-muted">
          <tr className="border-b border-hairline">
            {['Last', 'Type', 'Reason', 'Times', 'Message'].map((name) => (
              <th key={name} scope="col" className="py-1.5 pr-4 font-normal">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {events.map((event, index) => (
            <tr
              key={`${event.at} ${event.reason} ${event.message}`}
              ref={index === at ? row : undefined}
              aria-current={index === at || undefined}
              className={classNames(
                'border-b border-hairline align-top last:border-0',
                index === at && 'bg-warning-bg',
              )}
            >
              <td className="py-1.5 pr-4 text-muted">
                {event.at && <Time at={event.at} style="clock" />}
              </td>
              <td className={classNames('py-1.5 pr-4', event.type === 'Warning' && 'text-warning')}>
                {event.type}
              </td>
              <td className="py-1.5 pr-4 font-medium">{event.reason}</td>
              <td className="tabular py-1.5 pr-4">{event.count}</td>
              <td className="w-full min-w-64 py-1.5 break-words">{event.message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
