import { useEffect } from 'react';

let title = '';
let count = 0;

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
