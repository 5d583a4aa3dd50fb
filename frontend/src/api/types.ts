import type { components, paths } from './schema';

type Schemas = components['schemas'];
type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;

export type Config = Answer<'/api/config'>;
export type User = Answer<'/api/auth/me'>['user'];
export type Session = Answer<'/api/auth/me'>['sessions'][number];
export type Account = Schemas['User'];
export type ApiToken = Schemas['ApiToken'];
/** What somebody may do, and where: `cluster/namespace`, each a pattern. */
export interface Grant {
  role: Account['role'];
  scopes: string[];
}
export type Invitation = Schemas['Invitation'];
export type NamespaceExclusion = Schemas['NamespaceExclusion'];
export type PodExclusion = Schemas['PodExclusion'];
export type NewPodExclusion = Schemas['NewPodExclusion'];
export type ExclusionPreview = Schemas['kure__contracts__exclusions__Preview'];
export type Notifications = Schemas['NotificationsView'];
export type NotificationsBody = Schemas['NotificationsBody'];
export type Channel = Schemas['ChannelView'];
export type ChannelBody = Schemas['ChannelBody'];
export type ChannelHealth = Schemas['ChannelHealth'];
export type DeadManBody = Schemas['DeadManBody'];
export type Retention = Schemas['RetentionSetting'];
export type KeepDays = Retention['keep_days'];
export type MirrorTtl = Schemas['MirrorTtlSetting'];
export type MirrorLimits = Schemas['MirrorLimitsSetting'];
export type PartHealth = Schemas['PartHealth'];
export type AuditEntry = Schemas['AuditEntry'];
export type Models = Schemas['ModelsView'];
export type ModelsBody = Schemas['ModelsBody'];
export type Provider = Schemas['ProviderView'];
export type ProviderBody = Schemas['ProviderBody'];
export type KindDefaults = Schemas['KindDefaults'];
export type ModelTested = Schemas['ModelTested'];
export type PromptPreview = Schemas['PromptPreview'];
export type Investigation = Schemas['InvestigationView'];
export type ModelAnswer = Schemas['ModelAnswer'];
export type ModelFix = Schemas['ModelFix'];
export type IncidentPage = Answer<'/api/incidents'>;

export type IncidentRow = Schemas['IncidentRow'];
export type IncidentDetail = Schemas['IncidentDetail'];
export type Status = Schemas['Status'];
export type Severity = Schemas['Severity'];
export type Pod = Schemas['PodRow'];
export type Diagnosis = Schemas['DiagnosisView'];
export type Cause = Schemas['CauseView'];
export type Patch = Schemas['PatchView'];
export type Blamed = Schemas['BlamedView'];
export type EvidenceLine = Schemas['EvidenceLine'];
export type EvidenceRow = Schemas['EvidenceRow'];
export type EvidenceItem = Schemas['EvidenceItem'];
export type Run = Schemas['Run'];
export type Step = Schemas['Step'];
export type StepState = Schemas['StepState'];
export type Changed = Schemas['Changed'];
export type MirrorPage = Schemas['MirrorPage'];
export type MirrorRow = Schemas['MirrorRow'];
export type MirrorDetail = Schemas['MirrorDetail'];
export type MirrorPlan = Schemas['MirrorPlan'];
export type MirrorPreview = Schemas['MirrorPreview'];
export type Phase = Schemas['Phase'];
export type Verdict = Schemas['Verdict'];
export type FixView = Schemas['FixView'];
export type RunPage = Schemas['RunPage'];
export type Hit = Schemas['Hit'];
