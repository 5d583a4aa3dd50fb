import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { meQuery } from '../../api/queries/auth';
import { covers } from '../../lib/scopes';
import { NAV, NAV_LINK } from '../../ui/nav';
import { SECTIONS } from './sections';

/** The pages of the administration, one beside the other; each role sees its own. */
export default function AdminPage() {
  const { data: user } = useQuery(meQuery);
  const shown = SECTIONS.filter(({ role }) => user && covers(user.role, role));
  return (
    <div className="mx-auto flex w-full max-w-5xl flex-col gap-4 px-4 py-4 lg:px-6">
      <nav aria-label="Administration" className={NAV}>
        {shown.map(({ to, name }) => (
          <Link key={name} to={to} className={NAV_LINK}>
            {name}
          </Link>
        ))}
      </nav>
      <Outlet />
    </div>
  );
}
