import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { err, ok } from '../kit/index.ts';
import { mostTries } from '../store/index.ts';
import { type Outcome, OutboxWorld, plainTarget } from './outbox.fixture.ts';
import { plannedDelayMs } from './retry-plan.ts';
import { signingKey } from './signature.ts';

const status = (code: number, retryAfterS?: number): Outcome =>
  ok({ status: code, ...(retryAfterS === undefined ? {} : { retryAfterS }) });
const failure = (kind: string, code?: number): Outcome =>
  err({ kind, detail: `It was ${kind}.`, ...(code !== undefined && { status: code }) });

async function triesOf({ store }: OutboxWorld) {
  const kept = await store.deliveries('s-1');
  assert.ok(kept.ok);
  return kept.value;
}

const outcomes = (world: OutboxWorld): unknown[] => world.results.map(({ outcome, attempts }) => [outcome, attempts]);

describe('what is posted', () => {
  test('the three fields of the contract first, then type, sequence, timestamp, tenant and data', async () => {
    const world = await OutboxWorld.open(() => status(204));
    await world.tell('started');
    await world.settle();
    assert.equal(
      world.orders[0]?.body,
      '{"vgwSessionID":"s-1","callState":"started","failureReason":null,"type":"call.started","sequence":1,' +
        '"timestamp":"1970-01-01T00:16:40.000Z","tenantID":"t","data":{}}',
    );
  });

  test('limits, trust and Basic credentials, the password unsealed', async () => {
    const world = await OutboxWorld.open(() => status(204));
    await world.tell('started');
    const target = { username: 'gw', password: 'sealed pä', trust: 'operator', readTimeoutMs: 20 } as const;
    await world.tell('ended', { session: 's-2', target });
    await world.settle();
    const [first, second] = world.orders;
    assert.equal(first?.headers['authorization'], undefined);
    assert.deepEqual([first?.trust, first?.connectTimeoutMs, first?.readTimeoutMs], ['request', 3000, 5000]);
    assert.equal(second?.headers['authorization'], `Basic ${Buffer.from('gw:pä').toString('base64')}`);
    assert.deepEqual([second.trust, second.readTimeoutMs], ['operator', 20]);
  });

  test('a password that cannot be unsealed is not left out: nothing is sent, and it says why', async () => {
    const world = await OutboxWorld.open(() => status(204));
    await world.tell('started', { target: { username: 'gw', password: 'other seal' } });
    await world.settle();
    assert.equal(world.orders.length, 0);
    assert.match(world.results[0]?.reason ?? '', /OUTDIAL_STORE_SECRET/);
  });

  test('Standard Webhooks: id, timestamp and one signature for each key, the present one first', async () => {
    const world = await OutboxWorld.open((_order, attempt) => status(attempt === 1 ? 500 : 204));
    const secrets = ['a'.repeat(32), 'b'.repeat(32)].map((text) => Buffer.from(text));
    world.keys.set('t', secrets);
    await world.tell('started');
    await world.settle();
    const [first, second] = world.orders;
    assert.ok(first !== undefined && second !== undefined);
    for (const { headers, body } of [first, second]) {
      const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = headers;
      assert.equal(id, 'msg_s-1_1');
      const wanted = secrets.map(
        (key) =>
          `v1,${createHmac('sha256', key)
            .update(`${id}.${at ?? ''}.${body}`)
            .digest('base64')}`,
      );
      assert.equal(signature, wanted.join(' '));
    }
    assert.equal(first.body, second.body);
    assert.equal(signingKey(`whsec_${Buffer.from('k'.repeat(32)).toString('base64')}`)?.toString(), 'k'.repeat(32));
    for (const bad of ['', 'whsec_', 'whsec_!!', `whsec_${btoa('short')}`, 'a'.repeat(40)]) {
      assert.equal(signingKey(bad), undefined, bad);
    }
  });

  test('between attempts only timestamp and signature change (promise R5)', async () => {
    const world = await OutboxWorld.open((_order, attempt) => status(attempt < 3 ? 500 : 200));
    world.keys.set('t', [Buffer.from('k'.repeat(32))]);
    await world.tell('started');
    await world.settle();
    const [first, ...later] = world.orders.map(({ headers, url, body }) => {
      const { 'webhook-timestamp': _at, 'webhook-signature': _signature, ...kept } = headers;
      return { url, body, kept };
    });
    assert.equal(later.length, 2);
    for (const order of later) assert.deepEqual(order, first);
  });
});

