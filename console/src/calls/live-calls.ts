/** The calls of the tenant that are under way, with what was said last in each. Changes are shown once a frame. */
import { signal } from '@preact/signals';
import type { Call, CallEvent, OutdialClient } from '../../../src/client/index.ts';
import { listenToTenant } from '../live/tenant-stream.ts';
import { isOver, runningStates } from './call-states.ts';

export interface LiveRow {
  readonly call: Call;
  /** What was said last. */
  readonly words?: { readonly who: 'callee' | 'bot'; readonly text: string };
  /** How long the callee waited for the last answer. */
  readonly latencyMs?: number;
}

export interface LiveCalls {
  /** Newest first. */
  readonly rows: { readonly value: readonly LiveRow[] | undefined };
  /** Grows whenever a call has changed that a list may show. */
  readonly changes: { readonly value: number };
  close(): void;
}

const mostCalls = 200;
/** How long a call that is over can still be seen here. */
const lingerMs = 4000;

export function watchLiveCalls(client: Pick<OutdialClient, 'listCalls' | 'getCall'>): LiveCalls {
  const rows = signal<readonly LiveRow[] | undefined>(undefined);
  const changes = signal(0);
  const byId = new Map<string, LiveRow>();
  const asked = new Set<string>();
  let frame: number | undefined;
  let isClosed = false;

  function showSoon(): void {
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      rows.value = [...byId.values()].sort((a, b) => b.call.acceptedAt.localeCompare(a.call.acceptedAt));
      changes.value += 1;
    });
  }

  function put(row: LiveRow): void {
    byId.set(row.call.vgwSessionID, row);
    if (isOver(row.call)) setTimeout(() => drop(row.call.vgwSessionID), lingerMs);
    showSoon();
  }

  function drop(sessionId: string): void {
    if (!isClosed && byId.delete(sessionId)) showSoon();
  }

  async function load(): Promise<void> {
    try {
      const page = await client.listCalls({ state: runningStates, limit: mostCalls });
      const found = new Set(page.calls.map(({ vgwSessionID }) => vgwSessionID));
      for (const id of byId.keys()) if (!found.has(id)) byId.delete(id);
      for (const call of page.calls) byId.set(call.vgwSessionID, { ...byId.get(call.vgwSessionID), call });
      showSoon();
    } catch {
      // It is read anew when the stream is back; the list beside it says what is amiss.
    }
  }

  async function meet(event: CallEvent): Promise<void> {
    const { vgwSessionID: sessionId } = event;
    if (asked.has(sessionId) || isOver(event)) return;
    asked.add(sessionId);
    try {
      const call = await client.getCall({ sessionId });
      if (!isOver(call) || byId.has(sessionId)) put(changed({ ...byId.get(sessionId), call }, event));
    } catch {
      // It is in the list when that is read next.
    } finally {
      asked.delete(sessionId);
    }
  }

  const stop = listenToTenant({
    onLive: () => void load(),
    onEvent(event) {
      const row = byId.get(event.vgwSessionID);
      if (row === undefined) void meet(event);
      else if (event.sequence > row.call.sequence) put(changed(row, event));
    },
  });
  // Without a stream, too, what is there can be shown.
  void load();
  return {
    rows,
    changes,
    close() {
      isClosed = true;
      stop();
      if (frame !== undefined) cancelAnimationFrame(frame);
    },
  };
}

/** What an event makes of a row. */
function changed(row: LiveRow, event: CallEvent): LiveRow {
  const { callState, timestamp, sequence, failureReason, data } = event;
  const isState = event.type.startsWith('call.') && callState !== null && callState !== row.call.callState;
  const call: Call = {
    ...row.call,
    sequence: Math.max(sequence, row.call.sequence),
    ...(isState ? { callState, changedAt: timestamp, failureReason } : {}),
    ...(isOver({ callState }) && row.call.endedAt === undefined ? { endedAt: timestamp } : {}),
  };
  const words = wordsOf(event);
  const latencyMs = event.type === 'turn.spoken' ? data['milliseconds'] : undefined;
  return {
    ...row,
    call,
    ...(words === undefined ? {} : { words }),
    ...(typeof latencyMs === 'number' ? { latencyMs } : {}),
  };
}

function wordsOf({ type, data }: CallEvent): LiveRow['words'] {
  const { text } = data;
  if (type === 'speech.recognized' && typeof text === 'string') return { who: 'callee', text };
  if (type !== 'turn.answered' || !Array.isArray(text)) return undefined;
  const said = text.filter((each) => typeof each === 'string').join(' ');
  return said === '' ? undefined : { who: 'bot', text: said };
}
