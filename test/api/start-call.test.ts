import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { defaultTimeouts, httpErrorKinds, statusTable } from '../../src/api/index.ts';
import { err, type ErrorCode, type ErrorKind, errorKinds, gatewayError } from '../../src/kit/index.ts';
import { assertProblem, basic, createWorld, post, startCallUrl } from './api-world.ts';

const to = 'tel:+1234556789';

test('the documented curl request starts a call', async () => {
  const world = createWorld();
  const response = await world.app.inject({
    method: 'POST',
    url: startCallUrl('dummy'),
    headers: { 'content-type': 'application/json', accept: 'application json' },
    payload: '{ "from": "sip:alice@example.com", "to": "tel:+1234556789", "statusWebhook": "http:www.example.com" }',
  });
  assert.equal(response.statusCode, 200, response.body);
  assert.match(String(response.headers['content-type']), /^application\/json/);
  assert.deepEqual(response.json(), { msg: 'The call was accepted.', vgwSessionID: 'session-1' });
  const [order] = world.orders;
  assert.deepEqual(
    { ...order, tenant: order?.tenant.id },
    {
      tenant: 'dummy',
      to,
      from: 'sip:alice@example.com',
      context: {},
      routes: [],
      webhook: { url: 'http://www.example.com/', origin: 'request' },
    },
  );
});

test('every field arrives in the order', async () => {
  const world = createWorld({ environment: { OUTBOUND_CALLS_TENANT_URI: 'sip:line@example.net' } });
  const response = await post(world, {
    to: 'sip:bob@example.net',
    context: { campaign: 'recall-07', nested: { list: [1, null, true] } },
    route: '<sip:sbc1.example.net;lr>,<sip:sbc2.example.net;lr>',
    statusWebhook: 'https://crm.example.net/hooks?x=1',
    statusWebhookUsername: 'gw',
    statusWebhookPassword: 'pw',
    tenantConfig: { updateMethod: 'merge', config: { postResponseTimeout: '9000', wva: {} } },
  });
  assert.equal(response.statusCode, 200, response.body);
  assert.match(response.json().msg, /wva: no effect yet/);
  const [order] = world.orders;
  assert.ok(order !== undefined);
  assert.equal(order.from, 'sip:line@example.net');
  assert.deepEqual(order.context, { campaign: 'recall-07', nested: { list: [1, null, true] } });
  assert.deepEqual(order.routes, ['<sip:sbc1.example.net;lr>', '<sip:sbc2.example.net;lr>']);
  assert.equal(order.tenant.postResponseTimeoutMs, 9000);
  assert.equal(order.webhook?.password?.reveal(), 'pw');
  assert.deepEqual([order.webhook.url, order.webhook.username], ['https://crm.example.net/hooks?x=1', 'gw']);
});

test('the webhook of the tenant is used when the request has none, and its credentials nowhere else', async () => {
  const world = createWorld({
    environment: {
      OUTBOUND_CALLS_STATUS_WEBHOOK: 'http://hook/',
      OUTBOUND_CALLS_STATUS_WEBHOOK_USERNAME: 'u',
      OUTBOUND_CALLS_STATUS_WEBHOOK_PASSWORD: 'p',
    },
  });
  await post(world, { to });
  await post(world, { to, statusWebhook: 'http://evil/' });
  await post(world, { to, statusWebhookUsername: 'a', statusWebhookPassword: 'b' });
  const webhooks = world.orders.map(({ webhook }) => [
    webhook?.url,
    webhook?.username,
    webhook?.password?.reveal(),
    webhook?.origin,
  ]);
  assert.deepEqual(webhooks, [
    ['http://hook/', 'u', 'p', 'deployment'],
    ['http://evil/', undefined, undefined, 'request'],
    ['http://hook/', 'a', 'b', 'deployment'],
  ]);
});

test('an empty route is no route', async () => {
  const world = createWorld();
  await post(world, { to, route: ' ' });
  assert.deepEqual(world.orders[0]?.routes, []);
});

