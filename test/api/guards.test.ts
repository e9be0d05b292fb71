/** The guards seen from outside: statuses, Retry-After and failureReason of the API in front of the real engine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err } from '../../src/kit/index.ts';
import { anywhere, createLoginGuard, parseHostRule } from '../../src/policy/index.ts';
import { checkCallUri, checkRoutes } from '../../src/sip/index.ts';
import { says, World } from '../scenarios/world.ts';
import { type ApiWorld, assertProblem, basic, createWorld, post } from './api-world.ts';

interface Both {
  readonly api: ApiWorld;
  readonly sim: World;
}

const to = 'sip:+15551234@10.0.0.2';

/** The API in front of an engine whose calls are answered and never end by themselves. */
function createBoth(
  tenant: Record<string, unknown>,
  settings: ConstructorParameters<typeof World>[0]['settings'] = {},
): Both {
  const sim = new World({ bot: () => says(''), phone: { lines: [], speaksFirst: false, patienceMs: 1e9 }, settings });
  const api = createWorld({
    tenants: [
      { tenantURI: 'one', enableOutboundCalls: true, outdial: tenant },
      { tenantURI: 'two', enableOutboundCalls: true, outdial: tenant },
    ],
    ports: {
      startCall: async (order) => sim.engine.startCall(order),
      checkRoutes,
      checkCallUri: (text) => {
        const checked = checkCallUri(text);
        return checked.ok ? checked : err(checked.error.message);
      },
    },
  });
  return { api, sim };
}

const start = (both: Both, tenantId = 'one', called = to) => post(both.api, { to: called }, { tenantId });

test('calls a second: 429 with Retry-After, for this tenant only, and on again in time', async () => {
  const both = createBoth({ callsPerSecond: 2 });
  assert.equal((await start(both)).statusCode, 200);
  assert.equal((await start(both)).statusCode, 200);
  const refused = await start(both);
  assertProblem(refused, 429, 'guard.rate');
  assert.equal(refused.headers['retry-after'], '1');
  assert.equal((await start(both, 'two')).statusCode, 200);
  await both.sim.clock.runUntil(() => false, 500);
  assert.equal((await start(both)).statusCode, 200);
  assertProblem(await start(both), 429, 'guard.rate');
});

test('calls at a time: 429 until one of them is over', async () => {
  const both = createBoth({ maxCalls: '2' });
  await start(both);
  await start(both);
  const refused = await start(both);
  assertProblem(refused, 429, 'guard.concurrency');
  assert.equal(refused.headers['retry-after'], '5');
  assert.equal((await start(both, 'two')).statusCode, 200);
  both.sim.engine.stopCalls({ code: 'call.shutdown', message: 'over' });
  await both.sim.clock.runUntil(() => both.sim.engine.activeCalls() === 0, 100_000);
  assert.equal((await start(both)).statusCode, 200);
});

test('minutes a day: a call ends when they are used up, the next one gets 429', async () => {
  const both = createBoth({ minutesPerDay: 1 });
  assert.equal((await start(both)).statusCode, 200);
  await both.sim.clock.runUntil(() => both.sim.engine.activeCalls() === 0, 200_000);
  const [record] = both.sim.records;
  assert.ok(record?.answeredAtMs !== undefined && record.end !== undefined);
  assert.ok(Math.abs(record.end.atMs - record.answeredAtMs - 60_000) < 1, 'one minute after the answer');
  assert.equal(record.end.endCode, 'call.too-long');
  const refused = await start(both);
  assertProblem(refused, 429, 'guard.minutes');
  assert.ok(Number(refused.headers['retry-after']) > 0);
  assert.equal((await start(both, 'two')).statusCode, 200);
});

test('prefixes: 403 for a number that begins otherwise, by tel and by sip', async () => {
  const both = createBoth(
    { allowedPrefixes: '+1, +39' },
    { trunk: { transport: 'udp', host: '10.0.0.2', port: 5060 } },
  );
  for (const good of [to, 'tel:+390612', 'sip:alice@10.0.0.2']) {
    assert.equal((await start(both, 'one', good)).statusCode, 200, good);
  }
  for (const bad of ['tel:+8821234', 'sip:+8821234@10.0.0.2']) {
    const refused = await start(both, 'one', bad);
    assertProblem(refused, 403, 'guard.prefix');
    assert.ok(!refused.body.includes('8821234'));
    assert.equal(refused.headers['retry-after'], undefined);
  }
});

