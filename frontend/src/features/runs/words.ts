/** What each type of workflow is about. */
export const TYPES: readonly (readonly [string, string])[] = [
  ['IncidentWorkflow', 'Incident'],
  ['MirrorWorkflow', 'Mirror test'],
  ['InvestigationWorkflow', 'Investigation by a model'],
  ['MirrorPlanWorkflow', 'Mirror preview'],
  ['SweepWorkflow', 'Search for left mirrors'],
  ['NotifyWorkflow', 'Notification'],
  ['RetentionWorkflow', 'Retention'],
];

/** A type in words; one that is not known here by its own name. */
export function typeWord(type: string): string {
  return TYPES.find(([name]) => name === type)?.[1] ?? type.replace(/Workflow$/, '');
}
