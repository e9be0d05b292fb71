/** A store that lives as long as the process: for tests, and the one the other engines are compared with. */
import { err, type GatewayError, gatewayError, ok, type Result } from '../../kit/index.ts';
import { parsePosition } from '../cursor.ts';
import type {
  CallCommand,
  Change,
  DurableStore,
  IdempotencyKey,
  KeyClaim,
  Owner,
  StoredEvent,
} from '../durable-store.ts';
import { lifeIsOver, notOwner } from '../refusals.ts';
import { applyChange, type Commit } from './apply-change.ts';
import { findDue, findNextDue } from './memory-deliveries.ts';
import { adopt, listNodes } from './memory-nodes.ts';
import { listCalls, listDead } from './memory-pages.ts';
import { pruneTallies, readStatistics } from './memory-statistics.ts';
import { chargeText, isLiving, isOver, isSameOwner, Journal, keyText, MemoryState } from './memory-state.ts';

const keyLifeMs = 86_400_000;
const commandLifeMs = 60_000;

export function createMemoryStore(): DurableStore {
  const state = new MemoryState();
  return {
    spec: 'store/1',
    name: 'memory',
    commit: async (changes) => commit(state, changes),
    call: async (sessionId) => ok(state.calls.get(sessionId)?.call),
    calls: async (query) => listCalls(state, query),
    record: async (sessionId) => ok(state.records.get(sessionId) ?? undefined),
    events: async (sessionId, afterSequence, limit) =>
      ok((state.events.get(sessionId) ?? []).filter(({ sequence }) => sequence > afterSequence).slice(0, limit)),
    tenantEvents: async (tenantId, cursor, limit) => readStream(state, tenantId, cursor, limit),
    claimKey: async (key, fingerprint, owner, nowWallMs) => claimKey(state, key, fingerprint, owner, nowWallMs),
    dueDeliveries: async (query) => ok(findDue(state, query)),
    nextDueAtWallMs: async (owner, exceptSessions) => ok(findNextDue(state, owner, exceptSessions)),
    deliveries: async (sessionId) => ok((state.deliveries.get(sessionId) ?? []).map(({ report }) => report)),
    deadDeliveries: async (query) => listDead(state, query),
    dueReports: async (sink, owner, nowWallMs, limit) =>
      ok(
        [...state.reports.values()]
          .filter((each) => each.report.sink === sink && isSameOwner(each.owner, owner))
          .filter(({ dueAtWallMs }) => dueAtWallMs <= nowWallMs)
          .map(({ report }) => report)
          .sort((one, other) => (one.id < other.id ? -1 : 1))
          .slice(0, limit),
      ),
    statistics: async (query) => ok(readStatistics(state, query)),
    chargedMs: async (account, day) => ok(state.charges.get(chargeText(account, day)) ?? 0),
    joinNode: async (nodeId, leaseUntilWallMs) => {
      const epoch = ++state.lastEpoch;
      state.nodes.set(nodeId, { epoch, leaseUntilWallMs });
      return ok({ nodeId, epoch });
    },
    renewLease: async (owner, leaseUntilWallMs) => {
      if (!isLiving(state, owner)) return err(lifeIsOver(owner.nodeId, owner.epoch));
      state.nodes.set(owner.nodeId, { epoch: owner.epoch, leaseUntilWallMs });
      return ok(undefined);
    },
    nodes: async () => ok(listNodes(state)),
    adopt: async (owner, nowWallMs) =>
      isLiving(state, owner) ? ok(adopt(state, owner, nowWallMs)) : err(lifeIsOver(owner.nodeId, owner.epoch)),
    sendCommand: async (command) => sendCommand(state, command),
    takeCommands: async (owner, limit) => ok(takeCommands(state, owner, limit)),
    answerCommand: async (id, answer) => {
      const found = state.commands.get(id);
      if (found !== undefined && found.answer === undefined) state.commands.set(id, { ...found, answer });
      return ok(undefined);
    },
    commandAnswer: async (id) => ok(state.commands.get(id)?.answer),
    prune: async (endedBeforeWallMs, limit) => ok(prune(state, endedBeforeWallMs, limit)),
    backup: async () => err(gatewayError('store.unavailable', 'What is kept in memory has no file to copy.')),
    close: async () => undefined,
  };
}

function commit(state: MemoryState, changes: readonly Change[]): Result<void, GatewayError> {
  const journal = new Journal();
  const commit: Commit = { state, journal, events: [] };
  for (const change of copyOf(changes)) {
    const refusal = applyChange(commit, change);
    if (refusal !== undefined) {
      journal.undoAll();
      return err(refusal);
    }
  }
  for (const { sessionId, sequence } of commit.events) {
    state.stream.push({ position: ++state.lastPosition, sessionId, sequence });
  }
  return ok(undefined);
}

