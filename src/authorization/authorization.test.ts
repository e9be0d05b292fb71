import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { err, type HttpFailure, type HttpPostOrder, type HttpReply, ok, type Result } from '../kit/index.ts';
import {
  type AuthorizationMethod,
  createAuthorization,
  createAuthorizationBook,
  defaultTokenUrl,
  postAuthorized,
} from './index.ts';

type Outcome = Result<HttpReply, HttpFailure>;
const hidden = (text: string) => ({ reveal: () => text });
const apikey: AuthorizationMethod = { kind: 'api-key', apikey: hidden('KEY-CANARY+/=') };
const reply = (status: number, body: unknown): Outcome =>
  ok({ status, bodyText: typeof body === 'string' ? body : JSON.stringify(body) });
const token = (name: string, lifeS = 3600): Outcome => reply(200, { access_token: name, expires_in: lifeS });
const failure = (kind: HttpFailure['kind'], detail: string): Outcome => err({ kind, detail });
const never = new AbortController().signal;

/** A token service that answers as listed, each time when it is let; and the time. */
function world(answers: readonly Outcome[], method: AuthorizationMethod = apikey) {
  const orders: HttpPostOrder[] = [];
  const waiting: (() => void)[] = [];
  const time = { nowMs: 1_000_000 };
  let isHeld = false;
  const ports = {
    clock: { nowMs: () => time.nowMs },
    post: async (order: HttpPostOrder): Promise<Outcome> => {
      orders.push(order);
      const answer = answers[orders.length - 1] ?? failure('connect', 'iam.example refused.');
      if (isHeld) await new Promise<void>((resolve) => void waiting.push(resolve));
      return answer;
    },
  };
  const authorization = createAuthorization(method, ports);
  return {
    authorization,
    orders,
    ports,
    time,
    hold: () => (isHeld = true),
    letGo: () => {
      isHeld = false;
      for (const resolve of waiting.splice(0)) resolve();
    },
    header: () => authorization.header(never),
  };
}

describe('what needs no exchange', () => {
  for (const [method, header] of [
    [{ kind: 'none' }, undefined],
    [{ kind: 'basic', username: 'apikey', password: hidden('pä:ss') }, 'Basic YXBpa2V5OnDDpDpzcw=='],
    [{ kind: 'bearer', token: hidden('abc.def') }, 'Bearer abc.def'],
  ] as const) {
    test(method.kind, async () => {
      const { header: ask, orders, authorization } = world([], method);
      assert.deepEqual(await ask(), ok(header));
      assert.equal(authorization.forget(header), false);
      assert.equal(orders.length, 0);
    });
  }

  test('a bearer token that could forge a header is not sent, and not told', async () => {
    const outcome = await world([], { kind: 'bearer', token: hidden('CANARY\r\nx: y') }).header();
    assert.ok(!outcome.ok && outcome.error.reason === 'unusable');
    assert.ok(!inspect(outcome).includes('CANARY'));
  });
});

