import { useEffect, useRef } from 'react';
import type { EvidenceLine } from '../../../api/types';
import { classNames } from '../../../ui/class-names';
import { TableHead } from '../../../ui/table-head';
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
    <table className="w-full text-left text-sm">
      <TableHead columns={['Last', 'Type', 'Reason', 'Times', 'Message']} />
      <tbody>
        {events.map((event, index) => (
          <tr
            // biome-ignore lint/suspicious/noArrayIndexKey: captured once, they never move
            key={index}
            ref={index === at ? row : undefined}
            aria-current={index === at || undefined}
            className={classNames(
              'border-b border-hairline align-top last:border-0 max-md:flex max-md:flex-wrap max-md:gap-x-3 max-md:py-2',
              index === at && 'bg-warning-bg',
            )}
          >
            <td className="py-1.5 pr-4 text-muted max-md:p-0">
              {event.at && <Time at={event.at} style="clock" />}
            </td>
            <td
              className={classNames(
                'py-1.5 pr-4 max-md:p-0',
                event.type === 'Warning' && 'text-warning',
              )}
            >
              {event.type}
            </td>
            <td className="py-1.5 pr-4 font-medium max-md:p-0">{event.reason}</td>
            <td className="tabular py-1.5 pr-4 max-md:p-0">×{event.count}</td>
            <td className="w-full py-1.5 [overflow-wrap:anywhere] max-md:py-0">{event.message}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
