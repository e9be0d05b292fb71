/** Many pieces of work in one transaction of the database, each with a savepoint: one that fails fails no other. */
import { err, type GatewayError, gatewayError, ok, type Result } from '../../kit/index.ts';
import type { Change, StoredEvent } from '../durable-store.ts';
import * as calls from './change-calls.ts';
import * as deliveries from './change-deliveries.ts';
import { numberOf } from './row-values.ts';
import { type Order, programOf } from './operations.ts';
import { itemsValue, type Program, row, rows, SqlFault, type SqlValue } from './statement.ts';
import { type CountedCall, countCalls } from './tallies.ts';

/** Whether other connections may write to the database at the same moment. */
export type Writers = 'one' | 'many';

/** What changes the store: a commit of a caller, or an operation that writes. */
export type Work =
  | { readonly type: 'commit'; readonly changes: readonly Change[] }
  | { readonly type: 'order'; readonly order: Order };

type Outcome = Result<unknown, GatewayError>;

/**
 * Run it inside a transaction and commit that; the outcomes hold once it is committed. Faults that concern the database
 * and no single piece of work are thrown, and then nothing of the batch holds.
 */
export function* commitBatch(works: readonly Work[], writers: Writers): Program<readonly Outcome[]> {
  if (writers === 'many') yield* holdAccounts(works.flatMap((work) => (work.type === 'commit' ? work.changes : [])));
  const outcomes: Outcome[] = [];
  const streamed: StoredEvent[] = [];
  const counted: CountedCall[] = [];
  for (const work of works) {
    const ofWork: CountedCall[] = [];
    const outcome = yield* doOne(work, ofWork);
    outcomes.push(outcome);
    if (!outcome.ok || work.type !== 'commit') continue;
    counted.push(...ofWork);
    for (const change of work.changes) if (change.type === 'event') streamed.push(change.event);
  }
  yield* countCalls(counted);
  yield* addToStream(streamed);
  return outcomes;
}

function* doOne(work: Work, counted: CountedCall[]): Program<Outcome> {
  yield* rows('savepoint one');
  let outcome: Outcome;
  try {
    outcome = yield* work.type === 'commit' ? applyAll(work.changes, counted) : programOf(work.order);
  } catch (fault) {
    if (!(fault instanceof SqlFault) || fault.kind !== 'statement') throw fault;
    outcome = err(gatewayError('internal.bug', `The database refused a change: ${fault.message}`));
  }
  if (!outcome.ok) yield* rows('rollback to savepoint one');
  yield* rows('release savepoint one');
  return outcome;
}

function* applyAll(changes: readonly Change[], counted: CountedCall[]): Program<Outcome> {
  for (const change of changes) {
    const refusal = yield* applyChange(change, counted);
    if (refusal !== undefined) return err(refusal);
  }
  return ok(undefined);
}

function applyChange(change: Change, counted: CountedCall[]): Program<calls.Refusal> {
  switch (change.type) {
    case 'call-accepted':
      return calls.acceptCall(change);
    case 'call-changed':
      return calls.changeCall(change);
    case 'call-ended':
      return calls.endCall(change, counted);
    case 'event':
      return calls.addEvent(change);
    case 'record':
      return calls.addRecord(change);
    case 'artifacts-deleted':
      return calls.deleteArtifacts(change);
    case 'answer-kept':
      return deliveries.keepAnswer(change);
    case 'key-released':
      return deliveries.releaseKey(change);
    case 'delivery-settled':
      return deliveries.settleDelivery(change);
    case 'delivery-postponed':
      return deliveries.postponeDelivery(change);
    case 'delivery-replayed':
      return deliveries.replayDelivery(change);
    case 'reports-queued':
      return deliveries.queueReports(change);
    case 'reports-done':
      return deliveries.dropReports(change);
    case 'reports-postponed':
      return deliveries.postponeReports(change);
    default:
      return change satisfies never;
  }
}

/**
 * Nodes lock the accounts of a batch in one order before anything else: two batches with the same accounts then wait for
 * each other, and never each for the other.
 */
function* holdAccounts(changes: readonly Change[]): Program<void> {
  const opened = new Set<string>();
  const endedSessions: string[] = [];
  for (const change of changes) {
    if (change.type === 'call-accepted' && change.admission !== undefined) opened.add(change.admission.account);
    if (change.type === 'call-ended') endedSessions.push(change.sessionId);
  }
  const names = new Set(opened);
  if (endedSessions.length > 0) {
    const found = yield* rows(
      'select distinct account from calls where session_id in {items ?1} and account is not null',
      itemsValue(endedSessions),
    );
    for (const { account } of found) names.add(String(account));
  }
  if (names.size === 0) return;
  const lock = 'select account from accounts where account in {items ?1} order by account {for update}';
  const held = yield* rows(lock, itemsValue(names));
  const missing = [...opened].filter((name) => !held.some(({ account }) => account === name));
  if (missing.length === 0) return;
  // Rare: an account is seen for the first time. Rows that are new to all wait for each other as locks do.
  for (const name of missing.sort()) yield* calls.openAccount(name);
  yield* rows(lock, itemsValue(names));
}

const streamChunk = 50;

/**
 * Gives the events of a batch their places in the order of all events. It is the last thing a transaction does, and holds
 * the counter until it is committed: a reader never sees a place while an earlier one is still to appear.
 */
function* addToStream(events: readonly StoredEvent[]): Program<void> {
  if (events.length === 0) return;
  const counter = yield* row(
    "update counters set value = value + ?1 where name = 'place' returning value",
    events.length,
  );
  if (counter === undefined) throw new SqlFault('unavailable', 'The counter of events is gone.');
  let place = numberOf(counter, 'value') - events.length;
  for (let from = 0; from < events.length; from += streamChunk) {
    const values: SqlValue[] = [];
    const tuples = events.slice(from, from + streamChunk).map(({ tenantId, sessionId, sequence }, index) => {
      values.push(++place, tenantId, sessionId, sequence);
      return `(${[1, 2, 3, 4].map((n) => `?${index * 4 + n}`).join(', ')})`;
    });
    yield* rows(`insert into stream (place, tenant_id, session_id, sequence) values ${tuples.join(', ')}`, ...values);
  }
}
