/** Changes of calls, their events, records and accounts. Each returns what refuses it; the commit is then undone. */
import type { GatewayError } from '../../kit/index.ts';
import { type Account, admit, dayMs, newAccount } from '../admission.ts';
import type { Change, Owner, SharedAdmission, StoredEvent } from '../durable-store.ts';
import { lifeIsOver, notOwner, sequenceFault, wrongChange } from '../refusals.ts';
import { noFigures } from '../statistics/contract.ts';
import { numberOf, textOf, wholeMs } from './row-values.ts';
import type { CountedCall } from './tallies.ts';
import { type Program, type Row, row, rows } from './statement.ts';

export type ChangeOf<Type extends Change['type']> = Extract<Change, { readonly type: Type }>;
export type Refusal = GatewayError | undefined;

/** Refuses an owner whose life is over. On PostgreSQL its node cannot be declared dead until this transaction is done. */
export function* refuseUnlessLiving({ nodeId, epoch }: Owner): Program<Refusal> {
  const living = yield* row(
    'select 1 as found from nodes where node_id = ?1 and epoch = ?2 {for key share}',
    nodeId,
    wholeMs(epoch),
  );
  return living === undefined ? lifeIsOver(nodeId, epoch) : undefined;
}

export function* acceptCall({ call, admission }: ChangeOf<'call-accepted'>): Program<Refusal> {
  const over = yield* refuseUnlessLiving(call.owner);
  if (over !== undefined) return over;
  const inserted = yield* row(
    `insert into calls (session_id, tenant_id, owner_node, owner_epoch, to_uri, from_uri, accepted_at, endpoint_key,
      endpoint_target, facts, state, changed_at, last_sequence, account)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'accepted', ?7, 0, ?11)
    on conflict (session_id) do nothing returning session_id`,
    call.sessionId,
    call.tenantId,
    call.owner.nodeId,
    call.owner.epoch,
    call.to,
    call.from,
    wholeMs(call.acceptedAtWallMs),
    call.endpoint?.key ?? null,
    call.endpoint === undefined ? null : JSON.stringify(call.endpoint.target),
    JSON.stringify(call.facts),
    admission?.account ?? null,
  );
  if (inserted === undefined) return wrongChange(`Call ${call.sessionId} was accepted before.`);
  return admission === undefined ? undefined : yield* spend(admission);
}

function* spend(admission: SharedAdmission): Program<Refusal> {
  const name = admission.account;
  const select = 'select tokens, tokens_at, running_calls from accounts where account = ?1 {for update}';
  let found = yield* row(select, name);
  if (found === undefined) {
    yield* openAccount(name);
    found = yield* row(select, name);
  }
  const account = (found === undefined ? undefined : accountOf(found)) ?? newAccount(admission);
  const charged = admission.minutesPerDay > 0 ? yield* readCharge(name, Math.floor(admission.nowWallMs / dayMs)) : 0;
  const admitted = admit(account, charged, admission);
  if (!admitted.ok) return admitted.error;
  const { tokens, tokensAtWallMs, runningCalls } = admitted.value;
  yield* rows(
    'update accounts set tokens = ?2, tokens_at = ?3, running_calls = ?4 where account = ?1',
    name,
    tokens,
    wholeMs(tokensAtWallMs),
    runningCalls,
  );
  return undefined;
}

/** Puts down an account that nobody has used, unless it is there. */
export function* openAccount(name: string): Program<void> {
  yield* rows('insert into accounts (account, running_calls) values (?1, 0) on conflict (account) do nothing', name);
}

function accountOf(row: Row): Account | undefined {
  if (row['tokens'] === null) return undefined;
  return {
    tokens: numberOf(row, 'tokens'),
    tokensAtWallMs: numberOf(row, 'tokens_at'),
    runningCalls: numberOf(row, 'running_calls'),
  };
}

export function* readCharge(account: string, day: number): Program<number> {
  const found = yield* row('select charged_ms from charges where account = ?1 and day = ?2', account, day);
  return found === undefined ? 0 : numberOf(found, 'charged_ms');
}

export function* changeCall(change: ChangeOf<'call-changed'>): Program<Refusal> {
  const { sessionId, owner, dialog } = change;
  if (change.state === 'failed' || change.state === 'ended') {
    const found = yield* row(
      `select 1 as found from calls
      where session_id = ?1 and owner_node = ?2 and owner_epoch = ?3 and ended_at is null`,
      sessionId,
      owner.nodeId,
      owner.epoch,
    );
    return found === undefined ? notOwner(sessionId) : wrongChange(`Call ${sessionId} can only end by "call-ended".`);
  }
  const changed = yield* row(
    `update calls set changed_at = ?4, state = coalesce(?5, state), dialog = case when ?6 = 1 then ?7 else dialog end
    where session_id = ?1 and owner_node = ?2 and owner_epoch = ?3 and ended_at is null returning session_id`,
    sessionId,
    owner.nodeId,
    owner.epoch,
    wholeMs(change.atWallMs),
    change.state ?? null,
    dialog === undefined ? 0 : 1,
    dialog === undefined || dialog === null ? null : JSON.stringify(dialog),
  );
  return changed === undefined ? notOwner(sessionId) : undefined;
}