test('a tenant file decides who is who: 404, then 401, then 403, then 400', async () => {
  const world = createWorld({
    tenants: [
      { tenantURI: '+1', enableOutboundCalls: true, restAPI: { username: 'one', password: 'pw1' } },
      { tenantURI: 'sip:two@x', enableOutboundCalls: false, restAPI: { username: 'two', password: 'pw2' } },
      { tenantURI: '+3', enableOutboundCalls: true },
    ],
  });
  assertProblem(await post(world, 'rubbish', { tenantId: '+9' }), 404, 'tenant.unknown');
  const refused = await post(world, 'rubbish', { tenantId: '+1' });
  assertProblem(refused, 401, 'auth.required');
  assert.equal(refused.headers['www-authenticate'], 'Basic realm="outdial", charset="UTF-8"');
  const two = encodeURIComponent('sip:two@x');
  assertProblem(await post(world, 'rubbish', { tenantId: two, headers: basic('one', 'pw1') }), 401, 'auth.required');
  assertProblem(
    await post(world, 'rubbish', { tenantId: two, headers: basic('two', 'pw2') }),
    403,
    'outbound.disabled',
  );
  assertProblem(
    await post(world, 'rubbish', { tenantId: '+1', headers: basic('one', 'pw1') }),
    400,
    'request.malformed',
  );
  assert.equal((await post(world, { to }, { tenantId: '%2B1', headers: basic('one', 'pw1') })).statusCode, 200);
  assert.equal((await post(world, { to }, { tenantId: '+3', headers: basic('who', 'ever') })).statusCode, 200);
});

test('without outbound calls enabled everything is 403', async () => {
  assertProblem(
    await post(createWorld({ environment: { ENABLE_OUTBOUND_CALLS: 'false' } }), { to }),
    403,
    'outbound.disabled',
  );
});

test('only the right credentials, in whatever spelling of the scheme, are accepted', async () => {
  const world = createWorld({ environment: { REST_API_USERNAME: 'üser', REST_API_PASSWORD: 'pä:ss' } });
  const right = basic('üser', 'pä:ss').authorization;
  assert.equal((await post(world, { to }, { headers: { authorization: right } })).statusCode, 200);
  assert.equal(
    (await post(world, { to }, { headers: { authorization: right.replace('Basic', 'bASIC') } })).statusCode,
    200,
  );
  const wrong = [
    basic('üser', 'pä:s').authorization,
    basic('user', 'pä:ss').authorization,
    basic('pä:ss', 'üser').authorization,
    basic('üser', '').authorization,
    basic('', '').authorization,
    '',
    'Basic',
    'Basic !!!',
    `Bearer ${right.slice(6)}`,
    right.slice(6),
    `${right} x`,
    `Basic ${'A'.repeat(8000)}`,
  ];
  for (const authorization of wrong)
    assertProblem(await post(world, { to }, { headers: { authorization } }), 401, 'auth.required');
  assertProblem(await post(world, { to }), 401, 'auth.required');
});

