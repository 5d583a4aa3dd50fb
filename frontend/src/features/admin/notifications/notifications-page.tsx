import { useQuery } from '@tanstack/react-query';
import { notificationsQuery } from '../../../api/queries/notifications';
import { QueryState } from '../../../ui/query-state';
import { PageHead } from '../page-head';
import { Channels } from './channels';
import { DeadMan } from './dead-man';

/** Who is told, where, of what, and whether it gets through. */
export default function NotificationsPage() {
  const query = useQuery(notificationsQuery);
  return (
    <>
      <PageHead title="Notifications">
        Who is told when something fails. Each incident is told once; what fails because of a node
        is in the message of the node, and a storm becomes one message.
      </PageHead>
      <QueryState query={query} what="the channels" skeletonLines={5}>
        {(notifications) => (
          <>
            <Channels notifications={notifications} />
            <DeadMan key={notifications.version} notifications={notifications} />
          </>
        )}
      </QueryState>
    </>
  );
}
