import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { err, ok, type Result } from '../kit/index.ts';
import type { PostFailure, PostOrder } from './contract.ts';
import { type CallState, createWebhookLanes, type NotificationResult, type WebhookTarget } from './index.ts';
import { maxWaitingPerLane, printNotification } from './webhook-lanes.ts';

type Outcome = Result<{ status: number }, PostFailure>;

const status = (code: number): Outcome => ok({ status: code });
const failure = (kind: string, code?: number): Outcome =>
  err({ kind, detail: `It was ${kind}.`, ...(code !== undefined && { status: code }) });

/** A network that answers as it is told, and timers that fire when they are told. */
function world(answer: (order: PostOrder, attempt: number) => Outcome | Promise<Outcome>, maxLanes?: number) {
  const orders: PostOrder[] = [];
  const results: NotificationResult[] = [];
  const timers: { ms: number; fire: () => void }[] = [];
  const pauses: number[] = [];
  let nowMs = 0;
  const lanes = createWebhookLanes(
    {
      post: async (order) => {
        orders.push(order);
        return answer(order, orders.length);
      },
      after(ms, fire) {
        const timer = { ms, fire };
        timers.push(timer);
        pauses.push(ms);
        return () => timers.splice(timers.indexOf(timer), 1);
      },
      nowMs: () => nowMs,
      onResult: (result) => results.push(result),
    },
    maxLanes === undefined ? {} : { maxLanes },
  );
  /** Lets everything happen that can, timers too. */
  const settle = async (): Promise<void> => {
    await setImmediate();
    for (let timer = timers.shift(); timer !== undefined; timer = timers.shift()) {
      nowMs += timer.ms;
      timer.fire();
      await setImmediate();
    }
  };
  const tell = (
    callState: CallState,
    more: { session?: string; reason?: string; target?: Partial<WebhookTarget> } = {},
  ): void => {
    const { session = 's-1', reason = null, target = {} } = more;
    lanes.send({ url: 'http://hook.example/', ...target }, { vgwSessionID: session, callState, failureReason: reason });
  };
  const states = (): string[] => orders.map(({ body }) => (JSON.parse(body) as { callState: string }).callState);
  return { lanes, orders, results, timers, pauses, settle, tell, states };
}

describe('what is posted', () => {
  test('the body always has failureReason, null when nothing failed', () => {
    assert.equal(
      printNotification({ vgwSessionID: 's-1', callState: 'started', failureReason: null }),
      '{"vgwSessionID":"s-1","callState":"started","failureReason":null}',
    );
    assert.equal(
      printNotification({ vgwSessionID: 's-1', callState: 'failed', failureReason: 'busy' }),
      '{"vgwSessionID":"s-1","callState":"failed","failureReason":"busy"}',
    );
  });

  test('JSON with limits, and Basic credentials when there are any', async () => {
    const w = world(() => status(204));
    w.tell('started');
    w.tell('ended', { target: { username: 'gw', password: 'pä', connectTimeoutMs: 10, readTimeoutMs: 20 } });
    await w.settle();
    const [first, second] = w.orders;
    assert.deepEqual(first?.headers, { 'content-type': 'application/json' });
    assert.deepEqual([first.connectTimeoutMs, first.readTimeoutMs], [3000, 5000]);
    assert.equal(second?.headers['authorization'], `Basic ${Buffer.from('gw:pä').toString('base64')}`);
    assert.deepEqual([second.connectTimeoutMs, second.readTimeoutMs], [10, 20]);
  });
});

describe('delivery', () => {
  test('2xx at once', async () => {
    const w = world(() => status(202));
    w.tell('started');
    await w.lanes.idle();
    const notification = { vgwSessionID: 's-1', callState: 'started', failureReason: null };
    assert.deepEqual(w.results, [{ notification, outcome: 'delivered', attempts: 1, status: 202, elapsedMs: 0 }]);
  });

  test('a failure is tried again after 0.5 s and 1 s, the same bytes, then given up', async () => {
    const w = world(() => status(500));
    w.tell('started');
    await w.settle();
    assert.deepEqual(w.pauses, [500, 1000]);
    assert.equal(new Set(w.orders.map(({ body }) => body)).size, 1);
    const [result] = w.results;
    assert.deepEqual(
      [result?.outcome, result?.attempts, result?.status, result?.elapsedMs],
      ['given-up', 3, 500, 1500],
    );
    assert.match(result?.reason ?? '', /HTTP status 500/);
  });

  for (const [name, outcome, attempts] of [
    ['a redirect', status(302), 3],
    ['a refusal', status(404), 3],
    ['no connection', failure('connect'), 3],
    ['a timeout', failure('timeout'), 3],
    ['410', status(410), 1],
    ['a bad URL', failure('bad-url'), 1],
  ] as const) {
    test(`${name} is given up after ${attempts} attempts`, async () => {
      const w = world(() => outcome);
      w.tell('started');
      await w.settle();
      assert.deepEqual(
        w.results.map((result) => [result.outcome, result.attempts]),
        [['given-up', attempts]],
      );
    });
  }

  test('the number of retries is configurable', async () => {
    const w = world(() => status(500));
    w.tell('started', { target: { maxRetries: 0 } });
    w.tell('ended', { target: { maxRetries: 6 } });
    await w.settle();
    assert.deepEqual(
      w.results.map(({ attempts }) => attempts),
      [1, 7],
    );
    assert.deepEqual(w.pauses, [500, 1000, 2000, 4000, 8000, 8000]);
  });

  test('a 2xx whose body could not be read is delivered and not sent again', async () => {
    for (const kind of ['timeout', 'too-large', 'broken']) {
      const w = world(() => failure(kind, 200));
      w.tell('started');
      await w.settle();
      assert.deepEqual(
        w.results.map(({ outcome, attempts }) => [outcome, attempts]),
        [['delivered', 1]],
      );
    }
  });

  test('a post that rejects against its contract is one more failure', async () => {
    const w = world((_order, attempt) => (attempt === 1 ? Promise.reject(new Error('bug')) : status(200)));
    w.tell('started');
    await w.settle();
    assert.deepEqual(
      w.results.map(({ outcome, attempts }) => [outcome, attempts]),
      [['delivered', 2]],
    );
  });
});