const malformed: readonly [body: unknown, says: RegExp][] = [
  ['', /not JSON|no body/],
  ['{', /not JSON/],
  ['[]', /not a JSON object/],
  ['null', /not a JSON object/],
  ['"to"', /not a JSON object/],
  [{}, /to is missing/],
  [{ to: 5 }, /to: expected a string/],
  [{ to, from: null }, /from: expected a string/],
  [{ to, context: [] }, /context: expected an object/],
  [{ to, context: 'x' }, /context: expected an object/],
  [{ to, statuswebhook: 'x' }, /"statuswebhook".*"statusWebhook"/],
  [{ to, form: 'x' }, /"form".*"from"/],
  [{ to, toString: 'x' }, /"toString".*"to/],
  [{ to, route: ['<sip:a>'] }, /route: expected a string/],
  [{ to, statusWebhook: 'ftp://x' }, /statusWebhook: .*http/],
  [{ to, statusWebhook: 'http://u:p@x/' }, /credentials/],
  [{ to, statusWebhook: `http://x/${'y'.repeat(2048)}` }, /2048/],
  [{ to, statusWebhook: '' }, /http or https/],
  [{ to, statusWebhookUsername: 'a:b' }, /colon/],
  [{ to, statusWebhookPassword: 'a\u0007' }, /control/],
  [{ to, statusWebhookPassword: 'x'.repeat(4097) }, /4096/],
  [{ to, tenantConfig: 'x' }, /tenantConfig: expected an object/],
  [{ to, tenantConfig: { config: { postResponseTimout: 1 } } }, /"postResponseTimeout"/],
  [{ to, tenantConfig: { updateMethod: 'append' } }, /merge/],
  ['{"to":"tel:+1","__proto__":{"x":1}}', /__proto__ is not allowed/],
  ['{"to":"tel:+1","context":{"a":[{"__proto__":1}]}}', /context\.a\.0\.__proto__ is not allowed/],
  ['{"to":"tel:+1","context":{"constructor":{"prototype":1}}}', /constructor is not allowed/],
];

for (const [body, says] of malformed) {
  test(`400: ${inspect(body, { breakLength: Infinity }).slice(0, 70)}`, async () => {
    const world = createWorld();
    const response = await post(world, body);
    assertProblem(response, 400, 'request.malformed');
    assert.match(response.json().failureReason, says);
    assert.deepEqual(world.orders, []);
  });
}

test('400 for what cannot be called, come from or pass through', async () => {
  const world = createWorld();
  for (const fields of [{ to: '+15551234' }, { to: '' }, { to, from: 'alice' }, { to, route: 'sbc' }]) {
    assertProblem(await post(world, fields), 400, 'request.bad-uri');
  }
});

test('sizes and depths are held to the byte', async () => {
  const world = createWorld();
  const context = (bytes: number) => ({ to, context: { a: 'x'.repeat(bytes - '{"a":""}'.length) } });
  assert.equal((await post(world, context(16_384))).statusCode, 200);
  assertProblem(await post(world, context(16_385)), 400, 'request.too-large');
  assertProblem(await post(world, { to, context: { a: 'é'.repeat(8192) } }), 400, 'request.too-large');
  const body = (bytes: number) => `{"to":"${to}"}`.padEnd(bytes, ' ');
  assert.equal((await post(world, body(65_536))).statusCode, 200);
  assertProblem(await post(world, body(65_537)), 400, 'request.too-large');
  // The body and the context are two levels; `levels` is all of them.
  const nested = (levels: number) =>
    `{"to":"${to}","context":{"a":${'['.repeat(levels - 2)}${']'.repeat(levels - 2)}}}`;
  assert.equal((await post(world, nested(16))).statusCode, 200);
  assertProblem(await post(world, nested(17)), 400, 'request.too-large');
  assertProblem(await post(world, '['.repeat(65_536)), 400, 'request.too-large');
  assert.equal((await post(world, { to, context: { a: '[[[[[[[[[[[[[[[[[[{"\\' } })).statusCode, 200);
});

test('another content type is a 400 that says so', async () => {
  const world = createWorld();
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', 'rubbish']) {
    const response = await post(world, { to }, { headers: { 'content-type': type } });
    assertProblem(response, 400, 'request.malformed');
    assert.match(response.json().failureReason, /Content-Type is not application\/json/);
  }
  assert.equal(
    (await post(world, { to }, { headers: { 'content-type': 'application/json; charset=utf-8' } })).statusCode,
    200,
  );
  assertProblem(await world.app.inject({ method: 'POST', url: startCallUrl('x') }), 400, 'request.malformed');
});

test('refusals of the engine keep their code, and those that pass invite a retry', async () => {
  const answers: readonly [ErrorCode, number, string | undefined][] = [
    ['gateway.full', 503, '5'],
    ['gateway.draining', 503, '30'],
    ['request.no-trunk', 400, undefined],
  ];
  for (const [code, status, retryAfter] of answers) {
    const world = createWorld({ ports: { startCall: async () => err(gatewayError(code, 'No.')) } });
    const response = await post(world, { to });
    assertProblem(response, status, code);
    assert.equal(response.headers['retry-after'], retryAfter);
  }
});

test('a fault in the engine is a 500 without a word of what it was about', async () => {
  const world = createWorld({
    ports: {
      startCall: async () => {
        throw new Error('c4n4ry');
      },
    },
  });
  const response = await post(world, { to });
  assertProblem(response, 500, 'internal.bug');
  assert.ok(!response.body.includes('c4n4ry'));
  assert.ok(!inspect(world.logged, { depth: 9 }).includes('c4n4ry'));
  assert.ok(inspect(world.logged).includes('api.bug'));
});

