import { usePreferences } from '../lib/preferences';
import { formatAge, formatClock, formatFull, formatStamp, millis } from '../lib/time';
import { useClock } from '../live/clock';

interface Props {
  at: string;
  /** `age`: "3 min", and the date after a day. `clock`: "13:41:02". `full`: date, time and zone. */
  style?: 'age' | 'clock' | 'full';
}

const DAY = 86_400_000;

/** A moment, in the zone that the person has chosen. The whole of it is in the tooltip. */
export function Time({ at, style = 'age' }: Props) {
  const { zone } = usePreferences();
  const time = millis(at);
  const text = useClock((now) => {
    if (style === 'full') return formatFull(time, zone);
    if (style === 'age') return formatAge(time, now) ?? formatStamp(time, zone);
    return now - time < DAY ? formatClock(time, zone) : formatStamp(time, zone);
  });
  return (
    <time dateTime={at} title={formatFull(time, zone)} className="whitespace-nowrap">
      {text}
    </time>
  );
}
