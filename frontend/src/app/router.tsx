import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
  redirect,
} from '@tanstack/react-router';
import {
  readAuditAddress,
  readDetailAddress,
  readListAddress,
  readMirrorsAddress,
  readRunAddress,
  readRunsAddress,
} from '../api/search';
import type { Live } from '../live/live';
import { ErrorPage } from './error-page';
import { NotFound } from './not-found';
import { Shell } from './shell';

interface Context {
  client: QueryClient;
  live: Pick<Live, 'signOut'>;
}

const root = createRootRouteWithContext<Context>()({
  component: Shell,
  errorComponent: ErrorPage,
  notFoundComponent: NotFound,
});

const incidents = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: readListAddress,
  component: lazyRouteComponent(() => import('../features/incidents/list/list-page')),
});

const incident = createRoute({
  getParentRoute: () => root,
  path: '/incidents/$id',
  validateSearch: readDetailAddress,
  component: lazyRouteComponent(() => import('../features/incidents/detail/detail-page')),
});

const mirrors = createRoute({
  getParentRoute: () => root,
  path: '/mirrors',
  validateSearch: readMirrorsAddress,
  component: lazyRouteComponent(() => import('../features/mirrors/mirrors-page')),
});

const runs = createRoute({
  getParentRoute: () => root,
  path: '/runs',
  validateSearch: readRunsAddress,
  component: lazyRouteComponent(() => import('../features/runs/runs-page')),
});

const run = createRoute({
  getParentRoute: () => root,
  path: '/runs/$id',
  validateSearch: readRunAddress,
  component: lazyRouteComponent(() => import('../features/runs/run-page')),
});

const me = createRoute({
  getParentRoute: () => root,
  path: '/me',
  component: lazyRouteComponent(() => import('../features/auth/me-page')),
});

const admin = createRoute({
  getParentRoute: () => root,
  path: '/admin',
  component: lazyRouteComponent(() => import('../features/admin/admin-page')),
});

const adminPages = [
  createRoute({
    getParentRoute: () => admin,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: '/admin/health' });
    },
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/health',
    component: lazyRouteComponent(() => import('../features/admin/health/health-page')),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/users',
    component: lazyRouteComponent(() => import('../features/admin/users/users-page')),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/exclusions',
    component: lazyRouteComponent(() => import('../features/admin/exclusions/exclusions-page')),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/notifications',
    component: lazyRouteComponent(
      () => import('../features/admin/notifications/notifications-page'),
    ),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/models',
    component: lazyRouteComponent(() => import('../features/admin/models/models-page')),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/retention',
    component: lazyRouteComponent(() => import('../features/admin/retention/retention-page')),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/audit',
    validateSearch: readAuditAddress,
    component: lazyRouteComponent(() => import('../features/admin/audit/audit-page')),
  }),
] as const;

const routeTree = root.addChildren([
  incidents,
  incident,
  mirrors,
  runs,
  run,
  me,
  admin.addChildren(adminPages),
]);

/** `history` is the browser's, unless given. */
export function createAppRouter(
  client: QueryClient,
  live: Pick<Live, 'signOut'>,
  history?: RouterHistory,
) {
  return createRouter({
    routeTree,
    history,
    context: { client, live },
    defaultPreload: 'intent',
    defaultErrorComponent: ErrorPage,
    defaultPendingMs: 200,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
