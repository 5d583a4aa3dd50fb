// The administration as the mock server tells it: some of everything, and nothing that changes.
const AGO = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
const IN = (minutes) => AGO(-minutes);

const made = (id, reason, rest) => ({
  id,
  reason,
  created_by: 'Ada',
  created_at: AGO(2000),
  expires_at: null,
  is_expired: false,
  last_matched_at: null,
  cluster: '*',
  namespace: '*',
  ...rest,
});

const ANY = { workload: '*', pod: '*', label: '*', failure_class: '*' };

const channel = (id, kind, rest) => ({
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
  address: '',
  token: '…',
  health: { sent: 0, failed: 0, last_sent_at: null, failing_since: null, error: '' },
  ...rest,
});

const retention = (name, what, keep_days, rest = {}) => ({
  name,
  keep_days,
  default_days: keep_days,
  least_days: 1,
  most_days: 3650,
  may_be_off: true,
  what,
  since: 'their end',
  version: 0,
  ...rest,
});

const SETTINGS = {
  'history-retention': retention('', 'resolved incidents with all that belongs to them', 90, {
    changed_by: 'Ada',
    changed_at: AGO(90),
  }),
  'ignored-retention': retention('', 'ignored incidents of which nothing fails', 'off'),
  'evidence-retention': retention('', 'captured logs, events and manifests', 14),
  'run-retention': retention('', 'runs that ended, with their steps; mirrors that are gone', 30),
  'audit-retention': retention('', 'entries of the audit log', 365, { least_days: 30 }),
  'event-retention': retention('', 'events of the live stream', 1, { may_be_off: false }),
  'mirror-ttl': {
    ttl_seconds: 300,
    default_seconds: 300,
    least_seconds: 30,
    most_seconds: 3600,
    version: 0,
  },
  'mirror-limits': { per_cluster: 10, per_namespace: 3, version: 0 },
};

const notifications = () => ({
  version: 3,
  channels: [
    channel('ops', 'slack', {
      severity: 'high',
      namespaces: ['shop', 'pay-*'],
      quiet: { start: '22:00', end: '07:00', zone: 'Europe/Berlin' },
      address: 'https://hooks.slack.com/…',
      health: { sent: 128, failed: 2, last_sent_at: AGO(4), failing_since: null, error: '' },
    }),
    channel('pager', 'pagerduty', {
      severity: 'critical',
      health: {
        sent: 12,
        failed: 9,
        last_sent_at: AGO(400),
        failing_since: AGO(30),
        error: 'events.pagerduty.com answered 503.',
      },
    }),
  ],
  dead_man: null,
});

const user = (id, name, role) => ({
  ...{ id, name, role, scopes: ['*/*'], local: true, version: 1 },
  ...{ created_at: AGO(9000), signed_in_at: AGO(9) },
});

const LISTS = {
  'excluded-namespaces': () => [
    made('1', 'load test until Friday', {
      namespace: 'load-test-*',
      expires_at: IN(3000),
      last_matched_at: AGO(3),
    }),
  ],
  'excluded-pods': () => [
    made('2', 'fails while the archive moves', {
      ...ANY,
      namespace: 'shop',
      workload: 'CronJob/report-*',
      failure_class: 'JobFailed',
    }),
  ],
  users: () => [user('1', 'Ada', 'admin'), user('2', 'Grace', 'write')],
  invitations: () => [],
  audit: () => [],
};

/** What a request for the administration gets: a status and a body; null for what is not there. */
export function adminAnswer(method, pathname, query) {
  const name = pathname.slice('/api/admin/'.length);
  if (query.get('preview') === 'true') {
    return [200, { incidents: 7, workloads: ['shop/Deployment/cart', 'shop/Deployment/pay'] }];
  }
  if (name === 'health') {
    const parts = ['api', 'postgres', 'temporal'].map((part) => ({
      ...{ name: part, state: 'ok', detail: '', since: AGO(600) },
    }));
    return [200, { state: 'ok', as_of: AGO(0), unwatched_nodes: [], parts }];
  }
  if (name === 'notifications') return [200, notifications()];
  if (name === 'notifications/test') return [200, { ok: false, detail: 'It answered 503.' }];
  if (name === 'service-token/rotate') return [201, { cluster: 'demo', token: 'kure_mock' }];
  if (name.startsWith('settings/')) return setting(name.slice('settings/'.length), query);
  const items = LISTS[name];
  return method === 'GET' && items ? [200, { items: items(), next: null }] : null;
}

function setting(name, query) {
  const value = SETTINGS[name];
  if (!value) return null;
  const days = query.get('preview');
  if (days === null) return [200, value];
  const keep_days = days === 'off' ? 'off' : Number(days);
  const count = days === 'off' ? 0 : 1204;
  return [200, { ...value, preview: { keep_days, count, oldest: AGO(200_000) } }];
}

/** One's own tokens. */
export function tokensAnswer() {
  const token = { id: '1', name: 'ci', role: 'read', scopes: ['prod/*'] };
  const times = { created_at: AGO(90), expires_at: IN(40_000), used_at: AGO(2) };
  return [200, { items: [{ ...token, ...times }] }];
}
