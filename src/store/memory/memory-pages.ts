/** Lists in pages, newest first, in memory. */
import { type GatewayError, ok, type Result } from '../../kit/index.ts';
import { parsePlace, type Place, printPlace } from '../cursor.ts';
import type { CallQuery, DeliveryReport, Page, StoredCall } from '../durable-store.ts';
import type { MemoryState } from './memory-state.ts';

export function listCalls(state: MemoryState, query: CallQuery): Result<Page<StoredCall>, GatewayError> {
  const { tenantId, states, acceptedFromWallMs = -Infinity, acceptedBeforeWallMs = Infinity } = query;
  const { endCode } = query;
  const party = query.party?.toLowerCase() ?? '';
  const calls = [...state.calls.values()]
    .map(({ call }) => call)
    .filter(
      (call) =>
        (tenantId === undefined || call.tenantId === tenantId) &&
        (states === undefined || states.includes(call.state)) &&
        call.acceptedAtWallMs >= acceptedFromWallMs &&
        call.acceptedAtWallMs < acceptedBeforeWallMs &&
        (endCode === undefined || call.endCode === endCode) &&
        [call.to, call.from].some((uri) => uri.toLowerCase().includes(party)),
    );
  return pageOf(calls, query, (call) => ({ atMs: call.acceptedAtWallMs, sequence: 0, sessionId: call.sessionId }));
}

export function listDead(
  state: MemoryState,
  query: { readonly tenantId?: string; readonly cursor?: string; readonly limit: number },
): Result<Page<DeliveryReport>, GatewayError> {
  const dead = [...state.deliveries.values()]
    .flat()
    .map(({ report }) => report)
    .filter((report) => report.state === 'dead')
    .filter(({ event }) => query.tenantId === undefined || event.tenantId === query.tenantId);
  return pageOf(dead, query, ({ settledAtWallMs = 0, event: { sequence, sessionId } }) => ({
    atMs: settledAtWallMs,
    sequence,
    sessionId,
  }));
}

function pageOf<T>(
  items: readonly T[],
  { cursor, limit }: { readonly cursor?: string; readonly limit: number },
  placeOf: (item: T) => Place,
): Result<Page<T>, GatewayError> {
  const after = parsePlace(cursor);
  if (!after.ok) return after;
  const from = after.value;
  const sorted = items
    .map((item) => ({ item, place: placeOf(item) }))
    .filter(({ place }) => from === undefined || compare(place, from) < 0)
    .sort((one, other) => compare(other.place, one.place));
  const page = sorted.slice(0, limit);
  const last = page.at(-1);
  const hasMore = sorted.length > limit && last !== undefined;
  return ok({
    items: page.map(({ item }) => item),
    ...(hasMore ? { nextCursor: printPlace(last.place) } : {}),
  });
}

function compare(one: Place, other: Place): number {
  if (one.atMs !== other.atMs) return one.atMs - other.atMs;
  if (one.sessionId !== other.sessionId) return one.sessionId < other.sessionId ? -1 : 1;
  return one.sequence - other.sequence;
}
