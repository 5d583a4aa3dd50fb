import { useState } from 'react';
import { bodyOf, channelBody } from '../../../api/queries/notifications';
import type { Notifications } from '../../../api/types';
import { EntryDialog } from '../entry-dialog';
import { ChannelFields } from './channel-fields';
import { freshOf } from './kinds';
import { useSave } from './use-save';

interface Props {
  notifications: Notifications;
  /** '' for a new one. */
  id: string;
  onClose: () => void;
}

/** A channel as it is to be: its secrets are shown to nobody again. */
export function ChannelDialog({ notifications, id, onClose }: Props) {
  const stored = notifications.channels.find((one) => one.id === id);
  const [channel, setChannel] = useState(() => (stored ? channelBody(stored) : freshOf('slack')));
  const save = useSave(onClose);
  const { channels, ...rest } = bodyOf(notifications);
  const at = stored ? notifications.channels.indexOf(stored) : channels.length;
  const keep = () => {
    const body = { ...rest, channels: channels.toSpliced(at, 1, channel) };
    save.mutate({ body, words: `${channel.id} is saved. Test it, to see that it gets through.` });
  };
  const remove = () => {
    const body = { ...rest, channels: channels.toSpliced(at, 1) };
    save.mutate({ body, words: `${id} is removed.` });
  };
  return (
    <EntryDialog
      title={stored ? `Change ${id}` : 'Add a channel'}
      description="Address and token are encrypted, and shown to nobody again."
      error={save.error}
      isPending={save.isPending}
      onSave={keep}
      onRemove={stored && remove}
      onClose={onClose}
    >
      <ChannelFields
        channel={channel}
        isNew={!stored}
        error={save.error}
        path={`channels.${at}`}
        onChange={setChannel}
      />
    </EntryDialog>
  );
}
