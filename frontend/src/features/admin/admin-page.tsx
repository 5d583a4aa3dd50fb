import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { meQuery } from '../../api/queries/auth';
import { covers } from '../../lib/scopes';
import { SECTIONS } from './sections';

/** The pages of the administration, one beside the other; each role sees its own. */
export default function AdminPage() {
  const { data: user } = useQuery(meQuery);
  const shown = SECTIONS.filter(({ role }) => user && covers(user.role, role));
  return (
    <div className="mx-auto flex w-full max-w-5xl flex-col gap-4 px-4 py-4 lg:px-6">
      <nav aria-label="Administration" className="-mx-2 flex max-w-full gap-1 overflow-x-auto">
        {shown.map(({ to, name }) => (
          <Link
            key={name}
            to={to}
            className="flex min-h-8 items-center rounded-sm px-2 text-sm whitespace-nowrap text-muted hover:bg-idle-bg hover:text-fg aria-[current=page]:bg-idle-bg aria-[current=page]:font-medium aria-[current=page]:text-fg aria-[current=page]:shadow-[inset_0_-2px_0_var(--accent)] pointer-coarse:min-h-11"
          >
            {name}
          </Link>
        ))}
      </nav>
      <Outlet />
    </div>
  );
}