test('unknown paths are 404, other methods 405 with Allow, bad paths 400', async () => {
  const world = createWorld();
  for (const url of [
    '/',
    '/vgw',
    '/vgw/outboundCalls/a/b/startOutboundCall',
    '/VGW/outboundCalls/a/startOutboundCall',
  ]) {
    assertProblem(await world.app.inject({ method: 'POST', url, payload: {} }), 404, 'http.not-found');
  }
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const) {
    const response = await world.app.inject({ method, url: startCallUrl('a') });
    assertProblem(response, 405, 'http.method-not-allowed');
    assert.equal(response.headers['allow'], 'POST');
  }
  assertProblem(await world.app.inject({ method: 'POST', url: '/livez', payload: {} }), 405, 'http.method-not-allowed');
  assertProblem(await post(world, { to }, { tenantId: '%zz' }), 400, 'http.bad-request');
  assertProblem(await post(world, { to }, { tenantId: 'a%0d%0ab' }), 400, 'request.header-injection');
  assertProblem(await post(world, { to }, { tenantId: 'x'.repeat(513) }), 404, 'tenant.unknown');
  assertProblem(await post(world, { to }, { tenantId: '' }), 404, 'tenant.unknown');
  assert.equal((await post(world, { to }, { tenantId: 'x'.repeat(512) })).statusCode, 200);
});

test('the probes answer for themselves and without credentials', async () => {
  const state = { ready: true, reasons: [] as string[], live: true };
  const world = createWorld({
    environment: { REST_API_USERNAME: 'u', REST_API_PASSWORD: 'p' },
    ports: { isReady: () => state, isLive: () => state.live },
  });
  const get = async (url: string) => {
    const response = await world.app.inject({ method: 'GET', url });
    return [response.statusCode, response.json()];
  };
  assert.deepEqual(await get('/livez'), [200, { status: 'live', version: '9.9.9' }]);
  assert.deepEqual(await get('/readyz'), [200, { status: 'ready' }]);
  Object.assign(state, { ready: false, reasons: ['stopping'], live: false });
  assert.deepEqual(await get('/readyz'), [503, { status: 'not ready', reasons: ['stopping'] }]);
  assert.deepEqual(await get('/livez'), [503, { status: 'not live', version: '9.9.9' }]);
  assert.deepEqual(world.logged, []);
});

test('no secret, password, number or URI reaches the log', async () => {
  const world = createWorld({
    tenants: [
      { tenantURI: '+390612340001', enableOutboundCalls: true, restAPI: { username: 'uc4n4ry', password: 'pc4n4ry' } },
    ],
  });
  const options = { tenantId: '+390612340001', headers: basic('uc4n4ry', 'pc4n4ry') };
  const secrets = { statusWebhook: 'http://hook/?c4n4ry', statusWebhookPassword: 'c4n4ry', context: { pin: 'c4n4ry' } };
  assert.equal((await post(world, { to: 'tel:+15550001111', ...secrets }, options)).statusCode, 200);
  await post(world, { to: 'c4n4ry' }, options);
  await post(world, '{"to": c4n4ry', options);
  await post(world, { to: 'tel:+15550001111' }, { tenantId: '+390612340001', headers: basic('c4n4ry', '1') });
  const text = inspect(world.logged, { depth: 9 }) + JSON.stringify(world.logged);
  assert.equal(world.logged.length, 4);
  for (const word of ['c4n4ry', '390612340001', '15550001111']) assert.ok(!text.includes(word), word);
  assert.ok(text.includes('session-1') && text.includes('auth.required'));
});

test('the table of answers agrees with the registries and with RFC 9110 about what invites a retry', () => {
  const kinds: Readonly<Record<string, ErrorKind>> = { ...errorKinds, ...httpErrorKinds };
  for (const { status, code } of statusTable)
    assert.equal(status, code === undefined ? 200 : kinds[code]?.status, code);
  const codes = statusTable.flatMap(({ code }) => (code === undefined ? [] : [code]));
  assert.equal(new Set(codes).size, codes.length);
  for (const code of Object.keys(httpErrorKinds))
    assert.ok(
      codes.some((known) => known === code),
      code,
    );
});

test('a late socket is cut within the 7 s that are promised', () => {
  const { headersMs, requestMs, checkEveryMs } = defaultTimeouts;
  assert.ok(Math.max(headersMs, requestMs) + checkEveryMs <= 7000);
});
