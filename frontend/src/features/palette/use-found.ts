import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { mirrorQuery } from '../../api/queries/mirrors';
import { searchQuery } from '../../api/queries/search';
import { refusal } from '../../api/refusal';
import type { Hit } from '../../api/types';
import { toast } from '../../ui/toast';
import type { Command } from './commands';

const DEBOUNCE_MS = 150;

const GROUPS: Record<Hit['kind'], string> = {
  incident: 'Incidents',
  mirror: 'Mirror tests',
  run: 'Workflows',
};

/** What the API finds for a text, a moment after the last key. */
export function useFound(text: string) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [q, setQ] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setQ(text), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const query = useQuery(searchQuery(q));

  /** A mirror test is shown on the page of its incident. */
  const openMirror = async (id: string) => {
    try {
      const { incident_id } = await client.fetchQuery(mirrorQuery(id));
      await navigate({
        to: '/incidents/$id',
        params: { id: incident_id },
        search: { mirror: id },
      });
    } catch (error) {
      const { title, text } = refusal(error as Error);
      toast(`${title}: ${text}`);
    }
  };
  const open = ({ kind, id }: Hit) => {
    if (kind === 'mirror') void openMirror(id);
    else void navigate({ to: kind === 'run' ? '/runs/$id' : '/incidents/$id', params: { id } });
  };
  const hits = text === '' || q === '' ? [] : (query.data ?? []);
  const found: Command[] = hits.map((hit) => ({
    id: `${hit.kind}-${hit.id}`,
    group: GROUPS[hit.kind],
    name: hit.title,
    text: [hit.state, hit.text].filter(Boolean).join(' · '),
    run: () => open(hit),
  }));
  const isSearching = text !== q || query.isFetching;
  return { found, isSearching, error: text === '' ? null : query.error };
}
