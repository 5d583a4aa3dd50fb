import type { IncidentRow, MirrorRow, Run, Step } from '../api/types';

/** What GET /api/events tells of one incident: the topic is the SSE event's name, `seq` its id. */
export type IncidentEvent = { seq: number } & (
  | {
      topic: 'incident.created' | 'incident.updated';
      data: { id: string; version: number; summary: IncidentRow };
    }
  | { topic: 'incident.deleted'; data: { id: string } }
  | { topic: 'run.step'; data: { run_id: string; incident_id: string; step: Step } }
  | { topic: 'run.state'; data: { run_id: string; incident_id: string; state: Run['state'] } }
  | {
      topic: 'diagnosis.ready';
      data: { incident_id: string; diagnosis_id: string; source: string };
    }
  | { topic: 'evidence.added'; data: { incident_id: string; ids: string[] } }
  | { topic: 'mirror.updated'; data: { id: string; version: number; summary: MirrorRow } }
);

/** Which nodes nobody watches has changed. */
interface WatchingEvent {
  seq: number;
  topic: 'watching.changed';
  data: { cluster: string; nodes_total: number; unwatched_total: number };
}

export type LiveEvent = IncidentEvent | WatchingEvent;

export type Topic = LiveEvent['topic'];

export const TOPICS: readonly Topic[] = [
  'incident.created',
  'incident.updated',
  'incident.deleted',
  'run.step',
  'run.state',
  'diagnosis.ready',
  'evidence.added',
  'mirror.updated',
  'watching.changed',
];

/** Sent at once and then every 15 s: the server's clock, and the newest number. */
export interface Heartbeat {
  now: string;
  seq: number;
}

/** The incident that an event is about. */
export function incidentOf(event: IncidentEvent): string {
  if (event.topic === 'mirror.updated') return event.data.summary.incident_id;
  return 'incident_id' in event.data ? event.data.incident_id : event.data.id;
}
