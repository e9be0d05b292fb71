/** What waits to be delivered. */
import { ok } from '../../kit/index.ts';
import type { Delivery, DeliveryReport, DueQuery, NewReport, Owner } from '../durable-store.ts';
import type { Answer } from './read-calls.ts';
import { deliveryColumns, deliveryOf, deliveryReportOf, numberOf, objectOf, textOf } from './row-values.ts';
import { itemsValue, type Program, row, rows } from './statement.ts';

const mine = 'owner_node = ?1 and owner_epoch = ?2 and is_head = 1';

/**
 * Soonest first. However much waits for one endpoint, as little is read as can be delivered: first the endpoints and the
 * soonest of each, by jumping from one to the next in the index, then so many of an endpoint as it may have.
 */
export function* readDue(query: DueQuery): Answer<readonly Delivery[]> {
  const { owner, nowWallMs, limit, perEndpoint } = query;
  const except = new Set(query.exceptEndpoints);
  const sessions = itemsValue(query.exceptSessions);
  const due: Delivery[] = [];
  for (const { key, dueAtWallMs } of yield* readEndpoints(owner, nowWallMs)) {
    if (except.has(key)) continue;
    const last = due[limit - 1];
    if (last !== undefined && last.dueAtWallMs < dueAtWallMs) break;
    const found = yield* rows(
      `select ${deliveryColumns} from deliveries d
      join events e on e.session_id = d.session_id and e.sequence = d.sequence
      where ${mine} and endpoint_key = ?3 and due_at <= ?4 and d.session_id not in {items ?5}
      order by d.due_at, d.session_id limit ?6`,
      owner.nodeId,
      owner.epoch,
      key,
      Math.floor(nowWallMs),
      sessions,
      Math.min(limit, perEndpoint),
    );
    due.push(...found.map(deliveryOf));
    due.sort(bySoonest);
  }
  return ok(due.slice(0, limit));
}

function bySoonest(one: Delivery, other: Delivery): number {
  return one.dueAtWallMs - other.dueAtWallMs || (one.event.sessionId < other.event.sessionId ? -1 : 1);
}

/** Endpoints for which something is due, that of the soonest first. */
function* readEndpoints(
  owner: Owner,
  nowWallMs: number,
): Program<readonly { readonly key: string; readonly dueAtWallMs: number }[]> {
  const found = yield* rows(
    `with recursive endpoints (endpoint_key) as (
      select min(endpoint_key) from deliveries where ${mine}
      union all
      select (select min(d.endpoint_key) from deliveries d where ${mine} and d.endpoint_key > endpoints.endpoint_key)
      from endpoints where endpoints.endpoint_key is not null
    )
    select endpoint_key, due_at from (
      select endpoint_key, (
        select min(d.due_at) from deliveries d where ${mine} and d.endpoint_key = endpoints.endpoint_key
      ) as due_at from endpoints where endpoint_key is not null
    ) as soonest where due_at <= ?3 order by due_at, endpoint_key`,
    owner.nodeId,
    owner.epoch,
    Math.floor(nowWallMs),
  );
  return found.map((each) => ({ key: textOf(each, 'endpoint_key'), dueAtWallMs: numberOf(each, 'due_at') }));
}

export function* readNextDue(owner: Owner, exceptSessions: readonly string[]): Answer<number | undefined> {
  const next = yield* row(
    `select due_at from deliveries where ${mine} and session_id not in {items ?3} order by due_at limit 1`,
    owner.nodeId,
    owner.epoch,
    itemsValue(exceptSessions),
  );
  return ok(next === undefined ? undefined : numberOf(next, 'due_at'));
}

export function* readDeliveries(sessionId: string): Answer<readonly DeliveryReport[]> {
  const found = yield* rows(
    `select ${deliveryColumns} from deliveries d
    join events e on e.session_id = d.session_id and e.sequence = d.sequence
    where d.session_id = ?1 order by d.sequence`,
    sessionId,
  );
  return ok(found.map(deliveryReportOf));
}

export function* readDueReports(
  sink: string,
  owner: Owner,
  nowWallMs: number,
  limit: number,
): Answer<readonly NewReport[]> {
  const found = yield* rows(
    `select id, sink, session_id, document, queued_at from reports
    where sink = ?1 and owner_node = ?2 and owner_epoch = ?3 and due_at <= ?4 order by id limit ?5`,
    sink,
    owner.nodeId,
    owner.epoch,
    Math.floor(nowWallMs),
    limit,
  );
  return ok(
    found.map((each) => ({
      id: textOf(each, 'id'),
      sink: textOf(each, 'sink'),
      sessionId: textOf(each, 'session_id'),
      document: objectOf(each, 'document'),
      queuedAtWallMs: numberOf(each, 'queued_at'),
    })),
  );
}
