import type { QueryClient } from '@tanstack/react-query';
import { Applier } from './applier';
import { type ChannelMessage, Live } from './live';
import { openStream } from './stream';

async function probe(): Promise<'signed in' | 'signed out' | 'no answer'> {
  try {
    const response = await fetch('/api/auth/me');
    if (response.status === 401) return 'signed out';
    return response.ok ? 'signed in' : 'no answer';
  } catch {
    return 'no answer';
  }
}

/** The live connection with what the browser gives. */
export function createLive(client: QueryClient, onSignedOut: () => void): Live {
  return new Live({
    applier: new Applier(client),
    open: openStream,
    probe,
    locks: navigator.locks ?? null,
    openChannel(name, onMessage) {
      const channel = new BroadcastChannel(name);
      channel.onmessage = ({ data }: MessageEvent<ChannelMessage>) => onMessage(data);
      return { post: (message) => channel.postMessage(message), close: () => channel.close() };
    },
    onSignedOut,
  });
}
