import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { Button } from './button';

interface Props {
  query: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>;
}

/** Goes on with a list of which the newest are shown. */
export function Older({ query }: Props) {
  if (!query.hasNextPage) return null;
  return (
    <Button
      className="w-fit"
      disabled={query.isFetchingNextPage}
      onClick={() => void query.fetchNextPage()}
    >
      {query.isFetchingNextPage ? 'Loading…' : 'Show older ones'}
    </Button>
  );
}
