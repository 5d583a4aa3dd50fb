import { render } from '@testing-library/react';
import { expect, test } from 'vitest';
import { usePageStart, usePageTitle, useTitleCount } from './page';

function Page({ name, count }: { name: string; count: number }) {
  usePageTitle(name);
  useTitleCount(count);
  usePageStart(name);
  return (
    <main id="page">
      <h1 tabIndex={-1}>{name}</h1>
      <link id="favicon" href="/favicon.svg" />
    </main>
  );
}

test('the tab tells the page and how many incidents need somebody', () => {
  const { rerender } = render(<Page name="Incidents" count={3} />);
  expect(document.title).toBe('(3) Incidents - Kure');
  expect(document.querySelector('#favicon')).toHaveAttribute('href', '/favicon-alert.svg');
  rerender(<Page name="" count={0} />);
  expect(document.title).toBe('Kure');
  expect(document.querySelector('#favicon')).toHaveAttribute('href', '/favicon.svg');
});

test('a change of page moves the focus to its heading, the first page does not', () => {
  const { rerender } = render(<Page name="first" count={0} />);
  rerender(<Page name="second" count={0} />);
  expect(document.activeElement).toHaveTextContent('second');
});
