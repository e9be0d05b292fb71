/** One change of a commit, in memory. Each returns what refuses it; the caller then undoes the commit. */
import type { GatewayError } from '../../kit/index.ts';
import { admit, dayMs, newAccount } from '../admission.ts';
import type { Change, DeliveryReport, Owner, StoredCall, StoredEvent } from '../durable-store.ts';
import { lifeIsOver, notOwner, sequenceFault, wrongChange } from '../refusals.ts';
import { noFigures } from '../statistics/contract.ts';
import {
  chargeText,
  isLiving,
  isOver,
  isSameOwner,
  type Journal,
  keyText,
  type MemoryCall,
  type MemoryDelivery,
  type MemoryState,
} from './memory-state.ts';
import { countCall } from './memory-statistics.ts';

type ChangeOf<Type extends Change['type']> = Extract<Change, { readonly type: Type }>;
type Refusal = GatewayError | undefined;

/** One commit under way. */
export interface Commit {
  readonly state: MemoryState;
  readonly journal: Journal;
  /** Events for the tenants' streams, which they enter when the commit is done. */
  readonly events: StoredEvent[];
}

export function applyChange(commit: Commit, change: Change): Refusal {
  switch (change.type) {
    case 'call-accepted':
      return acceptCall(commit, change);
    case 'call-changed':
      return changeCall(commit, change);
    case 'call-ended':
      return endCall(commit, change);
    case 'event':
      return addEvent(commit, change);
    case 'record':
      return addRecord(commit, change);
    case 'answer-kept':
    case 'key-released':
      return settleKey(commit, change);
    case 'delivery-settled':
    case 'delivery-postponed':
      return changeDelivery(commit, change);
    case 'delivery-replayed':
      return replayDelivery(commit, change);
    case 'artifacts-deleted':
      return deleteArtifacts(commit, change);
    case 'reports-queued':
      return queueReports(commit, change);
    case 'reports-done':
    case 'reports-postponed':
      return changeReports(commit, change);
    default:
      return change satisfies never;
  }
}

function acceptCall({ state, journal }: Commit, { call, admission }: ChangeOf<'call-accepted'>): Refusal {
  if (!isLiving(state, call.owner)) return lifeIsOver(call.owner.nodeId, call.owner.epoch);
  if (state.calls.has(call.sessionId)) return wrongChange(`Call ${call.sessionId} was accepted before.`);
  if (admission !== undefined) {
    const { account: name, nowWallMs } = admission;
    const account = state.accounts.get(name) ?? newAccount(admission);
    const chargedMs = state.charges.get(chargeText(name, Math.floor(nowWallMs / dayMs))) ?? 0;
    const admitted = admit(account, chargedMs, admission);
    if (!admitted.ok) return admitted.error;
    journal.set(state.accounts, name, admitted.value);
  }
  const stored: StoredCall = { ...call, state: 'accepted', changedAtWallMs: call.acceptedAtWallMs, lastSequence: 0 };
  journal.set(state.calls, call.sessionId, { call: stored, account: admission?.account });
  return undefined;
}

/** The call, if this owner may still change it. */
function ownCall(state: MemoryState, sessionId: string, owner: Owner): MemoryCall | undefined {
  const found = state.calls.get(sessionId);
  return found !== undefined && isSameOwner(found.call.owner, owner) ? found : undefined;
}

function changeCall({ state, journal }: Commit, change: ChangeOf<'call-changed'>): Refusal {
  const found = ownCall(state, change.sessionId, change.owner);
  if (found === undefined || isOver(found.call)) return notOwner(change.sessionId);
  if (change.state === 'failed' || change.state === 'ended') {
    return wrongChange(`Call ${change.sessionId} can only end by "call-ended".`);
  }
  const { dialog: dialogBefore, ...rest } = found.call;
  const dialog = change.dialog === undefined ? dialogBefore : (change.dialog ?? undefined);
  const call: StoredCall = {
    ...rest,
    state: change.state ?? rest.state,
    changedAtWallMs: change.atWallMs,
    ...(dialog === undefined ? {} : { dialog }),
  };
  journal.set(state.calls, change.sessionId, { ...found, call });
  return undefined;
}

