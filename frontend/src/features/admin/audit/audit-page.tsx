import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { auditQuery } from '../../../api/queries/health';
import type { AuditEntry } from '../../../api/types';
import { INPUT } from '../../../ui/field';
import { Older } from '../../../ui/older';
import { QueryState } from '../../../ui/query-state';
import { Time } from '../../../ui/time';
import { PageHead } from '../page-head';
import { Panel } from '../panel';

const route = getRouteApi('/admin/audit');

/** Who did what, and who was refused: newest first. */
export default function AuditPage() {
  const search = route.useSearch();
  const query = useInfiniteQuery(auditQuery(search));
  const entries = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <PageHead title="Audit">
        Everything that was changed, refused or read of logs and manifests, and by whom.
      </PageHead>
      <Panel title="Entries" aside={<Filter />}>
        <QueryState
          query={query}
          what="the audit log"
          skeletonLines={6}
          isEmpty={() => entries.length === 0}
          empty={<p className="text-sm text-muted">Nothing was done that fits this filter.</p>}
        >
          {() => (
            <ul className="divide-y divide-hairline">
              {entries.map((entry) => (
                <Entry key={entry.id} entry={entry} />
              ))}
            </ul>
          )}
        </QueryState>
        <Older query={query} />
      </Panel>
    </>
  );
}

/** By whom and how it ended: it stands in the page's address. */
function Filter() {
  const { actor = '', outcome = '' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <div className="flex flex-wrap gap-2">
      <input
        aria-label="By whom"
        placeholder="By whom"
        defaultValue={actor}
        className={`${INPUT} w-40`}
        onChange={(event) => {
          const { value } = event.target;
          void navigate({
            replace: true,
            search: ({ actor: _, ...rest }) => (value ? { ...rest, actor: value } : rest),
          });
        }}
      />
      <select
        aria-label="How it ended"
        value={outcome}
        className={`${INPUT} w-36`}
        onChange={(event) => {
          const { value } = event.target;
          void navigate({
            replace: true,
            search: ({ outcome: _, ...rest }) =>
              value === 'done' || value === 'refused' ? { ...rest, outcome: value } : rest,
          });
        }}
      >
        <option value="">Done or refused</option>
        <option value="done">Done</option>
        <option value="refused">Refused</option>
      </select>
    </div>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const hasDetail = Object.keys(entry.detail).length > 0;
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 py-2 text-sm">
      <p className="w-36 shrink-0 text-muted">
        <Time at={entry.at} style="clock" />
      </p>
      <div className="min-w-0 flex-1 basis-64">
        <p className="break-words">
          <span className="font-medium">{entry.actor || 'Nobody known'}</span>{' '}
          {entry.action.replaceAll(/[_.]/g, ' ')}{' '}
          <code className="font-mono text-xs break-all">{entry.target}</code>
          {entry.outcome === 'refused' && <span className="text-warning"> refused</span>}
        </p>
        {hasDetail && (
          <details className="text-muted">
            <summary className="w-fit rounded-sm text-xs">Details</summary>
            <pre className="mt-1 overflow-x-auto rounded-sm bg-sunken p-2 font-mono text-xs whitespace-pre-wrap break-all">
              {JSON.stringify(entry.detail, null, 2)}
            </pre>
          </details>
        )}
      </div>
    </li>
  );
}
