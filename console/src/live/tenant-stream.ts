/**
 * What happens in all calls of the tenant, as it happens. A tab that nobody looks at lets go of its stream: a browser opens
 * only a few connections to one host. Who listens hears of it when the stream is back, and reads anew what it may have missed.
 */
import { effect, signal } from '@preact/signals';
import { type CallEvent, createOutdialClient, OutdialProblem } from '../../../src/client/index.ts';
import { consoleFetch } from '../session/client.ts';
import { tenantId } from '../session/session.ts';

export type Connection = 'off' | 'connecting' | 'live' | 'lost';

/** How the stream is doing. */
export const connection = signal<Connection>('off');

interface Listener {
  onEvent(event: CallEvent): void;
  /** The stream is there, for the first time or again. */
  onLive(): void;
}

const listeners = new Set<Listener>();
/** Between two tries, in ms. */
const reconnectMs = 1500;

/** Hears of everything until the function it returns is called. */
export function listenToTenant(listener: Listener): () => void {
  listeners.add(listener);
  if (connection.value === 'live') listener.onLive();
  return () => {
    listeners.delete(listener);
  };
}

/** Of the stream alone: it tells how the connection is. */
const streamFetch: typeof fetch = async (url, init) => {
  try {
    const response = await consoleFetch(url, init);
    connection.value = response.ok ? 'live' : 'lost';
    if (response.ok) for (const listener of listeners) listener.onLive();
    return response;
  } catch (fault) {
    if (init?.signal?.aborted !== true) connection.value = 'lost';
    throw fault;
  }
};

async function follow(tenant: string, signal: AbortSignal): Promise<void> {
  const client = createOutdialClient({ baseUrl: location.origin, tenantId: tenant, fetch: streamFetch, reconnectMs });
  try {
    for await (const event of client.followTenant({ signal }))
      for (const listener of listeners) listener.onEvent(event);
  } catch (fault) {
    // A login that has ended shows its own page; what else the gateway refuses for good stays refused.
    if (!(fault instanceof OutdialProblem)) throw fault;
    connection.value = 'lost';
  }
}

const isVisible = signal(document.visibilityState === 'visible');
document.addEventListener('visibilitychange', () => {
  isVisible.value = document.visibilityState === 'visible';
});

effect(() => {
  const tenant = tenantId.value;
  if (tenant === undefined || !isVisible.value) return undefined;
  const end = new AbortController();
  connection.value = 'connecting';
  void follow(tenant, end.signal);
  return () => {
    end.abort();
    connection.value = 'off';
  };
});
