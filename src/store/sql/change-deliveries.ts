/**
 * Changes of deliveries, reports and idempotency keys. `is_head` marks the first waiting delivery of each call, so that
 * finding what is due reads nothing that is not.
 */
import { wrongChange } from '../refusals.ts';
import { type ChangeOf, type Refusal, refuseUnlessLiving } from './change-calls.ts';
import { wholeMs } from './row-values.ts';
import { itemsValue, type Program, row, rows } from './statement.ts';

/** Whoever changes which delivery is the head of a call holds the call: another node may be adding to its lane. */
function* holdCall(sessionId: string): Program<void> {
  yield* rows('select 1 as found from calls where session_id = ?1 {for update}', sessionId);
}

function* markHead(sessionId: string): Program<void> {
  const first = "(select min(sequence) from deliveries where session_id = ?1 and state = 'waiting')";
  yield* rows(
    `update deliveries set is_head = case when sequence = ${first} then 1 else 0 end
    where session_id = ?1 and state = 'waiting' and (is_head = 1 or sequence = ${first})`,
    sessionId,
  );
}

export function* settleDelivery(change: ChangeOf<'delivery-settled'>): Program<Refusal> {
  yield* holdCall(change.sessionId);
  const settled = yield* row(
    `update deliveries
    set state = ?3, attempts = ?4, settled_at = ?5, last_status = ?6, last_reason = ?7, tries = coalesce(?8, tries),
      is_head = 0
    where session_id = ?1 and sequence = ?2 and state = 'waiting' returning sequence`,
    change.sessionId,
    change.sequence,
    change.state,
    change.attempts,
    wholeMs(change.atWallMs),
    change.status ?? null,
    change.reason ?? null,
    change.tries === undefined ? null : JSON.stringify(change.tries),
  );
  if (settled !== undefined) yield* markHead(change.sessionId);
  return undefined;
}

export function* postponeDelivery(change: ChangeOf<'delivery-postponed'>): Program<Refusal> {
  yield* rows(
    `update deliveries set attempts = ?3, due_at = ?4, last_status = ?5, last_reason = ?6,
      tries = coalesce(?7, tries)
    where session_id = ?1 and sequence = ?2 and state = 'waiting'`,
    change.sessionId,
    change.sequence,
    change.attempts,
    wholeMs(change.dueAtWallMs),
    change.status ?? null,
    change.reason ?? null,
    change.tries === undefined ? null : JSON.stringify(change.tries),
  );
  return undefined;
}

export function* replayDelivery(change: ChangeOf<'delivery-replayed'>): Program<Refusal> {
  const over = yield* refuseUnlessLiving(change.owner);
  if (over !== undefined) return over;
  yield* holdCall(change.sessionId);
  const replayed = yield* row(
    `update deliveries set state = 'waiting', attempts = 0, queued_at = ?3, due_at = ?3, settled_at = null,
      owner_node = ?4, owner_epoch = ?5
    where session_id = ?1 and sequence = ?2 and state <> 'waiting' returning sequence`,
    change.sessionId,
    change.sequence,
    wholeMs(change.atWallMs),
    change.owner.nodeId,
    change.owner.epoch,
  );
  if (replayed !== undefined) yield* markHead(change.sessionId);
  return undefined;
}

export function* queueReports({ reports, owner }: ChangeOf<'reports-queued'>): Program<Refusal> {
  const over = yield* refuseUnlessLiving(owner);
  if (over !== undefined) return over;
  for (const { id, sink, sessionId, document, queuedAtWallMs } of reports) {
    const queued = yield* row(
      `insert into reports (id, sink, session_id, document, queued_at, due_at, owner_node, owner_epoch)
      values (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7) on conflict (id) do nothing returning id`,
      id,
      sink,
      sessionId,
      JSON.stringify(document),
      wholeMs(queuedAtWallMs),
      owner.nodeId,
      owner.epoch,
    );
    if (queued === undefined) return wrongChange(`Report ${id} was queued before.`);
  }
  return undefined;
}

export function* dropReports({ ids }: ChangeOf<'reports-done'>): Program<Refusal> {
  yield* rows('delete from reports where id in {items ?1}', itemsValue(ids));
  return undefined;
}

export function* postponeReports({ ids, dueAtWallMs }: ChangeOf<'reports-postponed'>): Program<Refusal> {
  yield* rows('update reports set due_at = ?2 where id in {items ?1}', itemsValue(ids), wholeMs(dueAtWallMs));
  return undefined;
}

export function* keepAnswer({ key, answer }: ChangeOf<'answer-kept'>): Program<Refusal> {
  yield* rows(
    'update idempotency_keys set status = ?3, body = ?4 where tenant_id = ?1 and key = ?2 and status is null',
    key.tenantId,
    key.key,
    answer.status,
    JSON.stringify(answer.body),
  );
  return undefined;
}

export function* releaseKey({ key }: ChangeOf<'key-released'>): Program<Refusal> {
  yield* rows(
    'delete from idempotency_keys where tenant_id = ?1 and key = ?2 and status is null',
    key.tenantId,
    key.key,
  );
  return undefined;
}
