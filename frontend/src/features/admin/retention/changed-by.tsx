import { Time } from '../../../ui/time';

interface Props {
  setting: { changed_by?: string | null; changed_at?: string | null };
}

/** Who chose the value of a setting, and when. */
export function ChangedBy({ setting: { changed_by, changed_at } }: Props) {
  if (!changed_by || !changed_at) return 'Nobody has changed it.';
  return (
    <>
      Changed by {changed_by}, <Time at={changed_at} style="full" />.
    </>
  );
}
