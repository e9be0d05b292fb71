/** Lives of nodes, what they leave behind, claimed keys, and commands between nodes. */
import { err, ok, type JsonObject } from '../../kit/index.ts';
import type { CallCommand, IdempotencyKey, KeyClaim, NodeState, Owner, StoredCall } from '../durable-store.ts';
import { lifeIsOver, notOwner } from '../refusals.ts';
import { refuseUnlessLiving } from './change-calls.ts';
import type { Answer } from './read-calls.ts';
import { callColumns, callOf, jsonOf, numberOf, objectOf, textOf, wholeMs } from './row-values.ts';
import { itemsValue, row, rows, SqlFault } from './statement.ts';
import { pruneTallies } from './tallies.ts';

const keyLifeMs = 86_400_000;
const commandLifeMs = 60_000;

export function* joinNode(nodeId: string, leaseUntilWallMs: number): Answer<Owner> {
  const counter = yield* row("update counters set value = value + 1 where name = 'epoch' returning value");
  if (counter === undefined) throw new SqlFault('unavailable', 'The counter of epochs is gone.');
  const epoch = numberOf(counter, 'value');
  yield* rows(
    `insert into nodes (node_id, epoch, lease_until) values (?1, ?2, ?3)
    on conflict (node_id) do update set epoch = excluded.epoch, lease_until = excluded.lease_until`,
    nodeId,
    epoch,
    wholeMs(leaseUntilWallMs),
  );
  return ok({ nodeId, epoch });
}

export function* renewLease(owner: Owner, leaseUntilWallMs: number): Answer<void> {
  const renewed = yield* row(
    'update nodes set lease_until = ?3 where node_id = ?1 and epoch = ?2 returning node_id',
    owner.nodeId,
    owner.epoch,
    wholeMs(leaseUntilWallMs),
  );
  return renewed === undefined ? err(lifeIsOver(owner.nodeId, owner.epoch)) : ok(undefined);
}

export function* listNodes(): Answer<readonly NodeState[]> {
  const found = yield* rows(
    `select node_id, epoch, lease_until, (
      select count(*) from calls where owner_node = node_id and owner_epoch = epoch and ended_at is null
    ) as unfinished from nodes order by node_id`,
  );
  return ok(
    found.map((each) => ({
      owner: { nodeId: textOf(each, 'node_id'), epoch: numberOf(each, 'epoch') },
      leaseUntilWallMs: numberOf(each, 'lease_until'),
      unfinishedCalls: numberOf(each, 'unfinished'),
    })),
  );
}

export function* adopt(owner: Owner, nowWallMs: number): Answer<readonly StoredCall[]> {
  // One node adopts at a time, and no dead one comes back to life meanwhile.
  yield* rows('select node_id from nodes order by node_id {for update}');
  const over = yield* refuseUnlessLiving(owner);
  if (over !== undefined) return err(over);
  const { nodeId, epoch } = owner;
  yield* rows('delete from nodes where node_id <> ?1 and lease_until < ?2', nodeId, Math.ceil(nowWallMs));
  // What is left are this node and nodes that live: those see to their own earlier lives.
  const isLeft = `((owner_node = ?1 and owner_epoch <> ?2) or owner_node not in (select node_id from nodes))`;
  const take = 'set owner_node = ?1, owner_epoch = ?2';
  const adopted = yield* rows(
    `update calls ${take} where ended_at is null and ${isLeft} returning ${callColumns}`,
    nodeId,
    epoch,
  );
  yield* rows(`update deliveries ${take} where state = 'waiting' and ${isLeft}`, nodeId, epoch);
  yield* rows(`update reports ${take} where ${isLeft}`, nodeId, epoch);
  yield* rows(`delete from idempotency_keys where status is null and ${isLeft}`, nodeId, epoch);
  return ok(
    adopted
      .map(callOf)
      .sort(
        (one, other) => one.acceptedAtWallMs - other.acceptedAtWallMs || (one.sessionId < other.sessionId ? -1 : 1),
      ),
  );
}

