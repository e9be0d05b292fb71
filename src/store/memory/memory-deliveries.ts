/** What waits to be delivered, read from memory. */
import type { Delivery, DeliveryReport, DueQuery, Owner } from '../durable-store.ts';
import { isSameOwner, type MemoryDelivery, type MemoryState } from './memory-state.ts';

/** The first waiting delivery of each lane of this owner. */
function* heads(state: MemoryState, owner: Owner, exceptSessions: ReadonlySet<string>): Generator<DeliveryReport> {
  for (const sessionId of state.lanes.keys()) {
    if (exceptSessions.has(sessionId)) continue;
    const head = headOf(state.deliveries.get(sessionId) ?? []);
    if (head !== undefined && isSameOwner(head.owner, owner)) yield head.report;
  }
}

function headOf(lane: readonly MemoryDelivery[]): MemoryDelivery | undefined {
  let head: MemoryDelivery | undefined;
  for (const delivery of lane) {
    if (delivery.report.state !== 'waiting') continue;
    if (head === undefined || delivery.report.event.sequence < head.report.event.sequence) head = delivery;
  }
  return head;
}

export function findDue(state: MemoryState, query: DueQuery): readonly Delivery[] {
  const exceptEndpoints = new Set(query.exceptEndpoints);
  const due = [...heads(state, query.owner, new Set(query.exceptSessions))]
    .filter(({ dueAtWallMs, endpoint }) => dueAtWallMs <= query.nowWallMs && !exceptEndpoints.has(endpoint.key))
    .sort(bySoonest);
  const perEndpoint = new Map<string, number>();
  const taken: Delivery[] = [];
  for (const { state: _, ...delivery } of due) {
    if (taken.length >= query.limit) break;
    const count = perEndpoint.get(delivery.endpoint.key) ?? 0;
    if (count >= query.perEndpoint) continue;
    perEndpoint.set(delivery.endpoint.key, count + 1);
    taken.push(delivery);
  }
  return taken;
}

function bySoonest(one: Delivery, other: Delivery): number {
  return one.dueAtWallMs - other.dueAtWallMs || (one.event.sessionId < other.event.sessionId ? -1 : 1);
}

export function findNextDue(state: MemoryState, owner: Owner, exceptSessions: readonly string[]): number | undefined {
  let soonest: number | undefined;
  for (const { dueAtWallMs } of heads(state, owner, new Set(exceptSessions))) {
    soonest = Math.min(soonest ?? dueAtWallMs, dueAtWallMs);
  }
  return soonest;
}
