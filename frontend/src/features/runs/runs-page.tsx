import {
  type QueryClient,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { keys } from '../../api/keys';
import { runCountsQuery, runListQuery } from '../../api/queries/runs';
import { RUN_STATES, type RunSearch } from '../../api/search';
import { formatNumber, plural } from '../../lib/format';
import { usePageStart, usePageTitle } from '../../lib/page';
import { rowsOf } from '../../lib/pages';
import { usePolling } from '../../live/use-live';
import { Button } from '../../ui/button';
import { INPUT } from '../../ui/field';
import { NAV, NAV_LINK } from '../../ui/nav';
import { Older } from '../../ui/older';
import { QueryState } from '../../ui/query-state';
import { runWord } from '../../ui/run-mark';
import { RunTable } from './run-table';
import { TYPES, typeWord } from './words';

const route = getRouteApi('/runs');

/** What the workflows do and have done. */
export default function RunsPage() {
  usePageTitle('Workflows');
  usePageStart('runs');
  const { state, type } = route.useSearch();
  const search = useMemo(() => ({ state, type }), [state, type]);
  const query = useInfiniteQuery({ ...runListQuery(search), refetchInterval: usePolling(15_000) });
  const rows = useMemo(() => rowsOf(query.data?.pages ?? []), [query.data]);
  return (
    <div className="mx-auto flex min-h-full w-full max-w-[1760px] flex-col gap-4 px-4 py-4 lg:px-6">
      <header className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <h1 tabIndex={-1} className="text-2xl font-semibold">
          Workflows
        </h1>
        <States search={search} />
        <TypeFilter type={type} />
      </header>
      <NewRuns search={search} />
      <QueryState
        query={query}
        what="workflows"
        skeletonLines={8}
        isEmpty={() => rows.length === 0}
        empty={<Empty isFiltered={state !== undefined || type !== undefined} />}
      >
        {() => <RunTable rows={rows} />}
      </QueryState>
      <Older query={query} />
    </div>
  );
}

function States({ search: { state: current, type } }: { search: RunSearch }) {
  const { data } = useQuery({ ...runCountsQuery(type), refetchInterval: usePolling(15_000) });
  const all = Object.values(data ?? {}).reduce((sum, count) => sum + count, 0);
  return (
    <nav aria-label="State" className={NAV}>
      {[undefined, ...RUN_STATES].map((state) => (
        <Link
          key={state ?? 'all'}
          to="/runs"
          replace
          search={{ ...(type && { type }), ...(state && { state }) }}
          aria-current={state === current ? 'page' : undefined}
          activeOptions={{ exact: true }}
          className={NAV_LINK}
        >
          {state ? runWord(state) : 'All'}
          {data && (
            <span className="tabular text-xs">
              {formatNumber(state ? (data[state] ?? 0) : all)}
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}

function TypeFilter({ type = '' }: { type: string | undefined }) {
  const navigate = route.useNavigate();
  const isOther = type !== '' && !TYPES.some(([name]) => name === type);
  return (
    <select
      aria-label="Type"
      value={type}
      onChange={({ target }) =>
        void navigate({
          search: ({ state }) => ({
            ...(state && { state }),
            ...(target.value && { type: target.value }),
          }),
          replace: true,
        })
      }
      className={`${INPUT} w-auto! sm:ml-auto`}
    >
      <option value="">All types</option>
      {isOther && <option value={type}>{typeWord(type)}</option>}
      {TYPES.map(([name, word]) => (
        <option key={name} value={name}>
          {word}
        </option>
      ))}
    </select>
  );
}

/** Runs that began since the list was read: they wait, so that no row moves under a reader. */
function NewRuns({ search }: { search: RunSearch }) {
  const client = useQueryClient();
  const { data = [] } = useQuery<string[]>({ queryKey: keys.newRuns, enabled: false });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list is read anew
  useEffect(() => forget(client), [client, search]);
  const mayBeShown = search.state === undefined || search.state === 'running';
  if (data.length === 0 || !mayBeShown) return null;
  const show = () => {
    forget(client);
    void client.invalidateQueries({ queryKey: keys.runLists });
  };
  return (
    <Button className="w-fit self-center" onClick={show}>
      {plural(data.length, 'new run')}: show
    </Button>
  );
}

function forget(client: QueryClient): void {
  client.setQueryData<string[]>(keys.newRuns, []);
}

function Empty({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <p className="text-muted">
        No workflow is of that state and type.{' '}
        <Link to="/runs" search={{}} className="text-accent underline">
          Show all
        </Link>
      </p>
    );
  }
  return (
    <p className="max-w-[75ch] text-muted">
      No workflow has run yet. Each incident has one, and so has each mirror test: it goes on where
      it stood when a part of Kure restarts.{' '}
      <Link to="/" className="text-accent underline">
        Incidents
      </Link>
    </p>
  );
}
