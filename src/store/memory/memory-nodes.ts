/** Lives of nodes, and what they leave behind, in memory. */
import type { NodeState, Owner, StoredCall } from '../durable-store.ts';
import { isOver, isSameOwner, type MemoryState } from './memory-state.ts';

export function listNodes(state: MemoryState): readonly NodeState[] {
  const unfinished = [...state.calls.values()].map(({ call }) => call).filter((call) => !isOver(call));
  return [...state.nodes].sort(byKey).map(([nodeId, { epoch, leaseUntilWallMs }]) => ({
    owner: { nodeId, epoch },
    leaseUntilWallMs,
    unfinishedCalls: unfinished.filter((call) => isSameOwner(call.owner, { nodeId, epoch })).length,
  }));
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

/** Moves what lives that are over have left to this owner, who must be living. Cannot fail half-way. */
export function adopt(state: MemoryState, owner: Owner, nowWallMs: number): readonly StoredCall[] {
  for (const [nodeId, { leaseUntilWallMs }] of state.nodes) {
    if (nodeId !== owner.nodeId && leaseUntilWallMs < nowWallMs) state.nodes.delete(nodeId);
  }
  // What is left are this node and nodes that live: those see to their own earlier lives.
  const isLeft = (by: Owner): boolean =>
    by.nodeId === owner.nodeId ? by.epoch !== owner.epoch : !state.nodes.has(by.nodeId);
  const adopted: StoredCall[] = [];
  for (const [sessionId, { call, account }] of state.calls) {
    if (isOver(call) || !isLeft(call.owner)) continue;
    const taken: StoredCall = { ...call, owner };
    state.calls.set(sessionId, { call: taken, account });
    adopted.push(taken);
  }
  for (const [sessionId, lane] of state.deliveries) {
    if (!state.lanes.has(sessionId)) continue;
    state.deliveries.set(
      sessionId,
      lane.map((each) =>
        each.report.state === 'waiting' && isLeft(each.owner) ? { report: each.report, owner } : each,
      ),
    );
  }
  for (const [id, report] of state.reports) if (isLeft(report.owner)) state.reports.set(id, { ...report, owner });
  for (const [name, key] of state.keys) {
    if (key.answer === undefined && isLeft(key.owner)) state.keys.delete(name);
  }
  return adopted.sort(
    (one, other) => one.acceptedAtWallMs - other.acceptedAtWallMs || (one.sessionId < other.sessionId ? -1 : 1),
  );
}
