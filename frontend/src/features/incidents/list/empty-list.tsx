import type { ListSearch, Tab } from '../../../api/search';
import { Button } from '../../../ui/button';
import { CalmPanel } from './calm-panel';

const NOTHING: Record<Exclude<Tab, 'attention'>, string> = {
  regressed: 'Nothing that was resolved has come back.',
  ignored: 'Nothing is ignored.',
  resolved: 'Nothing has been resolved yet.',
  all: 'There has been no incident yet.',
};

interface Props {
  search: ListSearch;
  onClear: () => void;
}

/** A list without rows says why it has none. */
export function EmptyList({ search, onClear }: Props) {
  if (search.q || search.since) {
    return (
      <div role="status" className="flex flex-col items-start gap-3 py-10">
        <p className="text-lg font-medium">Nothing matches</p>
        <p className="text-muted">No incident in this tab fits the filter.</p>
        <Button onClick={onClear}>Clear filter</Button>
      </div>
    );
  }
  if (search.tab === 'attention') return <CalmPanel />;
  return <p className="py-10 text-lg text-muted">{NOTHING[search.tab]}</p>;
}
