/** Writes and reads what is counted of calls that are over. Rows belong to one life of a node: nodes never wait for each other. */
import { ok } from '../../kit/index.ts';
import { dayMs } from '../admission.ts';
import type { CallStatistics, StatisticsQuery } from '../statistics/contract.ts';
import { addHistograms, type Histograms, measureSlots } from '../statistics/histogram.ts';
import { type EndTally, type OverCall, tally, type WaitTally } from '../statistics/tally.ts';
import type { Answer } from './read-calls.ts';
import { numberOf, textOf } from './row-values.ts';
import { type Program, type Row, row, rows, type SqlValue } from './statement.ts';

/** A call that is over, and in which life of a node it ended. */
export interface CountedCall extends OverCall {
  readonly epoch: number;
}

const endsAtATime = 50;

/** Adds the calls of a batch up first: each row of the tables is touched once. */
export function* countCalls(calls: readonly CountedCall[]): Program<void> {
  for (const epoch of new Set(calls.map((call) => call.epoch))) {
    const { ends, waits } = tally(calls.filter((call) => call.epoch === epoch));
    yield* addEnds([...ends.values()], epoch);
    for (const each of waits.values()) yield* addWaits(each, epoch);
  }
}

function* addEnds(ends: readonly EndTally[], epoch: number): Program<void> {
  for (let from = 0; from < ends.length; from += endsAtATime) {
    const values: SqlValue[] = [];
    const tuples = ends.slice(from, from + endsAtATime).map((end) => {
      const { tenantId, slotMs, slotWallMs, state, endCode, isAnswered, calls } = end;
      const first = values.push(tenantId, slotMs, slotWallMs, state, endCode, isAnswered ? 1 : 0, epoch, calls) - 7;
      return `(${[0, 1, 2, 3, 4, 5, 6, 7].map((n) => `?${first + n}`).join(', ')})`;
    });
    yield* rows(
      `insert into call_ends (tenant_id, slot_ms, slot, state, end_code, is_answered, owner_epoch, calls)
      values ${tuples.join(', ')}
      on conflict (tenant_id, slot_ms, slot, state, end_code, is_answered, owner_epoch)
      do update set calls = call_ends.calls + excluded.calls`,
      ...values,
    );
  }
}

function* addWaits({ tenantId, slotMs, slotWallMs, histograms }: WaitTally, epoch: number): Program<void> {
  const key = [tenantId, slotMs, slotWallMs, epoch] as const;
  const found = yield* row(
    'select histograms from call_waits where tenant_id = ?1 and slot_ms = ?2 and slot = ?3 and owner_epoch = ?4',
    ...key,
  );
  const sum = found === undefined ? histograms : addHistograms([readHistograms(found), histograms]);
  yield* rows(
    `insert into call_waits (tenant_id, slot_ms, slot, owner_epoch, histograms) values (?1, ?2, ?3, ?4, ?5)
    on conflict (tenant_id, slot_ms, slot, owner_epoch) do update set histograms = excluded.histograms`,
    ...key,
    JSON.stringify(sum),
  );
}

/** Written by us, by this version or an earlier one. */
function readHistograms(found: Row): Histograms {
  return JSON.parse(textOf(found, 'histograms')) as Histograms;
}

const asked = 'tenant_id = ?1 and slot_ms = ?2 and slot >= ?3 and slot < ?4';

export function* readStatistics(query: StatisticsQuery): Answer<CallStatistics> {
  const values = [query.tenantId, query.slotMs, query.fromWallMs, query.beforeWallMs] as const;
  const ends = yield* rows(
    `select slot, state, end_code, is_answered, sum(calls) as calls from call_ends where ${asked}
    group by slot, state, end_code, is_answered order by slot, state, end_code, is_answered`,
    ...values,
  );
  const running = yield* rows(
    `select slot, count(*) as calls from (
      select accepted_at - accepted_at % ?2 as slot from calls
      where tenant_id = ?1 and ended_at is null and accepted_at >= ?3 and accepted_at < ?4
    ) as unfinished group by slot order by slot`,
    ...values,
  );
  const waits = yield* rows(`select slot, histograms from call_waits where ${asked}`, ...values);
  return ok({
    ends: ends.map((each) => ({
      slotWallMs: numberOf(each, 'slot'),
      state: textOf(each, 'state') === 'failed' ? 'failed' : 'ended',
      endCode: textOf(each, 'end_code'),
      isAnswered: numberOf(each, 'is_answered') === 1,
      calls: numberOf(each, 'calls'),
    })),
    running: running.map((each) => ({ slotWallMs: numberOf(each, 'slot'), calls: numberOf(each, 'calls') })),
    ...measureSlots(waits.map((each) => ({ slotWallMs: numberOf(each, 'slot'), histograms: readHistograms(each) }))),
  });
}

/** Of what lies that far back the days stay, and nothing finer. */
export function* pruneTallies(beforeWallMs: number): Program<void> {
  for (const table of ['call_ends', 'call_waits']) {
    yield* rows(`delete from ${table} where slot_ms < ?1 and slot + slot_ms <= ?2`, dayMs, Math.floor(beforeWallMs));
  }
}
