import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { mirrorListQuery } from '../../api/queries/mirrors';
import { MIRROR_STATES, type MirrorState } from '../../api/search';
import type { MirrorRow } from '../../api/types';
import { isLive } from '../../lib/mirror-tests';
import { usePageStart, usePageTitle } from '../../lib/page';
import { rowsOf } from '../../lib/pages';
import { usePolling } from '../../live/use-live';
import { NAV, NAV_LINK } from '../../ui/nav';
import { Older } from '../../ui/older';
import { QueryState } from '../../ui/query-state';
import { MirrorTable } from './mirror-table';

const WORDS: Record<MirrorState, string> = {
  all: 'All',
  live: 'Active',
  passed: 'Passed',
  failed: 'Failed',
  none: 'No verdict',
};

const route = getRouteApi('/mirrors');

/** The mirror tests that run, and those that ran. */
export default function MirrorsPage() {
  usePageTitle('Mirror tests');
  usePageStart('mirrors');
  const { state = 'all' } = route.useSearch();
  const query = useInfiniteQuery({ ...mirrorListQuery, refetchInterval: usePolling(15_000) });
  const rows = useMemo(() => rowsOf(query.data?.pages ?? []), [query.data]);
  const shown = rows.filter((row) => isOf(row, state));
  return (
    <div className="mx-auto flex min-h-full w-full max-w-[1760px] flex-col gap-4 px-4 py-4 lg:px-6">
      <header className="flex flex-wrap items-baseline gap-x-6 gap-y-2">
        <h1 tabIndex={-1} className="text-2xl font-semibold">
          Mirror tests
        </h1>
        <States current={state} />
      </header>
      <QueryState
        query={query}
        what="mirror tests"
        skeletonLines={6}
        isEmpty={() => shown.length === 0}
        empty={<Empty isFiltered={rows.length > 0} />}
      >
        {() => <MirrorTable rows={shown} />}
      </QueryState>
      <Older query={query} />
    </div>
  );
}

function isOf(row: MirrorRow, state: MirrorState): boolean {
  if (state === 'all') return true;
  return state === 'live' ? isLive(row) : row.verdict === state;
}

function States({ current }: { current: MirrorState }) {
  return (
    <nav aria-label="State" className={NAV}>
      {MIRROR_STATES.map((state) => (
        <Link
          key={state}
          to="/mirrors"
          replace
          search={state === 'all' ? {} : { state }}
          aria-current={state === current ? 'page' : undefined}
          activeOptions={{ exact: true }}
          className={NAV_LINK}
        >
          {WORDS[state]}
        </Link>
      ))}
    </nav>
  );
}

function Empty({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <p className="text-muted">
        No test of these is in that state.{' '}
        <Link to="/mirrors" search={{}} className="text-accent underline">
          Show all
        </Link>
      </p>
    );
  }
  return (
    <p className="max-w-[75ch] text-muted">
      No fix has been tested yet. Where an incident has one, “Test fix” makes a throw-away copy of
      the failing pod with the fix, watches whether it gets well, and deletes it.{' '}
      <Link to="/" className="text-accent underline">
        Incidents
      </Link>
    </p>
  );
}
