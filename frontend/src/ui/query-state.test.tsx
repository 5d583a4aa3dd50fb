import { act, render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { ApiError, NoAnswer } from '../api/errors';
import { QueryState } from './query-state';

type Props = Parameters<typeof QueryState<string[]>>[0];

const query = (rest: Partial<Props['query']>): Props['query'] => ({
  data: undefined,
  error: null,
  isPending: false,
  isFetching: false,
  refetch: vi.fn(),
  ...rest,
});

function show(rest: Partial<Props['query']>, props: Partial<Props> = {}) {
  return (
    <QueryState
      query={query(rest)}
      what="things"
      isEmpty={(data) => data.length === 0}
      empty={<p>There are none.</p>}
      {...props}
    >
      {(data) => <p>{data.join(' ')}</p>}
    </QueryState>
  );
}

const refused = (status: number, detail: string) =>
  new ApiError(status, 'Refused', detail, 'error-id-1', [], null);

test('loading: an outline, after a moment and then not for an instant only', () => {
  vi.useFakeTimers();
  const { container, rerender } = render(show({ isPending: true }));
  act(() => vi.advanceTimersByTime(199));
  expect(container).toBeEmptyDOMElement();
  act(() => vi.advanceTimersByTime(1));
  expect(screen.getByRole('status')).toHaveTextContent('Loading things…');
  rerender(show({ data: ['a'] }));
  expect(screen.getByRole('status')).toBeInTheDocument();
  act(() => vi.advanceTimersByTime(300));
  expect(container).toHaveTextContent('a');
  expect(screen.queryByRole('status')).toBeNull();
});

test('a quick answer shows no outline at all', () => {
  vi.useFakeTimers();
  const { container, rerender } = render(show({ isPending: true }));
  rerender(show({ data: ['a'] }));
  act(() => vi.advanceTimersByTime(1000));
  expect(container).toHaveTextContent('a');
});

test('failed: what was tried, what came back, its id, and another try', () => {
  const refetch = vi.fn();
  render(show({ error: refused(500, 'PostgreSQL does not answer.'), refetch }));
  const alert = screen.getByRole('alert');
  expect(alert).toHaveTextContent('Could not load things');
  expect(alert).toHaveTextContent('PostgreSQL does not answer.');
  expect(alert).toHaveTextContent('error-id-1');
  screen.getByRole('button', { name: 'Try again' }).click();
  expect(refetch).toHaveBeenCalledOnce();
});

test('no answer: it says that the API may be restarting', () => {
  render(show({ error: new NoAnswer(new TypeError('fetch failed')) }));
  expect(screen.getByRole('alert')).toHaveTextContent('does not answer');
});

test('forbidden: which right is missing, and no try again', () => {
  render(show({ error: refused(403, 'This needs the role write.') }));
  expect(screen.getByText('You may not see things')).toBeInTheDocument();
  expect(screen.getByText('This needs the role write.')).toBeInTheDocument();
  expect(screen.queryByRole('button')).toBeNull();
});

test('empty: its own words', () => {
  render(show({ data: [] }));
  expect(screen.getByText('There are none.')).toBeInTheDocument();
});

test('partial: what is there, and what is not', () => {
  render(show({ data: ['a'] }, { partial: () => 'Metrics could not be read.' }));
  expect(screen.getByText('a')).toBeInTheDocument();
  expect(screen.getByText('Metrics could not be read.')).toBeInTheDocument();
});

test('stale: the old data stays, and says that it is old', () => {
  render(show({ data: ['a'], error: refused(503, 'Later.'), isFetching: true }));
  expect(screen.getByText('a')).toBeInTheDocument();
  expect(screen.getByRole('alert')).toHaveTextContent('this is what was last known');
  expect(screen.getByRole('button', { name: 'Trying…' })).toBeDisabled();
});
