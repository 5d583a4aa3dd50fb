import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { keys } from '../../../api/keys';
import { EVIDENCE_TABS, toListSearch } from '../../../api/search';
import type { IncidentPage } from '../../../api/types';
import { useHotkeys } from '../../../lib/hotkeys';
import { lastList, rememberList } from '../last-list';

const route = getRouteApi('/incidents/$id');

/** The keys of an incident's page. */
export function useDetailKeys(id: string): void {
  const client = useQueryClient();
  const navigate = route.useNavigate();
  const { tab = 'logs' } = route.useSearch();

  /** The incident that stands `by` rows further in the list from which this one was opened. */
  const goTo = (by: number) => {
    const list = client.getQueryData<InfiniteData<IncidentPage>>(
      keys.list(toListSearch(lastList())),
    );
    const ids = list?.pages.flatMap((page) => page.items.map((row) => row.id)) ?? [];
    const at = ids.indexOf(id);
    const next = at === -1 ? undefined : ids[at + by];
    if (next === undefined) return;
    rememberList({ ...lastList(), row: next });
    void navigate({ to: '/incidents/$id', params: { id: next }, search: {}, replace: true });
  };
  const turn = (by: number) => {
    const count = EVIDENCE_TABS.length;
    const next = EVIDENCE_TABS[(EVIDENCE_TABS.indexOf(tab) + by + count) % count];
    void navigate({
      to: '.',
      search: ({ mirror }) => ({ mirror, tab: next }),
      replace: true,
      resetScroll: false,
    });
  };
  useHotkeys({
    j: () => goTo(1),
    k: () => goTo(-1),
    '[': () => turn(-1),
    ']': () => turn(1),
    l: () => {
      void navigate({
        to: '.',
        search: ({ mirror }) => ({ mirror, tab: 'logs' }),
        replace: true,
        resetScroll: false,
      });
      document.querySelector('#evidence')?.scrollIntoView({ block: 'start' });
    },
    Escape: () => void navigate({ to: '/', search: lastList() }),
  });
}
