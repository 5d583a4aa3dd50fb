import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';
import type { RowsListener } from './applier';
import type { Live } from './live';
import type { LiveState } from './watchdog';

export type LiveConnection = Pick<Live, 'getState' | 'onState' | 'onRows'>;

export const LiveContext = createContext<LiveConnection | null>(null);

function useLive(): LiveConnection {
  const live = useContext(LiveContext);
  if (!live) throw new Error('This part needs <LiveContext> around it');
  return live;
}

/** Whether what is shown is up to date, in a word. */
export function useLiveState(): LiveState {
  const live = useLive();
  return useSyncExternalStore(live.onState, live.getState);
}

/** How often to ask for something: not at all while the stream works. */
export function usePolling(ms: number): number | false {
  return useLiveState().word === 'offline' ? ms : false;
}

/** Calls back with the incidents that have just been created or changed. */
export function useIncidentRows(listener: RowsListener): void {
  const live = useLive();
  useEffect(() => live.onRows(listener), [live, listener]);
}