function endCall({ state, journal }: Commit, change: ChangeOf<'call-ended'>): Refusal {
  const found = ownCall(state, change.sessionId, change.owner);
  if (found === undefined || isOver(found.call)) return notOwner(change.sessionId);
  const { dialog: _, ...rest } = found.call;
  const call: StoredCall = {
    ...rest,
    state: change.state,
    changedAtWallMs: change.atWallMs,
    endedAtWallMs: change.atWallMs,
    endCode: change.endCode,
    ...(change.failureReason === undefined ? {} : { failureReason: change.failureReason }),
  };
  journal.set(state.calls, change.sessionId, { ...found, call });
  const { tenantId, acceptedAtWallMs } = call;
  const { state: endState, endCode, figures = noFigures } = change;
  countCall(state, journal, { tenantId, acceptedAtWallMs, state: endState, endCode, figures });
  if (found.account === undefined) return undefined;
  const account = state.accounts.get(found.account);
  if (account !== undefined) {
    const runningCalls = Math.max(0, account.runningCalls - 1);
    journal.set(state.accounts, found.account, { ...account, runningCalls });
  }
  const charge = chargeText(found.account, Math.floor(change.atWallMs / dayMs));
  journal.set(state.charges, charge, (state.charges.get(charge) ?? 0) + change.billedMs);
  return undefined;
}

function addEvent(commit: Commit, { event, owner, endpoint }: ChangeOf<'event'>): Refusal {
  const { state, journal } = commit;
  const { sessionId, sequence } = event;
  const found = ownCall(state, sessionId, owner);
  if (found === undefined) return notOwner(sessionId);
  if (event.tenantId !== found.call.tenantId) return wrongChange(`Call ${sessionId} is of another tenant.`);
  if (sequence !== found.call.lastSequence + 1) return sequenceFault(sessionId, sequence, found.call.lastSequence);
  journal.set(state.calls, sessionId, { ...found, call: { ...found.call, lastSequence: sequence } });
  journal.set(state.events, sessionId, [...(state.events.get(sessionId) ?? []), event]);
  commit.events.push(event);
  if (endpoint === undefined) return undefined;
  const report: DeliveryReport = {
    event,
    endpoint,
    attempts: 0,
    tries: [],
    queuedAtWallMs: event.atWallMs,
    dueAtWallMs: event.atWallMs,
    state: 'waiting',
  };
  setDeliveries(commit, sessionId, [...(state.deliveries.get(sessionId) ?? []), { report, owner }]);
  return undefined;
}

function setDeliveries({ state, journal }: Commit, sessionId: string, deliveries: readonly MemoryDelivery[]): void {
  journal.set(state.deliveries, sessionId, deliveries);
  if (deliveries.some(({ report }) => report.state === 'waiting')) journal.set(state.lanes, sessionId, true);
  else journal.delete(state.lanes, sessionId);
}

function addRecord({ state, journal }: Commit, change: ChangeOf<'record'>): Refusal {
  if (!state.calls.has(change.sessionId)) return notOwner(change.sessionId);
  if (!state.records.has(change.sessionId)) journal.set(state.records, change.sessionId, change.record);
  return undefined;
}

function settleKey({ state, journal }: Commit, change: ChangeOf<'answer-kept' | 'key-released'>): Refusal {
  const name = keyText(change.key);
  const key = state.keys.get(name);
  if (key === undefined || key.answer !== undefined) return undefined;
  if (change.type === 'answer-kept') journal.set(state.keys, name, { ...key, answer: change.answer });
  else journal.delete(state.keys, name);
  return undefined;
}

