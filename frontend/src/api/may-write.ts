import { useQuery } from '@tanstack/react-query';
import { meQuery } from './queries/auth';

/** Whether this person may change anything at all. */
export function useMayWrite(): boolean {
  const { data } = useQuery(meQuery);
  return data != null && data.role !== 'read';
}