export function* claimKey(
  { tenantId, key }: IdempotencyKey,
  fingerprint: string,
  owner: Owner,
  nowWallMs: number,
): Answer<KeyClaim> {
  const over = yield* refuseUnlessLiving(owner);
  if (over !== undefined) return err(over);
  yield* rows('delete from idempotency_keys where claimed_at <= ?1', Math.floor(nowWallMs) - keyLifeMs);
  const claimed = yield* row(
    `insert into idempotency_keys (tenant_id, key, fingerprint, owner_node, owner_epoch, claimed_at)
    values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (tenant_id, key) do nothing returning key`,
    tenantId,
    key,
    fingerprint,
    owner.nodeId,
    owner.epoch,
    wholeMs(nowWallMs),
  );
  if (claimed !== undefined) return ok({ type: 'claimed' });
  const found = yield* row(
    'select fingerprint, status, body from idempotency_keys where tenant_id = ?1 and key = ?2',
    tenantId,
    key,
  );
  // It was given back this very moment: the caller tries again, as with any request under way.
  if (found === undefined) return ok({ type: 'in-flight' });
  if (textOf(found, 'fingerprint') !== fingerprint) return ok({ type: 'other-request' });
  if (found['status'] === null) return ok({ type: 'in-flight' });
  return ok({ type: 'answered', answer: { status: numberOf(found, 'status'), body: jsonOf(found, 'body') } });
}

export function* sendCommand({ id, sessionId, command, sentAtWallMs }: CallCommand): Answer<void> {
  const sentAt = wholeMs(sentAtWallMs);
  const heard = yield* row(
    `select 1 as found from calls join nodes on node_id = owner_node and epoch = owner_epoch
    where session_id = ?1 and ended_at is null and lease_until >= ?2`,
    sessionId,
    sentAt,
  );
  if (heard === undefined) return err(notOwner(sessionId));
  yield* rows('delete from commands where sent_at <= ?1', sentAt - commandLifeMs);
  yield* rows(
    'insert into commands (id, session_id, command, sent_at, is_taken) values (?1, ?2, ?3, ?4, 0)',
    id,
    sessionId,
    JSON.stringify(command),
    sentAt,
  );
  return ok(undefined);
}

export function* takeCommands(owner: Owner, limit: number): Answer<readonly CallCommand[]> {
  const taken = yield* rows(
    `update commands set is_taken = 1 where place in (
      select place from commands where is_taken = 0 and session_id in (
        select session_id from calls where owner_node = ?1 and owner_epoch = ?2
      ) order by place limit ?3 {skip locked}
    ) returning place, id, session_id, command, sent_at`,
    owner.nodeId,
    owner.epoch,
    limit,
  );
  return ok(
    [...taken]
      .sort((one, other) => numberOf(one, 'place') - numberOf(other, 'place'))
      .map((each) => ({
        id: textOf(each, 'id'),
        sessionId: textOf(each, 'session_id'),
        command: objectOf(each, 'command'),
        sentAtWallMs: numberOf(each, 'sent_at'),
      })),
  );
}

export function* answerCommand(id: string, answer: JsonObject): Answer<void> {
  yield* rows('update commands set answer = ?2 where id = ?1 and answer is null', id, JSON.stringify(answer));
  return ok(undefined);
}

export function* readCommandAnswer(id: string): Answer<JsonObject | undefined> {
  const found = yield* row('select answer from commands where id = ?1 and answer is not null', id);
  return ok(found === undefined ? undefined : objectOf(found, 'answer'));
}

const tablesOfCalls = ['events', 'stream', 'deliveries', 'records', 'commands', 'calls'];

export function* prune(endedBeforeWallMs: number, limit: number): Answer<number> {
  const found = yield* rows(
    `select session_id from calls where ended_at < ?1 and not exists (
      select 1 from deliveries d where d.session_id = calls.session_id and d.state = 'waiting'
    ) order by ended_at, session_id limit ?2 {for update}`,
    Math.ceil(endedBeforeWallMs),
    limit,
  );
  const sessions = itemsValue(found.map((each) => textOf(each, 'session_id')));
  for (const table of tablesOfCalls) yield* rows(`delete from ${table} where session_id in {items ?1}`, sessions);
  yield* pruneTallies(endedBeforeWallMs);
  return ok(found.length);
}