describe('delivery', () => {
  test('2xx at once', async () => {
    const world = await OutboxWorld.open(() => status(202));
    await world.tell('started');
    await world.outbox.idle();
    assert.deepEqual(outcomes(world), [['delivered', 1]]);
    const kept = await world.store.deliveries('s-1');
    assert.ok(kept.ok);
    assert.deepEqual([kept.value[0]?.state, kept.value[0]?.lastStatus], ['delivered', 202]);
  });

  test('each attempt is kept in the commit that tells its outcome, the newest ones, also after a replay', async () => {
    const windowMs = 48 * 3_600_000;
    const world: OutboxWorld = await OutboxWorld.open((_order, attempt) => {
      world.nowWallMs += 7;
      return attempt <= 25 ? (attempt % 2 === 0 ? failure('timeout') : status(500)) : status(204);
    });
    const commit = world.store.commit.bind(world.store);
    let commits = 0;
    world.store.commit = async (changes) => {
      commits += 1;
      return commit(changes);
    };
    await world.tell('started', { target: { windowMs } });
    const queued = commits;
    for (let life = 0; ; life++) {
      await world.settle();
      const [delivery] = await triesOf(world);
      if (delivery?.state === 'delivered') break;
      assert.ok(life < 5);
      await commit([
        { type: 'delivery-replayed', sessionId: 's-1', sequence: 1, owner: world.owner, atWallMs: world.nowWallMs },
      ]);
      world.outbox.wake();
    }
    assert.equal(commits - queued, world.orders.length);
    assert.equal(world.orders.length, 26);
    const [{ tries } = assert.fail()] = await triesOf(world);
    assert.equal(tries.length, mostTries);
    assert.deepEqual(
      tries.map(({ status: answered, reason }) => answered ?? reason),
      [...Array.from({ length: mostTries - 1 }, (_, index) => (index % 2 === 0 ? 500 : 'It was timeout.')), 204],
    );
    assert.ok(tries.every(({ durationMs }) => durationMs === 7));
    const times = tries.map(({ atWallMs }) => atWallMs);
    assert.deepEqual(
      times,
      times.toSorted((one, other) => one - other),
    );
  });

  for (const [name, outcome, attempts] of [
    ['a failure', status(500), 3],
    ['a redirect', status(302), 3],
    ['a refusal', status(404), 3],
    ['no connection', failure('connect'), 3],
    ['a timeout', failure('timeout'), 3],
    ['410', status(410), 1],
    ['a bad URL', failure('bad-url'), 1],
    ['a forbidden place', failure('not-allowed'), 1],
  ] as const) {
    test(`window 0, as the original: ${name} is given up after ${attempts} attempts`, async () => {
      const world = await OutboxWorld.open(() => outcome);
      await world.tell('started');
      await world.settle();
      assert.deepEqual(outcomes(world).at(-1), ['dead', attempts]);
      assert.equal(world.orders.length, attempts);
      const dead = await world.store.deadDeliveries({ tenantId: 't', limit: 10 });
      assert.ok(dead.ok && dead.value.items.length === 1);
      assert.match(dead.value.items[0]?.lastReason ?? '', /HTTP status|It was/);
    });
  }

  test('the plan: quick attempts, then ever more rarely, 20 % of jitter, to the end of the window (promise R4)', async () => {
    const world = await OutboxWorld.open(() => status(500));
    const target = { maxRetries: 3, windowMs: 4 * 3_600_000 };
    const times: number[] = [];
    world.outbox.wake();
    await world.tell('started', { target });
    const started = world.nowWallMs;
    const post = world.orders.push.bind(world.orders);
    world.orders.push = (...orders) => {
      times.push(world.nowWallMs - started);
      return post(...orders);
    };
    await world.settle();
    const planned = times.slice(1).map((_time, index) => plannedDelayMs(index + 1, target) ?? Number.NaN);
    assert.deepEqual(
      planned,
      [500, 1000, 2000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_200_000, 1_800_000, 3_600_000, 3_600_000].slice(
        0,
        planned.length,
      ),
    );
    assert.ok(planned.length >= 10);
    planned.forEach((plannedMs, index) => {
      const ratio = ((times[index + 1] ?? 0) - (times[index] ?? 0)) / plannedMs;
      assert.ok(ratio >= 0.79 && ratio <= 1.21, `pause ${index} is ${ratio} of the planned one`);
    });
    assert.ok((times.at(-1) ?? 0) <= target.windowMs);
    assert.equal(world.results.at(-1)?.outcome, 'dead');
  });

  test('Retry-After is honoured, and ends it where it leads beyond the window', async () => {
    const world = await OutboxWorld.open((_order, attempt) => (attempt === 1 ? status(503, 7) : status(200)));
    await world.tell('started');
    const started = world.nowWallMs;
    await world.settle();
    assert.equal(world.nowWallMs - started, 7000);
    assert.deepEqual(outcomes(world), [
      ['postponed', 1],
      ['delivered', 2],
    ]);
    const busy = await OutboxWorld.open(() => status(429, 3600));
    await busy.tell('started', { target: { windowMs: 60_000 } });
    await busy.settle();
    assert.deepEqual(outcomes(busy), [['dead', 1]]);
  });

  test('a 2xx whose body could not be read is delivered and not sent again', async () => {
    for (const kind of ['timeout', 'too-large', 'broken']) {
      const world = await OutboxWorld.open(() => failure(kind, 200));
      await world.tell('started');
      await world.settle();
      assert.deepEqual(outcomes(world), [['delivered', 1]]);
    }
  });

  test('a post that rejects against its contract is one more failure', async () => {
    const world = await OutboxWorld.open((_order, attempt) =>
      attempt === 1 ? Promise.reject(new Error('bug')) : status(200),
    );
    await world.tell('started');
    await world.settle();
    assert.deepEqual(outcomes(world).at(-1), ['delivered', 2]);
  });

  test('a dead one is sent again when it is replayed', async () => {
    const world = await OutboxWorld.open((_order, attempt) => status(attempt < 4 ? 500 : 200));
    await world.tell('started');
    await world.settle();
    const { owner, nowWallMs: atWallMs } = world;
    const replayed = await world.store.commit([
      { type: 'delivery-replayed', sessionId: 's-1', sequence: 1, owner, atWallMs },
    ]);
    assert.ok(replayed.ok);
    world.outbox.wake();
    await world.settle();
    assert.deepEqual(outcomes(world).at(-1), ['delivered', 1]);
  });
});

