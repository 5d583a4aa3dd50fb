import { useQuery } from '@tanstack/react-query';
import { Link, type LinkProps } from '@tanstack/react-router';
import {
  FlaskConical,
  type LucideIcon,
  OctagonAlert,
  Search,
  ShieldUser,
  SlidersHorizontal,
  Workflow,
} from 'lucide-react';
import { configQuery } from '../api/queries/config';
import { countsQuery } from '../api/queries/incidents';
import { activeMirrorsQuery } from '../api/queries/mirrors';
import { useTitleCount } from '../lib/page';
import { usePolling } from '../live/use-live';
import { classNames } from '../ui/class-names';
import { TONE_CHIP, type Tone } from '../ui/tone';
import { LiveMark } from './live-mark';

const EVERYTHING = { q: '', since: null };

/** The way between pages: at the left, as icons where it is narrow, at the bottom on a phone. */
export function Nav({ onSearch }: { onSearch: () => void }) {
  const { data } = useQuery({ ...countsQuery(EVERYTHING), refetchInterval: usePolling(15_000) });
  const { data: mirrors } = useQuery({
    ...activeMirrorsQuery,
    refetchInterval: usePolling(15_000),
  });
  const attention = data?.counts.attention ?? 0;
  useTitleCount(attention);
  return (
    <nav
      aria-label="Main"
      className="flex shrink-0 items-center gap-1 border-hairline bg-surface px-2 max-sm:h-14 max-sm:justify-around max-sm:border-t sm:w-16 sm:flex-col sm:items-stretch sm:border-r sm:py-3 lg:w-52 lg:px-3"
    >
      <Link
        to="/"
        className="flex items-center gap-2.5 rounded-sm px-2 py-1 text-lg font-semibold tracking-tight max-sm:hidden sm:mb-4 sm:justify-center lg:justify-start"
      >
        <img src="/favicon.svg" alt="" className="size-6" />
        <span className="max-lg:spoken">Kure</span>
      </Link>
      <button
        type="button"
        title="Search or jump (Ctrl K)"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={onSearch}
        className="flex min-h-9 items-center gap-2.5 rounded-sm border-control px-2 text-base text-muted hover:bg-idle-bg hover:text-fg max-lg:justify-center max-sm:min-h-11 max-sm:min-w-9 lg:mb-2 lg:border"
      >
        <Search aria-hidden size={18} />
        <span className="max-lg:spoken">Search</span>
        <kbd aria-hidden className="ml-auto hidden font-mono text-xs lg:inline">
          Ctrl K
        </kbd>
      </button>
      <NavLink
        to="/"
        icon={OctagonAlert}
        name="Incidents"
        count={attention}
        about="need attention"
        tone="critical"
      />
      <NavLink
        to="/mirrors"
        icon={FlaskConical}
        name="Mirrors"
        count={mirrors?.items.length}
        about="running"
        tone="running"
      />
      <NavLink to="/runs" icon={Workflow} name="Workflows" isSection />
      <div className="sm:flex-1" />
      <NavLink to="/admin" icon={ShieldUser} name="Administration" isSection />
      <NavLink to="/me" icon={SlidersHorizontal} name="Preferences" />
      <LiveMark />
      <Installation />
    </nav>
  );
}

interface NavLinkProps {
  to: LinkProps['to'];
  icon: LucideIcon;
  name: string;
  count?: number | undefined;
  /** What the count is of. */
  about?: string;
  tone?: Tone;
  /** Whether pages below it count as it. */
  isSection?: boolean;
}

function NavLink({
  to,
  icon: Icon,
  name,
  count = 0,
  about,
  tone = 'idle',
  isSection = false,
}: NavLinkProps) {
  return (
    <Link
      to={to}
      title={name}
      activeOptions={{ exact: !isSection, includeSearch: false }}
      className="relative flex min-h-9 items-center gap-2.5 rounded-sm px-2 text-base text-muted hover:bg-idle-bg hover:text-fg max-lg:justify-center max-sm:min-h-11 max-sm:min-w-9"
      activeProps={{ className: 'bg-idle-bg font-medium text-fg!' }}
    >
      <Icon aria-hidden size={18} />
      <span className="max-lg:spoken">{name}</span>
      {count > 0 && (
        <span
          className={classNames(
            'tabular rounded-sm px-1.5 text-xs font-semibold max-lg:absolute max-lg:top-0.5 max-lg:right-0.5 lg:ml-auto',
            TONE_CHIP[tone],
          )}
        >
          {count}
          <span className="spoken"> {about}</span>
        </span>
      )}
    </Link>
  );
}

/** Which cluster and which Kure this is. */
function Installation() {
  const { data } = useQuery(configQuery);
  if (!data) return null;
  return (
    <p
      className="truncate px-2 pt-2 text-xs text-muted max-lg:hidden"
      title={`Cluster ${data.cluster}, Kure ${data.version}`}
    >
      {data.cluster} · {data.version}
    </p>
  );
}
