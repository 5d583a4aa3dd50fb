import { Outlet, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useHotkeys } from '../lib/hotkeys';
import { Toasts } from '../ui/toast';
import { Banner } from './banner';
import { Nav } from './nav';

const Palette = lazy(() => import('../features/palette/palette.lazy'));
const Shortcuts = lazy(() => import('./shortcuts.lazy'));

/** What is around every page. */
export function Shell() {
  const navigate = useNavigate();
  const [isSheetOpen, setSheetOpen] = useState(false);
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  usePaletteKey(() => setPaletteOpen(true));
  useHotkeys({
    '?': () => setSheetOpen(true),
    'g i': () => void navigate({ to: '/' }),
    'g m': () => void navigate({ to: '/mirrors' }),
    'g w': () => void navigate({ to: '/runs' }),
  });
  return (
    <div className="flex h-dvh flex-col-reverse overflow-hidden sm:flex-row">
      <Nav onSearch={() => setPaletteOpen(true)} />
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <Banner />
        <main id="page" className="relative min-h-0 flex-1 overflow-y-auto">
          <Outlet />
        </main>
      </div>
      <Toasts />
      {isPaletteOpen && (
        <Suspense>
          <Palette onClose={() => setPaletteOpen(false)} />
        </Suspense>
      )}
      {isSheetOpen && (
        <Suspense>
          <Shortcuts onClose={() => setSheetOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}

/** Ctrl+K, or Cmd+K: everywhere but over another window. */
function usePaletteKey(open: () => void): void {
  const latest = useRef(open);
  latest.current = open;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isOurs = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      if (!isOurs || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      if (!document.querySelector('[role="dialog"]')) latest.current();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
