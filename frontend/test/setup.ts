import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { reloadPreferences } from '../src/lib/preferences';
import { server } from './msw/handlers';

// Two busy cores: what takes 50 ms alone may take a second here.
configure({ asyncUtilTimeout: 4000, getElementError: (message) => new Error(message ?? '') });

// jsdom has no layout: the page is as large as a screen, and every row as high as a row.
Object.defineProperties(HTMLElement.prototype, {
  clientHeight: { configurable: true, get: () => 800 },
  clientWidth: { configurable: true, get: () => 1360 },
  offsetHeight: { configurable: true, get: () => 56 },
});
Element.prototype.scrollTo = () => {};
Element.prototype.scrollIntoView = () => {};
Element.prototype.hasPointerCapture = () => false;
// The editor measures its text.
Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
Range.prototype.getBoundingClientRect = () => new DOMRect();
window.scrollTo = () => {};
window.matchMedia = (query) =>
  Object.assign(new EventTarget(), {
    media: query,
    matches: query.includes('min-width'),
    onchange: null,
    addListener: () => {},
    removeListener: () => {},
  });
globalThis.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => {
  cleanup();
  server.resetHandlers();
  vi.useRealTimers();
  localStorage.clear();
  sessionStorage.clear();
  reloadPreferences();
});
afterAll(() => server.close());
