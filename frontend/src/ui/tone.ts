/** A meaning that has a colour. It never stands alone: an icon and a word go with it. */
export type Tone = 'critical' | 'high' | 'warning' | 'running' | 'ok' | 'idle';

/** Text on its own pale ground. */
export const TONE_CHIP: Record<Tone, string> = {
  critical: 'bg-critical-bg text-critical',
  high: 'bg-high-bg text-high',
  warning: 'bg-warning-bg text-warning',
  running: 'bg-running-bg text-running',
  ok: 'bg-ok-bg text-ok',
  idle: 'bg-idle-bg text-idle',
};

export const TONE_TEXT: Record<Tone, string> = {
  critical: 'text-critical',
  high: 'text-high',
  warning: 'text-warning',
  running: 'text-running',
  ok: 'text-ok',
  idle: 'text-idle',
};