/** `counted` takes what is to be counted of the call when the commit is done. */
export function* endCall(change: ChangeOf<'call-ended'>, counted: CountedCall[]): Program<Refusal> {
  const { sessionId, owner, atWallMs, state, endCode, figures = noFigures } = change;
  const over = yield* row(
    `update calls set state = ?4, changed_at = ?5, ended_at = ?5, end_code = ?6, failure_reason = ?7, dialog = null
    where session_id = ?1 and owner_node = ?2 and owner_epoch = ?3 and ended_at is null returning account, tenant_id, accepted_at`,
    sessionId,
    owner.nodeId,
    owner.epoch,
    state,
    wholeMs(atWallMs),
    endCode,
    change.failureReason ?? null,
  );
  if (over === undefined) return notOwner(sessionId);
  counted.push({
    tenantId: textOf(over, 'tenant_id'),
    acceptedAtWallMs: numberOf(over, 'accepted_at'),
    state,
    endCode,
    figures,
    epoch: owner.epoch,
  });
  if (over['account'] === null) return undefined;
  const account = textOf(over, 'account');
  yield* rows(
    `update accounts set running_calls = case when running_calls > 0 then running_calls - 1 else 0 end
    where account = ?1`,
    account,
  );
  yield* rows(
    `insert into charges (account, day, charged_ms) values (?1, ?2, ?3)
    on conflict (account, day) do update set charged_ms = charges.charged_ms + excluded.charged_ms`,
    account,
    Math.floor(atWallMs / dayMs),
    wholeMs(change.billedMs),
  );
  return undefined;
}

export function* addEvent({ event, owner, endpoint }: ChangeOf<'event'>): Program<Refusal> {
  const { sessionId, sequence } = event;
  const next = yield* row(
    `update calls set last_sequence = ?5
    where session_id = ?1 and owner_node = ?2 and owner_epoch = ?3 and last_sequence = ?4 and tenant_id = ?6
    returning session_id`,
    sessionId,
    owner.nodeId,
    owner.epoch,
    sequence - 1,
    sequence,
    event.tenantId,
  );
  if (next === undefined) return yield* explainRefusal(event, owner);
  yield* rows(
    'insert into events (session_id, sequence, tenant_id, type, at, data) values (?1, ?2, ?3, ?4, ?5, ?6)',
    sessionId,
    sequence,
    event.tenantId,
    event.type,
    wholeMs(event.atWallMs),
    JSON.stringify(event.data),
  );
  if (endpoint === undefined) return undefined;
  yield* rows(
    `insert into deliveries (session_id, sequence, tenant_id, endpoint_key, endpoint_target, owner_node, owner_epoch,
      attempts, queued_at, due_at, state, is_head)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?8, 'waiting',
      case when exists (select 1 from deliveries where session_id = ?1 and state = 'waiting') then 0 else 1 end)`,
    sessionId,
    sequence,
    event.tenantId,
    endpoint.key,
    JSON.stringify(endpoint.target),
    owner.nodeId,
    owner.epoch,
    wholeMs(event.atWallMs),
  );
  return undefined;
}

function* explainRefusal({ sessionId, sequence, tenantId }: StoredEvent, owner: Owner): Program<Refusal> {
  const found = yield* row(
    'select tenant_id, last_sequence from calls where session_id = ?1 and owner_node = ?2 and owner_epoch = ?3',
    sessionId,
    owner.nodeId,
    owner.epoch,
  );
  if (found === undefined) return notOwner(sessionId);
  if (textOf(found, 'tenant_id') !== tenantId) return wrongChange(`Call ${sessionId} is of another tenant.`);
  return sequenceFault(sessionId, sequence, numberOf(found, 'last_sequence'));
}

export function* addRecord({ sessionId, tenantId, record }: ChangeOf<'record'>): Program<Refusal> {
  const call = yield* row('select 1 as found from calls where session_id = ?1', sessionId);
  if (call === undefined) return notOwner(sessionId);
  yield* rows(
    'insert into records (session_id, tenant_id, document) values (?1, ?2, ?3) on conflict (session_id) do nothing',
    sessionId,
    tenantId,
    JSON.stringify(record),
  );
  return undefined;
}

export function* deleteArtifacts({ sessionId }: ChangeOf<'artifacts-deleted'>): Program<Refusal> {
  yield* rows("update calls set facts = '{}' where session_id = ?1", sessionId);
  yield* rows("update events set data = '{}' where session_id = ?1", sessionId);
  yield* rows('update records set document = null where session_id = ?1', sessionId);
  return undefined;
}
