import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { countsQuery } from '../../../api/queries/incidents';
import { type ListSearch, TABS, type Tab } from '../../../api/search';
import { formatNumber } from '../../../lib/format';
import { usePolling } from '../../../live/use-live';
import { NAV, NAV_LINK } from '../../../ui/nav';

const WORDS: Record<Tab, string> = {
  attention: 'Needs attention',
  regressed: 'Regressed',
  ignored: 'Ignored',
  resolved: 'Resolved',
  all: 'All',
};

interface Props {
  search: ListSearch;
  /** Whether the filter can be understood: else nothing can be counted. */
  isReadable: boolean;
}

/** The states of incidents, each with how many there are. */
export function StatusTabs({ search, isReadable }: Props) {
  const { q, since } = search;
  const { data } = useQuery({
    ...countsQuery({ q, since }),
    enabled: isReadable,
    refetchInterval: usePolling(15_000),
  });
  return (
    <nav aria-label="Status" className={NAV}>
      {TABS.map((tab) => (
        <Link
          key={tab}
          to="/"
          replace
          search={({ row: _, tab: __, ...previous }) =>
            tab === 'attention' ? previous : { ...previous, tab }
          }
          aria-current={tab === search.tab ? 'page' : undefined}
          activeOptions={{ exact: true }}
          className={NAV_LINK}
        >
          {WORDS[tab]}
          {data && <span className="tabular text-xs">{formatNumber(data.counts[tab] ?? 0)}</span>}
        </Link>
      ))}
    </nav>
  );
}
