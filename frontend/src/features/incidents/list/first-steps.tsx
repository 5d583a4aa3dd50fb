import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { meQuery } from '../../../api/queries/auth';
import { usePreferences } from '../../../lib/preferences';

const Checklist = lazy(() => import('./checklist.lazy'));

/** What a new installation still needs, for admins, until they hide it. Its room is kept from the
 *  first paint on, so that no row moves when it comes. */
export function FirstSteps() {
  const { data: me } = useQuery(meQuery);
  const { checklist } = usePreferences();
  if (me?.role !== 'admin' || checklist === 'hidden') return null;
  return (
    <div className="min-h-12">
      <Suspense>
        <Checklist />
      </Suspense>
    </div>
  );
}
