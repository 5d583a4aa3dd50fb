import { CircleCheck, Info, type LucideIcon, OctagonX, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names';
import { TONE_CHIP } from './tone';

type NoticeTone = 'critical' | 'warning' | 'ok' | 'idle';

interface Props {
  tone: NoticeTone;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  /** Read out at once: for what has just gone wrong. */
  urgent?: boolean;
}

const ICONS: Record<NoticeTone, LucideIcon> = {
  critical: OctagonX,
  warning: TriangleAlert,
  ok: CircleCheck,
  idle: Info,
};

/** A sentence that must be seen, with what can be done about it. */
export function Notice({ tone, title, children, actions, urgent }: Props) {
  const Icon = ICONS[tone];
  return (
    <div
      role={urgent ? 'alert' : undefined}
      className={classNames(
        'flex flex-wrap items-start gap-x-3 gap-y-2 rounded-sm px-3 py-2 text-sm',
        TONE_CHIP[tone],
      )}
    >
      <Icon aria-hidden size={16} className="mt-px shrink-0" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="font-medium">{title}</p>
        {children && <div className="break-words text-fg">{children}</div>}
      </div>
      {actions}
    </div>
  );
}
