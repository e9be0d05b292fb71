/** What is read of calls, events and records. */
import { type GatewayError, type JsonObject, ok, type Result } from '../../kit/index.ts';
import { parsePlace, parsePosition, type Place, printPlace } from '../cursor.ts';
import type { CallQuery, DeliveryReport, Page, StoredCall, StoredEvent } from '../durable-store.ts';
import { callColumns, callOf, deliveryColumns, deliveryReportOf, eventOf, numberOf, objectOf } from './row-values.ts';
import { readCharge } from './change-calls.ts';
import { itemsValue, type Program, type Row, row, rows, type SqlValue } from './statement.ts';

export type Answer<T> = Program<Result<T, GatewayError>>;

export function* readCall(sessionId: string): Answer<StoredCall | undefined> {
  const found = yield* row(`select ${callColumns} from calls where session_id = ?1`, sessionId);
  return ok(found === undefined ? undefined : callOf(found));
}

export function* readRecord(sessionId: string): Answer<JsonObject | undefined> {
  const found = yield* row('select document from records where session_id = ?1 and document is not null', sessionId);
  return ok(found === undefined ? undefined : objectOf(found, 'document'));
}

export function* readEvents(sessionId: string, afterSequence: number, limit: number): Answer<readonly StoredEvent[]> {
  const found = yield* rows(
    `select session_id, sequence, tenant_id, type, at, data from events
    where session_id = ?1 and sequence > ?2 order by sequence limit ?3`,
    sessionId,
    afterSequence,
    limit,
  );
  return ok(found.map(eventOf));
}

export function* readTenantEvents(
  tenantId: string,
  cursor: string | undefined,
  limit: number,
): Answer<{ readonly items: readonly StoredEvent[]; readonly nextCursor: string }> {
  if (cursor === undefined) {
    const counter = yield* row("select value from counters where name = 'place'");
    return ok({ items: [], nextCursor: String(counter === undefined ? 0 : numberOf(counter, 'value')) });
  }
  const after = parsePosition(cursor);
  if (!after.ok) return after;
  const found = yield* rows(
    `select s.place, e.session_id, e.sequence, e.tenant_id, e.type, e.at, e.data
    from stream s join events e on e.session_id = s.session_id and e.sequence = s.sequence
    where s.tenant_id = ?1 and s.place > ?2 order by s.place limit ?3`,
    tenantId,
    after.value,
    limit,
  );
  const last = found.at(-1);
  return ok({
    items: found.map(eventOf),
    nextCursor: String(last === undefined ? after.value : numberOf(last, 'place')),
  });
}

export function* readChargedMs(account: string, day: number): Answer<number> {
  return ok(yield* readCharge(account, day));
}

/** Conditions of a query, and their values. */
class Conditions {
  readonly values: SqlValue[] = [];
  readonly #texts: string[] = [];

  /** `??` stands for the values, one each. */
  add(text: string, ...values: readonly SqlValue[]): void {
    let next = 0;
    this.#texts.push(text.replaceAll('??', () => this.bind(values[next++] ?? null)));
  }

  bind(value: SqlValue): string {
    this.values.push(value);
    return `?${this.values.length}`;
  }

  text(): string {
    return this.#texts.length === 0 ? '' : `where ${this.#texts.join(' and ')}`;
  }
}

export function* listCalls(query: CallQuery): Answer<Page<StoredCall>> {
  const after = parsePlace(query.cursor);
  if (!after.ok) return after;
  const where = new Conditions();
  if (query.tenantId !== undefined) where.add('tenant_id = ??', query.tenantId);
  if (query.states !== undefined) where.add('state in {items ??}', itemsValue(query.states));
  if (query.acceptedFromWallMs !== undefined) where.add('accepted_at >= ??', Math.ceil(query.acceptedFromWallMs));
  if (query.acceptedBeforeWallMs !== undefined) where.add('accepted_at < ??', Math.ceil(query.acceptedBeforeWallMs));
  if (query.endCode !== undefined) where.add('end_code = ??', query.endCode);
  if (query.party !== undefined) {
    const like = `%${query.party.toLowerCase().replaceAll(/[!%_]/g, '!$&')}%`;
    where.add("(lower(to_uri) like ?? escape '!' or lower(from_uri) like ?? escape '!')", like, like);
  }
  if (after.value !== undefined) {
    where.add('(accepted_at, session_id) < (??, ??)', after.value.atMs, after.value.sessionId);
  }
  const found = yield* rows(
    `select ${callColumns} from calls ${where.text()} order by accepted_at desc, session_id desc
    limit ${where.bind(query.limit + 1)}`,
    ...where.values,
  );
  return ok(
    pageOf(found, query.limit, callOf, (call) => ({
      atMs: call.acceptedAtWallMs,
      sequence: 0,
      sessionId: call.sessionId,
    })),
  );
}

export function* listDead(query: {
  readonly tenantId?: string;
  readonly cursor?: string;
  readonly limit: number;
}): Answer<Page<DeliveryReport>> {
  const after = parsePlace(query.cursor);
  if (!after.ok) return after;
  const where = new Conditions();
  where.add("d.state = 'dead'");
  if (query.tenantId !== undefined) where.add('d.tenant_id = ??', query.tenantId);
  if (after.value !== undefined) {
    const { atMs, sessionId, sequence } = after.value;
    where.add('(d.settled_at, d.session_id, d.sequence) < (??, ??, ??)', atMs, sessionId, sequence);
  }
  const found = yield* rows(
    `select ${deliveryColumns} from deliveries d
    join events e on e.session_id = d.session_id and e.sequence = d.sequence
    ${where.text()} order by d.settled_at desc, d.session_id desc, d.sequence desc limit ${where.bind(query.limit + 1)}`,
    ...where.values,
  );
  return ok(
    pageOf(found, query.limit, deliveryReportOf, ({ settledAtWallMs = 0, event: { sequence, sessionId } }) => ({
      atMs: settledAtWallMs,
      sequence,
      sessionId,
    })),
  );
}

/** `found` holds one row more than the page when there is another page. */
function pageOf<T>(
  found: readonly Row[],
  limit: number,
  itemOf: (row: Row) => T,
  placeOf: (item: T) => Place,
): Page<T> {
  const items = found.slice(0, limit).map(itemOf);
  const last = items.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  return { items, ...(hasMore ? { nextCursor: printPlace(placeOf(last)) } : {}) };
}