describe('order', () => {
  test('the next notification of a call waits for the one before, retries and all', async () => {
    const w = world((_order, attempt) => status(attempt < 3 ? 500 : 200));
    for (const state of ['started', 'ringing', 'active', 'ended'] as const) w.tell(state);
    await w.settle();
    assert.deepEqual(w.states(), ['started', 'started', 'started', 'ringing', 'active', 'ended']);
  });

  test('one call does not wait for another', async () => {
    const w = world((order) => (order.body.includes('slow') ? new Promise<Outcome>(() => {}) : status(200)));
    w.tell('started', { session: 'slow' });
    w.tell('started', { session: 'quick' });
    await setImmediate();
    assert.deepEqual(
      w.results.map(({ notification }) => notification.vgwSessionID),
      ['quick'],
    );
  });

  test('after 410 a call is silent to its end, and its lane is forgotten', async () => {
    const w = world(() => status(410));
    w.tell('started');
    await w.settle();
    w.tell('active');
    await w.settle();
    w.tell('ended');
    await w.settle();
    assert.equal(w.orders.length, 1);
    assert.deepEqual(
      w.results.map(({ attempts }) => attempts),
      [1, 0, 0],
    );
    w.tell('started');
    await w.settle();
    assert.equal(w.orders.length, 2);
  });

  test('in order, once each and with one result, whatever the receiver does', async () => {
    const answers = fc.array(
      fc.constantFrom(status(200), status(500), status(302), failure('timeout'), failure('broken', 201)),
      { minLength: 1, maxLength: 40 },
    );
    const calls = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(answers, calls, async (given, sessions) => {
        const delivered: string[] = [];
        const w = world((order, attempt) => {
          const outcome = given[attempt % given.length] ?? status(200);
          const code = outcome.ok ? outcome.value.status : outcome.error.status;
          if (code !== undefined && code < 300) delivered.push(order.body);
          return outcome;
        });
        for (const [index, session] of sessions.entries()) w.tell('active', { session, reason: String(index) });
        await w.settle();
        await w.lanes.idle();
        assert.equal(w.results.length, sessions.length);
        assert.equal(new Set(delivered).size, delivered.length);
        for (const session of ['a', 'b', 'c']) {
          const sent = w.orders
            .filter(({ body }) => body.includes(`"${session}"`))
            .map(({ body }) => Number((JSON.parse(body) as { failureReason: string }).failureReason));
          assert.deepEqual(
            sent,
            [...sent].sort((one, other) => one - other),
          );
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('bounds', () => {
  test('a call has at most so many waiting; the rest is given up at once', async () => {
    const w = world(() => new Promise<Outcome>(() => {}));
    for (let count = 0; count < maxWaitingPerLane + 3; count++) w.tell('active');
    assert.equal(w.results.length, 2);
    assert.match(w.results[0]?.reason ?? '', /notifications of this call wait/);
  });

  test('only so many calls have a lane; one that only remembers a 410 makes room', async () => {
    const w = world((order) => (order.body.includes('gone') ? status(410) : new Promise<Outcome>(() => {})), 2);
    w.tell('started', { session: 'gone' });
    await setImmediate();
    for (const session of ['a', 'b', 'c']) w.tell('started', { session });
    assert.deepEqual(
      w.results.map(({ notification }) => notification.vgwSessionID),
      ['gone', 'c'],
    );
    assert.equal(w.orders.length, 3);
  });
});

describe('the end', () => {
  test('idle waits for retries', async () => {
    const w = world((_order, attempt) => status(attempt === 1 ? 500 : 200));
    let isIdle = false;
    w.tell('started');
    const idle = w.lanes.idle().then(() => {
      isIdle = true;
    });
    await setImmediate();
    assert.equal(isIdle, false);
    await w.settle();
    await idle;
    assert.equal(w.results[0]?.outcome, 'delivered');
  });

  test('close gives up what pauses, what waits and what comes, and leaves no timer', async () => {
    const w = world(() => status(500));
    w.tell('started');
    w.tell('ended');
    await setImmediate();
    w.lanes.close();
    await w.lanes.idle();
    w.tell('failed', { session: 's-2' });
    assert.deepEqual(
      w.results.map(({ outcome, attempts }) => [outcome, attempts]),
      [
        ['given-up', 1],
        ['given-up', 0],
        ['given-up', 0],
      ],
    );
    assert.equal(w.timers.length, 0);
  });

  test('close aborts what is under way', async () => {
    const w = world(
      ({ signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            resolve(failure('aborted'));
          });
        }),
    );
    w.tell('started');
    await setImmediate();
    w.lanes.close();
    await w.lanes.idle();
    assert.deepEqual(
      w.results.map(({ outcome, reason }) => [outcome, reason]),
      [['given-up', 'It was aborted.']],
    );
  });
});
