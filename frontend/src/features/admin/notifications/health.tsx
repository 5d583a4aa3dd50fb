import { CircleCheck, CircleDashed, type LucideIcon, OctagonX, PauseCircle } from 'lucide-react';
import type { ChannelHealth } from '../../../api/types';
import { formatNumber } from '../../../lib/format';
import { classNames } from '../../../ui/class-names';
import { Time } from '../../../ui/time';
import { TONE_TEXT, type Tone } from '../../../ui/tone';

interface Props {
  health: ChannelHealth;
  isOff?: boolean;
}

/** Whether messages get through, since when not and why. */
export function Health({ health, isOff = false }: Props) {
  const { sent, failed, last_sent_at, failing_since, error } = health;
  const look = lookOf(health, isOff);
  return (
    <p className={classNames('flex flex-wrap items-center gap-x-1.5', TONE_TEXT[look.tone])}>
      <look.icon aria-hidden size={14} />
      <span className="font-medium">{look.word}</span>
      {!isOff && failing_since && (
        <>
          since <Time at={failing_since} />
        </>
      )}
      <span className="min-w-0 break-words text-muted">
        {!isOff && failing_since && error && `${error} `}
        {sent + failed > 0 && `${formatNumber(sent)} sent, ${formatNumber(failed)} tries failed`}
        {last_sent_at && (
          <>
            , last sent <Time at={last_sent_at} />
          </>
        )}
      </span>
    </p>
  );
}

function lookOf({ sent, failing_since }: ChannelHealth, isOff: boolean) {
  const look = (icon: LucideIcon, word: string, tone: Tone) => ({ icon, word, tone });
  if (isOff) return look(PauseCircle, 'Switched off', 'idle');
  if (failing_since) return look(OctagonX, 'Does not get through', 'critical');
  return sent > 0
    ? look(CircleCheck, 'Gets through', 'ok')
    : look(CircleDashed, 'Nothing sent yet', 'idle');
}
