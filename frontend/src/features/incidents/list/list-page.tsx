import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { listQuery } from '../../../api/queries/incidents';
import { type ListAddress, matches, toListSearch } from '../../../api/search';
import { parseFilter } from '../../../lib/filter-lang';
import { usePageTitle } from '../../../lib/page';
import { rowsOf } from '../../../lib/pages';
import { classNames } from '../../../ui/class-names';
import { QueryState } from '../../../ui/query-state';
import { rememberList } from '../last-list';
import { EmptyList } from './empty-list';
import { FilterBar } from './filter-bar';
import { FirstSteps } from './first-steps';
import { IncidentTable } from './incident-table';
import { NewRows } from './new-rows';
import { StatusTabs } from './status-tabs';
import { useAttentionOnList } from './use-attention-on-list';
import { useFolded } from './use-folded';
import { useNewRows } from './use-new-rows';
import { useTidyUp } from './use-tidy-up';

const route = getRouteApi('/');

/** What needs somebody, and all that ever did. */
export default function ListPage() {
  usePageTitle('Incidents');
  const address = route.useSearch();
  const navigate = route.useNavigate();
  const { tab, q, sort, since } = toListSearch(address);
  const search = useMemo(() => ({ tab, q, sort, since }), [tab, q, sort, since]);
  const filter = useMemo(() => parseFilter(q), [q]);

  const isReadable = filter.problems.length === 0;
  const query = useInfiniteQuery({ ...listQuery(search), enabled: isReadable });
  const rows = useMemo(() => rowsOf(query.data?.pages ?? []), [query.data]);
  const total = query.data?.pages.at(-1)?.total ?? 0;

  const { shown, toggle } = useFolded(rows);

  const { isAttended, attention } = useAttentionOnList();
  const mayMove = !isAttended && address.row === undefined;
  const fresh = useNewRows(search, rows, mayMove);
  const hasLeft = !query.isPlaceholderData && rows.some((row) => !matches(row, search));
  useTidyUp(hasLeft && !isAttended, fresh.show);
  useEffect(() => rememberList(address), [address]);

  const change = (next: ListAddress) =>
    void navigate({
      search: ({ row: _, ...previous }: ListAddress) => ({ ...previous, ...next }),
      replace: true,
    });
  return (
    <div className="mx-auto flex min-h-full w-full max-w-[1760px] flex-col">
      <header className="z-10 flex flex-col gap-3 border-b border-hairline bg-bg px-4 pt-4 pb-3 lg:px-6 [@media(min-height:560px)]:sticky [@media(min-height:560px)]:top-0">
        <div className="flex flex-wrap items-baseline gap-x-6 gap-y-2">
          <h1 tabIndex={-1} className="text-2xl font-semibold">
            Incidents
          </h1>
          <StatusTabs search={search} isReadable={isReadable} />
        </div>
        <FilterBar search={search} filter={filter} error={query.error} onChange={change} />
        <NewRows count={fresh.count} onShow={fresh.show} />
      </header>
      <div
        {...attention}
        className={classNames(
          'flex flex-1 flex-col gap-3 px-4 py-3 transition-opacity lg:px-6',
          query.isPlaceholderData && 'opacity-60',
        )}
      >
        <FirstSteps />
        <QueryState
          query={query}
          what="incidents"
          skeletonLines={8}
          isEmpty={() => rows.length === 0}
          empty={
            <EmptyList search={search} onClear={() => change({ q: undefined, since: undefined })} />
          }
        >
          {() => (
            <IncidentTable
              search={search}
              shown={shown}
              total={total}
              onToggle={toggle}
              marksLeavers={!query.isPlaceholderData}
              selected={address.row ?? null}
              hasMore={query.hasNextPage}
              onMore={() => !query.isFetchingNextPage && void query.fetchNextPage()}
            />
          )}
        </QueryState>
      </div>
    </div>
  );
}
