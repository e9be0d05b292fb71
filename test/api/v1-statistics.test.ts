import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallFigures } from '../../src/store/index.ts';
import { assertProblem } from './api-world.ts';
import { createV1World, tenantIdOf, type V1World } from './v1-world.ts';

/** That of the world: 22:13:20 UTC. */
const nowWallMs = 1_700_000_000_000;
const minuteMs = 60_000;

interface Over {
  readonly mark?: string;
  readonly minutesAgo: number;
  readonly endCode?: string;
  readonly figures?: CallFigures;
}

/** Calls that are over, as the journal writes them. */
async function keep(world: V1World, calls: readonly Over[]): Promise<void> {
  const owner = await world.store.joinNode('history', nowWallMs);
  assert.ok(owner.ok);
  for (const [index, { mark = 'one', minutesAgo, endCode, figures }] of calls.entries()) {
    const sessionId = `s${index}`;
    const acceptedAtWallMs = nowWallMs - minutesAgo * minuteMs;
    const call = {
      sessionId,
      tenantId: tenantIdOf(mark),
      owner: owner.value,
      to: 'sip:a@b',
      from: 'sip:c@d',
      acceptedAtWallMs,
      facts: {},
    };
    const over = {
      type: 'call-ended',
      sessionId,
      owner: owner.value,
      atWallMs: acceptedAtWallMs + 1000,
      billedMs: 0,
      state: endCode?.startsWith('completed.') === true ? 'ended' : 'failed',
      ...(figures === undefined ? {} : { figures }),
    } as const;
    const end = endCode === undefined ? [] : [{ ...over, endCode }];
    const kept = await world.store.commit([{ type: 'call-accepted', call }, ...end]);
    assert.ok(kept.ok, JSON.stringify(kept));
  }
}

const talked = (response: readonly number[]): CallFigures => ({ isAnswered: true, waitsMs: { response } });

test('calls are counted by bucket, by end and by blame, and waits have their percentiles', async () => {
  const world = await createV1World();
  await keep(world, [
    { minutesAgo: 10, endCode: 'completed.bot', figures: talked([700, 800]) },
    { minutesAgo: 11, endCode: 'completed.callee', figures: talked([1234]) },
    { minutesAgo: 90, endCode: 'sip.busy' },
    { minutesAgo: 91, endCode: 'sip.busy' },
    // Answered, and failed later.
    { minutesAgo: 92, endCode: 'bot.timeout', figures: talked([]) },
    { minutesAgo: 93, endCode: 'of.another-version' },
    { minutesAgo: 1 },
    { minutesAgo: 25 * 60, endCode: 'completed.bot', figures: talked([1]) },
    { mark: 'two', minutesAgo: 10, endCode: 'completed.bot', figures: talked([9000]) },
  ]);
  const response = await world.ask('GET', '/statistics');
  assert.equal(response.statusCode, 200, response.body);
  const { from, before, bucket, totals, buckets, endCodes, durations } = response.json();
  assert.deepEqual([from, before, bucket], ['2023-11-13T22:00:00.000Z', '2023-11-14T23:00:00.000Z', '1h']);
  const nobody = { callee: 0, caller: 0, trunk: 0, provider: 0, gateway: 0, unknown: 0 };
  const failed = { ...nobody, callee: 2, provider: 1, unknown: 1 };
  assert.deepEqual(totals, {
    accepted: 7,
    running: 1,
    ended: 2,
    failed: 4,
    answered: 3,
    failedByBlame: failed,
    answerRate: 0.5,
  });
  assert.equal(buckets.length, 25);
  assert.deepEqual(buckets[24], {
    at: '2023-11-14T22:00:00.000Z',
    accepted: 3,
    running: 1,
    ended: 2,
    failed: 0,
    answered: 2,
    failedByBlame: nobody,
    durations: { response: { count: 3, meanMs: 911, p50Ms: 800, p90Ms: 1200, p95Ms: 1200, p99Ms: 1200 } },
  });
  assert.deepEqual([buckets[22].failed, buckets[22].failedByBlame], [4, failed]);
  const sum = (name: string): number =>
    buckets.reduce((all: number, each: Record<string, number>) => all + (each[name] ?? 0), 0);
  for (const name of ['accepted', 'running', 'ended', 'failed', 'answered'] as const)
    assert.equal(sum(name), totals[name], name);
  assert.deepEqual(
    endCodes.map(({ endCode, callState, blame, calls }: Record<string, unknown>) => [endCode, callState, blame, calls]),
    [
      ['sip.busy', 'failed', 'callee', 2],
      ['bot.timeout', 'failed', 'provider', 1],
      ['completed.bot', 'ended', null, 1],
      ['completed.callee', 'ended', null, 1],
      ['of.another-version', 'failed', 'unknown', 1],
    ],
  );
  assert.ok(endCodes[0].text.length > 10);
  assert.deepEqual(durations, {
    response: { count: 3, meanMs: 911, p50Ms: 800, p90Ms: 1200, p95Ms: 1200, p99Ms: 1200 },
  });
  const ofTwo = (await world.ask('GET', '/statistics', { mark: 'two' })).json();
  assert.deepEqual([ofTwo.totals.accepted, ofTwo.durations.response.p50Ms], [1, 9000]);
});

test('a span goes out to whole buckets, and without calls it is empty and not an error', async () => {
  const world = await createV1World();
  await keep(world, [{ minutesAgo: 0, endCode: 'completed.bot' }]);
  const find = async (query: string) => (await world.ask('GET', `/statistics?${query}`)).json();
  const fine = await find('from=2023-11-14T22:11:00Z&before=2023-11-14T22:14:00Z&bucket=5m');
  assert.deepEqual([fine.from, fine.before], ['2023-11-14T22:10:00.000Z', '2023-11-14T22:15:00.000Z']);
  assert.deepEqual([fine.buckets.length, fine.totals.accepted], [1, 1]);
  const days = await find('from=2023-11-01T00:00:00%2B02:00&before=2023-11-15T00:00:00Z&bucket=1d');
  assert.deepEqual([days.from, days.buckets.length, days.totals.answerRate], ['2023-10-31T00:00:00.000Z', 15, 0]);
  const empty = await find('from=2022-11-14T22:11:00Z&before=2022-11-14T22:14:00Z');
  assert.deepEqual(
    [empty.totals.accepted, empty.totals.answerRate, empty.endCodes, empty.durations],
    [0, null, [], {}],
  );
});

test('a span that is none or too long is refused with what to do', async () => {
  const world = await createV1World();
  for (const query of [
    'from=2023-11-14T22:00:00Z&before=2023-11-14T22:00:00Z',
    'from=2023-11-15T00:00:00Z',
    'bucket=1m',
    'from=yesterday',
    'tenant=two',
  ]) {
    assertProblem(await world.ask('GET', `/statistics?${query}`), 400, 'request.malformed');
  }
  const long = await world.ask('GET', '/statistics?bucket=5m&from=2023-01-01T00:00:00Z');
  assertProblem(long, 400, 'request.malformed');
  assert.match(long.body, /91\d\d\d buckets of 5m, and may have 400: ask for longer ones/);
  const most = await world.ask('GET', '/statistics?bucket=1h&from=2023-10-29T07:00:00Z');
  assert.equal(most.json().buckets.length, 400, most.body.slice(0, 200));
});
