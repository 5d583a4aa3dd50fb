import { Outlet, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useHotkeys } from '../lib/hotkeys';
import { Toasts } from '../ui/toast';
import { Banner } from './banner';
import { Nav } from './nav';

const Shortcuts = lazy(() => import('./shortcuts.lazy'));

/** What is around every page. */
export function Shell() {
  const navigate = useNavigate();
  const [isSheetOpen, setSheetOpen] = useState(false);
  useHotkeys({
    '?': () => setSheetOpen(true),
    'g i': () => void navigate({ to: '/' }),
    'g m': () => void navigate({ to: '/mirrors' }),
  });
  return (
    <div className="flex h-dvh flex-col-reverse overflow-hidden sm:flex-row">
      <Nav />
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <Banner />
        <main id="page" className="relative min-h-0 flex-1 overflow-y-auto">
          <Outlet />
        </main>
      </div>
      <Toasts />
      {isSheetOpen && (
        <Suspense>
          <Shortcuts onClose={() => setSheetOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}
