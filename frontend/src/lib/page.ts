import { useEffect } from 'react';

let title = '';
let count = 0;
let isFirst = true;

function show(): void {
  document.title = `${count > 0 ? `(${count}) ` : ''}${title ? `${title} - ` : ''}Kure`;
  document
    .querySelector('#favicon')
    ?.setAttribute('href', count > 0 ? '/favicon-alert.svg' : '/favicon.svg');
}

/** Names the page in the browser's tab. */
export function usePageTitle(name: string): void {
  useEffect(() => {
    title = name;
    show();
  }, [name]);
}

/** Tells in the browser's tab how many incidents need somebody. */
export function useTitleCount(attention: number): void {
  useEffect(() => {
    count = attention;
    show();
  }, [attention]);
}

/** What scrolls: everything but the navigation. */
export function pageElement(): HTMLElement | null {
  return document.querySelector('#page');
}

/** Begins a page at its top, and lets screen readers read on at its heading. */
export function usePageStart(page: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each page
  useEffect(() => {
    pageElement()?.scrollTo(0, 0);
    focusHeading();
  }, [page]);
}

/** Moves the focus to the page's heading; not when the browser has only just opened it. */
export function focusHeading(): void {
  if (!isFirst) pageElement()?.querySelector('h1')?.focus({ preventScroll: true });
  isFirst = false;
}
