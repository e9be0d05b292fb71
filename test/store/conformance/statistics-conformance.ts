import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallFigures, Change, Owner, SlotLengthMs } from '../../../src/store/index.ts';
import { accepted, commit, ended, join, type OpenEmptyStore, refused, t0, value, withStore } from './store-world.ts';

const fiveMinutesMs = 300_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** The beginning of the hour and of the day that `t0` is of. */
const hour = t0;
const midnight = t0 - hourMs;

function over(owner: Owner, sessionId: string, figures: CallFigures, rest: Partial<Ended> = {}): Change {
  return {
    type: 'call-ended',
    sessionId,
    owner,
    atWallMs: t0 + 5000,
    billedMs: 0,
    state: 'ended',
    endCode: 'completed.bot',
    ...rest,
    figures,
  };
}

type Ended = Extract<Change, { type: 'call-ended' }>;

const answered = (waitsMs: CallFigures['waitsMs'] = {}): CallFigures => ({ isAnswered: true, waitsMs });
const unanswered: CallFigures = { isAnswered: false, waitsMs: {} };

function asked(tenantId = 'tenant', slotMs: SlotLengthMs = hourMs) {
  return { tenantId, slotMs, fromWallMs: midnight, beforeWallMs: midnight + dayMs };
}

export function statisticsConformance(name: string, open: OpenEmptyStore): void {
  const story = (title: string, tell: Parameters<typeof withStore>[1]): void => {
    test(`${name}: ${title}`, () => withStore(open, tell));
  };

  story('calls are counted by the slot they were accepted in, by how they ended, and while they run', async (store) => {
    const owner = await join(store);
    const at = (ms: number) => ({ acceptedAtWallMs: hour + ms });
    await commit(
      store,
      accepted(owner, 'a', at(0)),
      accepted(owner, 'b', at(299_999)),
      accepted(owner, 'c', at(300_000)),
    );
    await commit(store, accepted(owner, 'd', at(hourMs)), accepted(owner, 'e', at(-1)), accepted(owner, 'run', at(1)));
    await commit(store, accepted(owner, 'other', { tenantId: 'other', ...at(0) }));
    await commit(store, over(owner, 'a', answered()), over(owner, 'b', answered()));
    await commit(store, over(owner, 'c', unanswered, { state: 'failed', endCode: 'sip.busy', failureReason: 'busy' }));
    // It ended in another hour than it began: it counts where it began.
    await commit(store, over(owner, 'd', answered(), { atWallMs: hour + 9 * hourMs }), over(owner, 'e', unanswered));
    await commit(store, over(owner, 'other', answered()));
    const bot = { state: 'ended', endCode: 'completed.bot' } as const;
    const busy = { state: 'failed', endCode: 'sip.busy', isAnswered: false, calls: 1 } as const;
    assert.deepEqual(await value(store.statistics(asked())), {
      ends: [
        { slotWallMs: hour - hourMs, ...bot, isAnswered: false, calls: 1 },
        { slotWallMs: hour, ...bot, isAnswered: true, calls: 2 },
        { slotWallMs: hour, ...busy },
        { slotWallMs: hour + hourMs, ...bot, isAnswered: true, calls: 1 },
      ],
      running: [{ slotWallMs: hour, calls: 1 }],
      waits: [],
      overall: [],
    });
    const fine = { ...asked('tenant', fiveMinutesMs), fromWallMs: hour, beforeWallMs: hour + hourMs };
    assert.deepEqual((await value(store.statistics(fine))).ends, [
      { slotWallMs: hour, ...bot, isAnswered: true, calls: 2 },
      { slotWallMs: hour + fiveMinutesMs, ...busy },
    ]);
    assert.deepEqual((await value(store.statistics(asked('tenant', dayMs)))).ends, [
      { slotWallMs: midnight, ...bot, isAnswered: false, calls: 1 },
      { slotWallMs: midnight, ...bot, isAnswered: true, calls: 3 },
      { slotWallMs: midnight, ...busy },
    ]);
    const before = { ...asked(), beforeWallMs: hour };
    assert.deepEqual((await value(store.statistics(before))).running, []);
    assert.equal((await value(store.statistics(asked('other')))).ends.length, 1);
    const nobody = { ends: [], running: [], waits: [], overall: [] };
    assert.deepEqual(await value(store.statistics(asked('nobody'))), nobody);
  });

  story('percentiles of waits are nearest ranks of what was rounded to two digits, means exact', async (store) => {
    const owner = await join(store);
    // 1 to 100 in an order that is none; the second call is of the next hour.
    const mixed = Array.from({ length: 100 }, (_, n) => ((n * 37) % 100) + 1);
    await commit(store, accepted(owner, 'a'), accepted(owner, 'b', { acceptedAtWallMs: hour + hourMs }));
    await commit(store, over(owner, 'a', answered({ response: mixed, bot: [7] })));
    await commit(store, over(owner, 'b', answered({ response: [1234, 994.4, -5] })));
    const { waits, overall } = await value(store.statistics(asked()));
    const bot = { name: 'bot', count: 1, meanMs: 7, p50Ms: 7, p90Ms: 7, p95Ms: 7, p99Ms: 7 };
    assert.deepEqual(waits, [
      { slotWallMs: hour, ...bot },
      { slotWallMs: hour, name: 'response', count: 100, meanMs: 51, p50Ms: 50, p90Ms: 90, p95Ms: 95, p99Ms: 99 },
      {
        slotWallMs: hour + hourMs,
        name: 'response',
        count: 3,
        meanMs: 743,
        p50Ms: 990,
        p90Ms: 1200,
        p95Ms: 1200,
        p99Ms: 1200,
      },
    ]);
    assert.deepEqual(overall, [
      bot,
      { name: 'response', count: 103, meanMs: 71, p50Ms: 51, p90Ms: 92, p95Ms: 97, p99Ms: 990 },
    ]);
  });

  story('what was counted outlives artifacts and calls, and lives of nodes add up', async (store) => {
    const first = await join(store);
    await commit(store, accepted(first, 'a'), accepted(first, 'b'));
    await commit(store, over(first, 'a', answered({ response: [500] })), { type: 'artifacts-deleted', sessionId: 'a' });
    const second = await join(store);
    await value(store.adopt(second, t0));
    await commit(store, over(second, 'b', answered({ response: [500] })));
    const whole = await value(store.statistics(asked('tenant', dayMs)));
    assert.deepEqual(whole.ends, [
      { slotWallMs: midnight, state: 'ended', endCode: 'completed.bot', isAnswered: true, calls: 2 },
    ]);
    assert.deepEqual(whole.overall, [
      { name: 'response', count: 2, meanMs: 500, p50Ms: 500, p90Ms: 500, p95Ms: 500, p99Ms: 500 },
    ]);
    assert.equal(await value(store.prune(hour + hourMs - 1, 10)), 2);
    assert.equal((await value(store.statistics(asked()))).ends.length, 1, 'the hour is not that old yet');
    assert.equal((await value(store.statistics(asked('tenant', fiveMinutesMs)))).ends.length, 0);
    await value(store.prune(hour + dayMs, 10));
    assert.deepEqual(await value(store.statistics(asked())), { ends: [], running: [], waits: [], overall: [] });
    assert.deepEqual(await value(store.statistics(asked('tenant', dayMs))), whole);
  });

  story('a commit that is refused counts nothing, and an end without figures is an unanswered call', async (store) => {
    const owner = await join(store);
    await commit(store, accepted(owner, 'a'));
    const stranger = { nodeId: 'node-9', epoch: 99 };
    await refused(store.commit([over(owner, 'a', answered({ bot: [1] })), ended(stranger, 'b')]), 'store.not-owner');
    assert.deepEqual((await value(store.statistics(asked()))).ends, []);
    // Both in one batch: the first fails, and does not count.
    const outcomes = await Promise.all([
      store.commit([over(owner, 'a', answered({ bot: [1] })), ended(stranger, 'b')]),
      store.commit([ended(owner, 'a')]),
    ]);
    assert.deepEqual(
      outcomes.map(({ ok }) => ok),
      [false, true],
    );
    const { ends, waits, running } = await value(store.statistics(asked()));
    assert.deepEqual(ends, [
      { slotWallMs: hour, state: 'ended', endCode: 'callee.hung-up', isAnswered: false, calls: 1 },
    ]);
    assert.deepEqual([waits, running], [[], []]);
  });
}