describe('order and fairness', () => {
  test('the next notification of a call waits for the one before, retries and all', async () => {
    const world = await OutboxWorld.open((_order, attempt) => status(attempt < 3 ? 500 : 200));
    for (const state of ['started', 'ringing', 'active', 'ended']) await world.tell(state);
    await world.settle();
    assert.deepEqual(world.states(), ['started', 'started', 'started', 'ringing', 'active', 'ended']);
  });

  test('one call does not wait for another', async () => {
    const world = await OutboxWorld.open((order) =>
      order.body.includes('slow') ? new Promise<Outcome>(() => {}) : status(200),
    );
    await world.tell('started', { session: 'slow' });
    await world.tell('started', { session: 'quick' });
    await world.rest();
    assert.deepEqual(
      world.results.map(({ event }) => event.sessionId),
      ['quick'],
    );
  });

  test('at most so many at one receiver; a dead receiver leaves room for the others (promise R3)', async () => {
    let underWay = 0;
    let most = 0;
    const world = await OutboxWorld.open(
      (order) => {
        if (!order.url.includes('dead')) return status(200);
        underWay++;
        most = Math.max(most, underWay);
        return new Promise<Outcome>(() => {});
      },
      { perEndpoint: 3, concurrent: 8 },
    );
    for (let call = 0; call < 40; call++) {
      await world.put('started', { session: `d-${call}`, target: { url: 'http://dead.example/' } });
    }
    for (let call = 0; call < 20; call++) await world.put('started', { session: `h-${call}` });
    world.outbox.wake();
    await world.rest();
    assert.equal(most, 3);
    assert.equal(world.results.filter(({ outcome }) => outcome === 'delivered').length, 20);
  });

  test('after 410 a call is silent', async () => {
    const world = await OutboxWorld.open(() => status(410));
    for (const state of ['started', 'active', 'ended']) await world.tell(state);
    await world.settle();
    assert.equal(world.orders.length, 1);
    assert.deepEqual(outcomes(world), [
      ['dead', 1],
      ['dead', 0],
      ['dead', 0],
    ]);
  });

  test('in order and once each, whatever the receiver does and however often the process dies', async () => {
    const answers = fc.array(
      fc.constantFrom(status(200), status(500), status(302), failure('timeout'), failure('broken', 201)),
      { minLength: 1, maxLength: 40 },
    );
    const steps = fc.array(fc.constantFrom('a', 'b', 'c', 'crash'), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(answers, steps, async (given, script) => {
        const delivered: string[] = [];
        const target = { windowMs: 86_400_000 };
        const world = await OutboxWorld.open((order, attempt) => {
          const outcome = given[attempt % given.length] ?? status(200);
          const code = outcome.ok ? outcome.value.status : outcome.error.status;
          // Once in a while every receiver is well again, or nothing would ever end.
          if (attempt % 7 === 0 || (code !== undefined && code < 300)) {
            delivered.push(order.headers['webhook-id'] ?? '');
            return status(200);
          }
          return outcome;
        });
        let told = 0;
        for (const step of script) {
          if (step === 'crash') {
            await world.outbox.close();
            await world.begin();
            world.outbox.wake();
          } else {
            told++;
            await world.tell('active', { session: step, target });
          }
        }
        await world.settle();
        const ids = [...new Set(delivered)];
        assert.equal(ids.length, told);
        for (const session of ['a', 'b', 'c']) {
          const order = ids.filter((id) => id.startsWith(`msg_${session}_`)).map((id) => Number(id.split('_')[2]));
          assert.deepEqual(
            order,
            [...order].sort((one, other) => one - other),
          );
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('the store and the end', () => {
  test('while the store is down nothing is lost, and a delivery that was made is not made again', async () => {
    const world = await OutboxWorld.open(() => {
      world.isStoreUp = false;
      return status(200);
    });
    await world.tell('started');
    await world.put('ended');
    await world.settle(5000);
    assert.equal(world.orders.length, 1);
    world.isStoreUp = true;
    await world.settle(1500);
    assert.deepEqual(world.states(), ['started', 'ended']);
  });

  test('close leaves what pauses and what is under way to the next life', async () => {
    const world = await OutboxWorld.open(({ signal, url }) =>
      url === plainTarget.url
        ? new Promise((resolve) => {
            signal.addEventListener('abort', () => {
              resolve(failure('aborted'));
            });
          })
        : status(500),
    );
    await world.tell('started');
    await world.tell('started', { session: 's-2', target: { url: 'http://other.example/', windowMs: 1000 } });
    await world.rest();
    await world.outbox.close();
    await world.outbox.idle();
    assert.deepEqual(outcomes(world), [['postponed', 1]]);
    assert.equal(world.timerCount(), 0);
    for (const session of ['s-1', 's-2']) {
      const kept = await world.store.deliveries(session);
      assert.equal(kept.ok && kept.value[0]?.state, 'waiting');
    }
  });
});