/** What is stored is JSON, and no longer the caller's. */
function copyOf(changes: readonly Change[]): readonly Change[] {
  return JSON.parse(JSON.stringify(changes));
}

function readStream(
  state: MemoryState,
  tenantId: string,
  cursor: string | undefined,
  limit: number,
): Result<{ readonly items: readonly StoredEvent[]; readonly nextCursor: string }, GatewayError> {
  if (cursor === undefined) return ok({ items: [], nextCursor: String(state.lastPosition) });
  const after = parsePosition(cursor);
  if (!after.ok) return after;
  const items: StoredEvent[] = [];
  let last = after.value;
  for (const { position, sessionId, sequence } of state.stream) {
    if (position <= after.value) continue;
    if (items.length >= limit) break;
    const event = state.events.get(sessionId)?.[sequence - 1];
    if (event?.tenantId !== tenantId) continue;
    items.push(event);
    last = position;
  }
  return ok({ items, nextCursor: String(last) });
}

function claimKey(
  state: MemoryState,
  key: IdempotencyKey,
  fingerprint: string,
  owner: Owner,
  nowWallMs: number,
): Result<KeyClaim, GatewayError> {
  if (!isLiving(state, owner)) return err(lifeIsOver(owner.nodeId, owner.epoch));
  const name = keyText(key);
  const found = state.keys.get(name);
  if (found === undefined || found.claimedAtWallMs <= nowWallMs - keyLifeMs) {
    state.keys.set(name, { fingerprint, owner, claimedAtWallMs: nowWallMs, answer: undefined });
    return ok({ type: 'claimed' });
  }
  if (found.fingerprint !== fingerprint) return ok({ type: 'other-request' });
  return ok(found.answer === undefined ? { type: 'in-flight' } : { type: 'answered', answer: found.answer });
}

function sendCommand(state: MemoryState, command: CallCommand): Result<void, GatewayError> {
  const { sessionId, sentAtWallMs } = command;
  const call = state.calls.get(sessionId)?.call;
  const node = call === undefined ? undefined : state.nodes.get(call.owner.nodeId);
  const isHeard = node !== undefined && node.epoch === call?.owner.epoch && node.leaseUntilWallMs >= sentAtWallMs;
  if (call === undefined || isOver(call) || !isHeard) return err(notOwner(sessionId));
  for (const [id, { command: earlier }] of state.commands) {
    if (earlier.sentAtWallMs <= sentAtWallMs - commandLifeMs) state.commands.delete(id);
  }
  state.commands.set(command.id, { command, isTaken: false, answer: undefined });
  return ok(undefined);
}

function takeCommands(state: MemoryState, owner: Owner, limit: number): readonly CallCommand[] {
  const taken: CallCommand[] = [];
  for (const [id, each] of state.commands) {
    if (taken.length >= limit) break;
    const call = state.calls.get(each.command.sessionId)?.call;
    if (each.isTaken || call === undefined || !isSameOwner(call.owner, owner)) continue;
    state.commands.set(id, { ...each, isTaken: true });
    taken.push(each.command);
  }
  return taken;
}

function prune(state: MemoryState, endedBeforeWallMs: number, limit: number): number {
  const over = [...state.calls.values()]
    .map(({ call }) => call)
    .filter(({ endedAtWallMs }) => endedAtWallMs !== undefined && endedAtWallMs < endedBeforeWallMs)
    .filter(({ sessionId }) => !state.lanes.has(sessionId))
    .sort(byEnd)
    .slice(0, limit);
  const gone = new Set<string>(over.map(({ sessionId }) => sessionId));
  for (const sessionId of gone) {
    for (const map of [state.calls, state.events, state.deliveries, state.records]) map.delete(sessionId);
  }
  for (const [id, { command }] of state.commands) if (gone.has(command.sessionId)) state.commands.delete(id);
  state.stream = state.stream.filter(({ sessionId }) => !gone.has(sessionId));
  pruneTallies(state, endedBeforeWallMs);
  return gone.size;
}

function byEnd(
  one: { readonly endedAtWallMs?: number; readonly sessionId: string },
  other: { readonly endedAtWallMs?: number; readonly sessionId: string },
): number {
  return (one.endedAtWallMs ?? 0) - (other.endedAtWallMs ?? 0) || (one.sessionId < other.sessionId ? -1 : 1);
}
