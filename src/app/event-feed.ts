/** Who follows which call or tenant, to be woken when the journal has stored more of it. */
import type { EventFeed, EventSource } from '../api/index.ts';
import type { StoredEvent } from '../store/index.ts';

export interface FeedOfEvents extends EventFeed {
  /** These are in the store now. */
  tell(events: readonly StoredEvent[]): void;
}

export function createEventFeed(): FeedOfEvents {
  const listeners = new Map<string, Set<() => void>>();
  return {
    watch(source, wake) {
      const key = keyOf(source);
      const listener = (): void => {
        wake();
      };
      const others = listeners.get(key) ?? new Set();
      listeners.set(key, others.add(listener));
      return () => {
        others.delete(listener);
        if (others.size === 0 && listeners.get(key) === others) listeners.delete(key);
      };
    },
    tell(events) {
      if (listeners.size === 0) return;
      const keys = new Set<string>();
      for (const { sessionId, tenantId } of events) {
        keys.add(keyOf({ kind: 'call', sessionId })).add(keyOf({ kind: 'tenant', tenantId }));
      }
      for (const key of keys) for (const listener of listeners.get(key) ?? []) listener();
    },
  };
}

function keyOf(source: EventSource): string {
  return source.kind === 'call' ? `call ${source.sessionId}` : `tenant ${source.tenantId}`;
}