/** Replaces a delivery by what `next` makes of it, if there is one in a state that `next` takes. */
function replaceDelivery(
  commit: Commit,
  { sessionId, sequence }: { readonly sessionId: string; readonly sequence: number },
  next: (delivery: MemoryDelivery) => MemoryDelivery | undefined,
): void {
  const lane = commit.state.deliveries.get(sessionId) ?? [];
  const index = lane.findIndex(({ report }) => report.event.sequence === sequence);
  const before = lane[index];
  const after = before === undefined ? undefined : next(before);
  if (after !== undefined) setDeliveries(commit, sessionId, lane.with(index, after));
}

function changeDelivery(commit: Commit, change: ChangeOf<'delivery-settled' | 'delivery-postponed'>): Refusal {
  replaceDelivery(commit, change, ({ report, owner }) => {
    if (report.state !== 'waiting') return undefined;
    const { lastStatus: _status, lastReason: _reason, ...kept } = report;
    const outcome = {
      attempts: change.attempts,
      ...(change.tries === undefined ? {} : { tries: change.tries }),
      ...(change.status === undefined ? {} : { lastStatus: change.status }),
      ...(change.reason === undefined ? {} : { lastReason: change.reason }),
    };
    return change.type === 'delivery-settled'
      ? { owner, report: { ...kept, ...outcome, state: change.state, settledAtWallMs: change.atWallMs } }
      : { owner, report: { ...kept, ...outcome, dueAtWallMs: change.dueAtWallMs } };
  });
  return undefined;
}

function replayDelivery(commit: Commit, change: ChangeOf<'delivery-replayed'>): Refusal {
  const { owner, atWallMs } = change;
  if (!isLiving(commit.state, owner)) return lifeIsOver(owner.nodeId, owner.epoch);
  replaceDelivery(commit, change, ({ report }) => {
    if (report.state === 'waiting') return undefined;
    const { settledAtWallMs: _, ...kept } = report;
    return {
      owner,
      report: { ...kept, state: 'waiting', attempts: 0, queuedAtWallMs: atWallMs, dueAtWallMs: atWallMs },
    };
  });
  return undefined;
}

function deleteArtifacts(commit: Commit, { sessionId }: ChangeOf<'artifacts-deleted'>): Refusal {
  const { state, journal } = commit;
  const found = state.calls.get(sessionId);
  if (found === undefined) return undefined;
  journal.set(state.calls, sessionId, { ...found, call: { ...found.call, facts: {} } });
  const emptied = (event: StoredEvent): StoredEvent => ({ ...event, data: {} });
  journal.set(state.events, sessionId, (state.events.get(sessionId) ?? []).map(emptied));
  const lane = state.deliveries.get(sessionId);
  if (lane !== undefined) {
    const empty = lane.map(({ report, owner }) => ({ owner, report: { ...report, event: emptied(report.event) } }));
    journal.set(state.deliveries, sessionId, empty);
  }
  if (state.records.has(sessionId)) journal.set(state.records, sessionId, null);
  return undefined;
}

function queueReports({ state, journal }: Commit, { reports, owner }: ChangeOf<'reports-queued'>): Refusal {
  if (!isLiving(state, owner)) return lifeIsOver(owner.nodeId, owner.epoch);
  for (const report of reports) {
    if (state.reports.has(report.id)) return wrongChange(`Report ${report.id} was queued before.`);
    journal.set(state.reports, report.id, { report, owner, dueAtWallMs: report.queuedAtWallMs });
  }
  return undefined;
}

function changeReports({ state, journal }: Commit, change: ChangeOf<'reports-done' | 'reports-postponed'>): Refusal {
  for (const id of change.ids) {
    const report = state.reports.get(id);
    if (report === undefined) continue;
    if (change.type === 'reports-done') journal.delete(state.reports, id);
    else journal.set(state.reports, id, { ...report, dueAtWallMs: change.dueAtWallMs });
  }
  return undefined;
}
