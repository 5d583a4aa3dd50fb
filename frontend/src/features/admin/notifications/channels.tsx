import { useState } from 'react';
import type { Notifications } from '../../../api/types';
import { Button } from '../../../ui/button';
import { Panel } from '../panel';
import { ChannelDialog } from './channel-dialog';
import { ChannelRow } from './channel-row';

/** The channels, and how to add one. */
export function Channels({ notifications }: { notifications: Notifications }) {
  const [edited, setEdited] = useState<string | null>(null);
  return (
    <Panel
      title="Channels"
      about="A receiver that is away is tried again for twelve hours, and delays no other."
      aside={
        <Button kind="primary" onClick={() => setEdited('')}>
          Add a channel
        </Button>
      }
    >
      {notifications.channels.length === 0 ? (
        <p className="text-sm text-muted">
          Nobody is told. What fails is seen only by who looks at this dashboard.
        </p>
      ) : (
        <ul className="divide-y divide-hairline">
          {notifications.channels.map((channel) => (
            <ChannelRow key={channel.id} channel={channel} onEdit={() => setEdited(channel.id)} />
          ))}
        </ul>
      )}
      {edited !== null && (
        <ChannelDialog notifications={notifications} id={edited} onClose={() => setEdited(null)} />
      )}
    </Panel>
  );
}
