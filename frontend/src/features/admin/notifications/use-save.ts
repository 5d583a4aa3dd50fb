import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../../api/keys';
import { saveNotifications } from '../../../api/queries/notifications';
import type { NotificationsBody } from '../../../api/types';
import { toast } from '../../../ui/toast';

interface Saving {
  body: NotificationsBody;
  /** What is said once it is saved. */
  words: string;
}

/** Saves all channels and the ping, from the version that was read. */
export function useSave(onSaved?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body }: Saving) => saveNotifications(body),
    onSuccess: (notifications, { words }) => {
      client.setQueryData(keys.notifications, notifications);
      toast(words);
      onSaved?.();
    },
  });
}