describe('API key', () => {
  test('goes to the token service as a form, once for many requests', async () => {
    const { header, orders } = world([token('T1')]);
    assert.deepEqual(await header(), ok('Bearer T1'));
    assert.deepEqual(await header(), ok('Bearer T1'));
    const [order, ...others] = orders;
    assert.deepEqual(
      [order?.url, order?.headers, order?.body, others.length],
      [
        defaultTokenUrl,
        { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        'grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&apikey=KEY-CANARY%2B%2F%3D',
        0,
      ],
    );
  });

  test('requests at the same time share one exchange', async () => {
    const { header, orders, hold, letGo } = world([token('T1')]);
    hold();
    const asked = [header(), header(), header()];
    letGo();
    assert.deepEqual(await Promise.all(asked), [ok('Bearer T1'), ok('Bearer T1'), ok('Bearer T1')]);
    assert.equal(orders.length, 1);
  });

  test('a new token is fetched at four fifths of the life, without making anybody wait', async () => {
    const { header, orders, time, hold, letGo } = world([token('T1', 100), token('T2', 100)]);
    await header();
    time.nowMs += 79_999;
    await header();
    assert.equal(orders.length, 1);
    time.nowMs += 1;
    hold();
    assert.deepEqual([await header(), await header()], [ok('Bearer T1'), ok('Bearer T1')]);
    assert.equal(orders.length, 2);
    letGo();
    await new Promise(setImmediate);
    assert.deepEqual(await header(), ok('Bearer T2'));
  });

  test('while the token service is down the old token serves to its end, with an exchange tried now and then', async () => {
    const { header, orders, time } = world([token('T1', 100)]);
    await header();
    time.nowMs += 85_000;
    for (let i = 0; i < 3; i++) {
      assert.deepEqual(await header(), ok('Bearer T1'));
      await new Promise(setImmediate);
    }
    assert.equal(orders.length, 2);
    time.nowMs += 5000;
    await header();
    await new Promise(setImmediate);
    assert.equal(orders.length, 3);
    time.nowMs += 10_000;
    const late = await header();
    assert.ok(!late.ok && late.error.reason === 'unreachable');
  });

  test('a request that is given up does not take the exchange along', async () => {
    const { authorization, header, orders, hold, letGo } = world([token('T1')]);
    hold();
    const controller = new AbortController();
    const given = authorization.header(controller.signal);
    const other = header();
    controller.abort(new Error('the call is over'));
    await assert.rejects(given, /the call is over/);
    await assert.rejects(authorization.header(controller.signal), /the call is over/);
    letGo();
    assert.deepEqual(await other, ok('Bearer T1'));
    assert.equal(orders.length, 1);
  });

  for (const [name, answer, reason] of [
    ['an unknown key', reply(400, { errorCode: 'BXNIM0415E', errorMessage: 'KEY-CANARY' }), 'refused'],
    ['a forbidden key', reply(403, 'KEY-CANARY'), 'refused'],
    ['a broken service', reply(500, 'KEY-CANARY'), 'bad-status'],
    ['a redirect', reply(302, ''), 'bad-status'],
    ['HTML', reply(200, '<html>KEY-CANARY'), 'unusable'],
    ['no token', reply(200, { expires_in: 3600 }), 'unusable'],
    ['a list', reply(200, []), 'unusable'],
    ['a token that could forge a header', token('CANARY\r\nx: y'), 'unusable'],
    ['a giant token', token('x'.repeat(20_000)), 'unusable'],
    ['a timeout', failure('timeout', 'late.'), 'timeout'],
    ['a giant reply', failure('too-large', 'large.'), 'unusable'],
    ['a destination that is not allowed', failure('not-allowed', 'no.'), 'unreachable'],
  ] as const) {
    test(`${name} is ${reason}, tells nothing secret, and is tried anew`, async () => {
      const { header } = world([answer, token('T2')]);
      const outcome = await header();
      assert.ok(!outcome.ok);
      assert.equal(outcome.error.reason, reason);
      assert.ok(!inspect(outcome).includes('CANARY'));
      assert.deepEqual(await header(), ok('Bearer T2'));
    });
  }

  for (const [lifeS, seconds] of [
    [undefined, 300],
    ['x', 300],
    [-1, 300],
    ['60', 60],
    [1e9, 86_400],
  ] as const) {
    test(`a life of ${String(lifeS)} counts as ${seconds} s`, async () => {
      const { header, orders, time } = world([reply(200, { access_token: 'T', expires_in: lifeS }), token('U')]);
      await header();
      time.nowMs += seconds * 1000 - 1;
      assert.deepEqual(await header(), ok('Bearer T'));
      await new Promise(setImmediate);
      time.nowMs += 1;
      assert.deepEqual(await header(), ok('Bearer U'));
      assert.equal(orders.length, 2);
    });
  }
});

describe('a 401 of the service', () => {
  const order = {
    url: 'https://bot.example/',
    headers: { a: 'b' },
    body: '{}',
    connectTimeoutMs: 1,
    readTimeoutMs: 1,
    maxReplyBytes: 1,
    signal: never,
  };
  /** The service takes only this header; what it was sent. */
  function service(taken: string) {
    const sent: HttpPostOrder[] = [];
    const post = async (each: HttpPostOrder): Promise<Outcome> => {
      sent.push(each);
      return reply(each.headers['authorization'] === taken ? 200 : 401, '');
    };
    return { sent, post };
  }

  test('fetches another token and sends the same order once more', async () => {
    const { authorization, header, orders, time } = world([token('T1'), token('T2')]);
    await header();
    time.nowMs += 10_000;
    const { post, sent } = service('Bearer T2');
    assert.deepEqual(await postAuthorized(post, authorization, order), reply(200, ''));
    assert.deepEqual(
      sent.map((each) => each.headers),
      [
        { a: 'b', authorization: 'Bearer T1' },
        { a: 'b', authorization: 'Bearer T2' },
      ],
    );
    assert.deepEqual([sent[1]?.body, orders.length], [sent[0]?.body, 2]);
  });

  test('is final when it comes twice', async () => {
    const { authorization, header, orders, time } = world([token('T1'), token('T2'), token('T3')]);
    await header();
    time.nowMs += 10_000;
    const { post, sent } = service('none');
    assert.deepEqual(await postAuthorized(post, authorization, order), reply(401, ''));
    assert.deepEqual([sent.length, orders.length], [2, 2]);
  });

  test('is final for a token that was just fetched', async () => {
    const { authorization, orders } = world([token('T1'), token('T2')]);
    const { post, sent } = service('none');
    await postAuthorized(post, authorization, order);
    assert.deepEqual([sent.length, orders.length], [1, 1]);
  });

  test('uses the token that somebody else fetched meanwhile', async () => {
    const { authorization, header, orders, time } = world([token('T1'), token('T2')]);
    await header();
    time.nowMs += 10_000;
    assert.ok(authorization.forget('Bearer T1'));
    assert.deepEqual(await header(), ok('Bearer T2'));
    assert.ok(authorization.forget('Bearer T1'));
    assert.deepEqual(await header(), ok('Bearer T2'));
    assert.equal(orders.length, 2);
  });

  test('without a header the service is not asked', async () => {
    const { authorization } = world([reply(400, '')]);
    const { post, sent } = service('none');
    const outcome = await postAuthorized(post, authorization, order);
    assert.ok(!outcome.ok && outcome.error.at === 'authorization');
    assert.equal(sent.length, 0);
  });
});

test('a book gives the same key the same token, and another one to another key or token service', async () => {
  const { ports, orders } = world([token('T1'), token('T2'), token('T3')]);
  const book = createAuthorizationBook(ports);
  const ask = (method: AuthorizationMethod) => book.authorizationBy(method).header(never);
  const same = { ...apikey };
  assert.deepEqual([await ask(apikey), await ask(same)], [ok('Bearer T1'), ok('Bearer T1')]);
  assert.deepEqual(await ask({ kind: 'api-key', apikey: hidden('other') }), ok('Bearer T2'));
  assert.deepEqual(await ask({ ...apikey, tokenUrl: 'https://iam.example/token' }), ok('Bearer T3'));
  assert.equal(orders[2]?.url, 'https://iam.example/token');
  for (let i = 0; i < 1000; i++) book.authorizationBy({ kind: 'api-key', apikey: hidden(String(i)) });
  await ask(apikey);
  assert.equal(orders.length, 4);
});