test('SIP hosts: 403 for a refused host in to or route, before anything is sent', async () => {
  const deny = [parseHostRule('10.9.0.0/16'), parseHostRule('evil.test')].flatMap((rule) => rule ?? []);
  const both = createBoth({}, { sipPolicy: { ...anywhere, deny } });
  for (const body of [
    { to: 'sip:bob@10.9.1.1' },
    { to: 'sip:bob@EVIL.test' },
    { to: 'sip:bob@[::ffff:10.9.1.1]' },
    { to: 'sip:bob@10.0.0.2;maddr=10.9.1.1' },
    { to, route: '<sip:evil.test;lr>' },
    { to, route: '<sip:10.0.0.2;lr>,"x" <sip:10.9.1.1;lr>' },
    { to: 'sip:bob@169.254.169.254' },
  ]) {
    assertProblem(await post(both.api, body, { tenantId: 'one' }), 403, 'guard.sip-destination');
  }
  assert.equal(both.sim.engine.activeCalls(), 0);
  assert.equal((await start(both)).statusCode, 200);
});

test('a URL of the request that names a forbidden address is a 400, whichever URL it is', async () => {
  const world = createWorld({
    environment: { OUTBOUND_CALLS_STATUS_WEBHOOK: 'http://127.0.0.1/own' },
    ports: { checkRequestUrl: (url) => (url.includes('127.0.0.1') ? err('No.') : { ok: true, value: undefined }) },
  });
  const tel = 'tel:+15551234';
  const webhook = await post(world, { to: tel, statusWebhook: 'http://2130706433/' });
  assertProblem(webhook, 400, 'guard.destination');
  assert.match(webhook.json().failureReason, /^statusWebhook is not allowed/);
  const bot = await post(world, { to: tel, tenantConfig: { config: { conversation: { url: 'http://0x7f.1/' } } } });
  assertProblem(bot, 400, 'guard.destination');
  const conversation = { url: 'http://bot.example.net/', apikey: 'K', tokenServiceProviderUrl: 'http://0x7f.1/' };
  const token = await post(world, { to: tel, tenantConfig: { config: { conversation } } });
  assertProblem(token, 400, 'guard.destination');
  assert.match(token.json().failureReason, /conversation\.tokenServiceProviderUrl is not allowed/);
  const ear = await post(world, {
    to: tel,
    tenantConfig: { config: { stt: [{}, { credentials: { url: 'http://0x7f.1/' } }] } },
  });
  assertProblem(ear, 400, 'guard.destination');
  // The tenant's own webhook is the operator's word.
  assert.equal((await post(world, { to: tel })).statusCode, 200);
  assert.equal(world.orders.length, 1);
});

test('wrong credentials ten times in a minute: 429 for their source, good ones elsewhere go on', async () => {
  let nowMs = 0;
  const world = createWorld({
    environment: { REST_API_USERNAME: 'u', REST_API_PASSWORD: 'p' },
    ports: { clock: { nowMs: () => nowMs, wallMs: () => 0 }, loginGuard: createLoginGuard() },
  });
  const send = (password: string | undefined, remoteAddress: string) =>
    world.app.inject({
      method: 'POST',
      url: '/vgw/outboundCalls/any/startOutboundCall',
      remoteAddress,
      headers: { 'content-type': 'application/json', ...(password === undefined ? {} : basic('u', password)) },
      payload: '{"to":"tel:+15551234"}',
    });
  for (let count = 0; count < 20; count += 1) assert.equal((await send(undefined, '192.0.2.1')).statusCode, 401);
  for (let count = 0; count < 10; count += 1) assertProblem(await send('x', '192.0.2.1'), 401, 'auth.required');
  for (const password of ['x', 'p', undefined]) {
    const refused = await send(password, '192.0.2.1');
    assertProblem(refused, 429, 'auth.too-many-failures');
    assert.equal(refused.headers['retry-after'], '60');
  }
  assert.equal((await send('p', '192.0.2.2')).statusCode, 200);
  nowMs = 59_000;
  assert.equal((await send('p', '192.0.2.1')).headers['retry-after'], '1');
  nowMs = 60_000;
  assert.equal((await send('p', '192.0.2.1')).statusCode, 200);
});
