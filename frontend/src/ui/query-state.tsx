import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError, isStatus } from '../api/errors';
import { Button } from './button';
import { Notice } from './notice';
import { Skeleton, useSkeleton } from './skeleton';

type Query<Data> = Pick<
  UseQueryResult<Data>,
  'data' | 'error' | 'isPending' | 'isFetching' | 'refetch'
>;

interface Props<Data> {
  query: Query<Data>;
  /** What is loaded, in the words of a sentence: "incidents", "the log". */
  what: string;
  skeletonLines?: number;
  /** What is said beside the outline of what takes long. */
  waiting?: string;
  isEmpty?: (data: Data) => boolean;
  empty?: ReactNode;
  /** What of the data could not be had, if anything. */
  partial?: (data: Data) => string | null;
  children: (data: Data) => ReactNode;
}

/** The six states of a block of data: loading, failed, forbidden, empty, partial, and stale. */
export function QueryState<Data>(props: Props<Data>) {
  const { query, what, isEmpty, empty, partial, children } = props;
  const isSkeletonShown = useSkeleton(query.isPending && !query.error);
  if (query.data === undefined) {
    if (query.error) return <Failure what={what} error={query.error} query={query} />;
  }
  if (isSkeletonShown)
    return (
      <>
        {props.waiting && <p className="text-sm text-muted">{props.waiting}</p>}
        <Skeleton lines={props.skeletonLines ?? 3} what={what} />
      </>
    );
  if (query.data === undefined) return null;
  const missing = partial?.(query.data) ?? null;
  return (
    <>
      {query.error && <Stale what={what} error={query.error} query={query} />}
      {missing && (
        <Notice tone="warning" title="Not everything could be read">
          {missing}
        </Notice>
      )}
      {isEmpty?.(query.data) ? empty : children(query.data)}
    </>
  );
}

interface FailureProps {
  what: string;
  error: Error;
  query: Pick<Query<unknown>, 'isFetching' | 'refetch'>;
}

function Retry({ query }: Pick<FailureProps, 'query'>) {
  return (
    <Button disabled={query.isFetching} onClick={() => void query.refetch()}>
      {query.isFetching ? 'Trying…' : 'Try again'}
    </Button>
  );
}

function Failure({ what, error, query }: FailureProps) {
  if (isStatus(error, 403)) {
    return (
      <Notice tone="warning" title={`You may not see ${what}`}>
        {error.message}
      </Notice>
    );
  }
  return (
    <Notice
      tone="critical"
      urgent
      title={`Could not load ${what}`}
      actions={<Retry query={query} />}
    >
      <ErrorText error={error} />
    </Notice>
  );
}

function Stale({ what, error, query }: FailureProps) {
  return (
    <Notice
      tone="warning"
      urgent
      title={`Could not update ${what}; this is what was last known`}
      actions={<Retry query={query} />}
    >
      <ErrorText error={error} />
    </Notice>
  );
}

/** What went wrong, and the id by which the server's log tells more. */
export function ErrorText({ error }: { error: Error }) {
  const id = error instanceof ApiError ? error.id : null;
  return (
    <p>
      {error.message}
      {id && (
        <>
          {' '}
          <span className="text-muted">
            Error id <code className="font-mono text-xs select-all">{id}</code>
          </span>
        </>
      )}
    </p>
  );
}
