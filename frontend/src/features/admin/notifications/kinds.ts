import type { ChannelBody } from '../../../api/types';

export type Kind = ChannelBody['kind'];

/** What a kind of receiver is called, and what it needs. */
interface Needs {
  title: string;
  address: string;
  /** Empty: it has none. */
  token: string;
  needsAddress: boolean;
  needsToken: boolean;
  arrives: string;
}

export const KINDS: Record<Kind, Needs> = {
  slack: {
    title: 'Slack',
    address: 'Of an incoming webhook; empty with a bot’s token.',
    token: 'A bot’s (chat:write), for one message an incident that is kept up to date.',
    needsAddress: false,
    needsToken: false,
    arrives: 'A message when something fails, and when it is well again.',
  },
  teams: {
    title: 'Microsoft Teams',
    address: 'Of a workflow’s webhook.',
    token: '',
    needsAddress: true,
    needsToken: false,
    arrives: 'A card when something fails, and when it is well again.',
  },
  pagerduty: {
    title: 'PagerDuty',
    address: 'Empty: the usual one. In the EU https://events.eu.pagerduty.com',
    token: 'The routing key (Events API v2).',
    needsAddress: false,
    needsToken: true,
    arrives: 'Trigger, acknowledge and resolve of one alert an incident.',
  },
  opsgenie: {
    title: 'Opsgenie',
    address: 'Empty: the usual one. In the EU https://api.eu.opsgenie.com',
    token: 'An API key.',
    needsAddress: false,
    needsToken: true,
    arrives: 'One alert an incident, acknowledged and closed with it.',
  },
  webhook: {
    title: 'Webhook',
    address: 'To which signed JSON is sent.',
    token: 'The secret with which each request is signed.',
    needsAddress: true,
    needsToken: true,
    arrives: 'JSON for each step of an incident, signed.',
  },
  apprise: {
    title: 'Another service, by apprise',
    address: 'As apprise writes it: discord://…, tgram://…, ntfys://…',
    token: '',
    needsAddress: true,
    needsToken: false,
    arrives: 'Plain text when something fails, and when it is well again.',
  },
};

export const SEVERITIES: [ChannelBody['severity'], string][] = [
  ['low', 'All'],
  ['medium', 'Medium and above'],
  ['high', 'High and above'],
  ['critical', 'Critical only'],
];

/** A channel of which nothing is chosen yet. */
export function freshOf(kind: Kind, id = ''): ChannelBody {
  return {
    id,
    kind,
    enabled: true,
    severity: 'low',
    namespaces: ['*'],
    clusters: ['*'],
    quiet: null,
    resolved: true,
    inside: false,
    room: '',
    address: null,
    token: null,
  };
}
