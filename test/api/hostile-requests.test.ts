import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseJsonBody } from '../../src/api/json-body.ts';
import { createLoginGuard, parseHostRule } from '../../src/policy/index.ts';
import { says, World } from '../scenarios/world.ts';
import { assertProblem, basic, createWorld, post } from './api-world.ts';

const to = 'tel:+15551234';
const breaker = fc.constantFrom('\r', '\n', '\0', '\r\n', '\r\nX-Evil: 1', '\n\n', '\0sip:');
const around = fc.string({ maxLength: 12 });
const broken = fc.tuple(around, breaker, around).map((parts) => parts.join(''));

/** A body with one value or key that holds a line break or a NUL, somewhere. */
const brokenBody = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('to', 'from', 'route', 'statusWebhook', 'statusWebhookUsername', 'statusWebhookPassword', 'x'),
      broken,
    )
    .map(([name, value]) => ({ to, [name]: value })),
  fc
    .tuple(
      fc.constantFrom('context', 'tenantConfig'),
      broken,
      fc.array(fc.constantFrom('a', 'config', 'stt', 0), { maxLength: 8 }),
      fc.boolean(),
    )
    .map(([name, value, path, isKey]) => {
      const leaf: unknown = isKey ? { [value]: 1 } : value;
      const nested = path.reduce((inner: unknown, key) => (key === 0 ? [1, inner] : { [key]: inner }), leaf);
      return { to, [name]: isKey || path.at(-1) !== undefined ? { inner: nested } : { inner: leaf } };
    }),
);

test('a line break or NUL in any value or key is refused before anything is done with it', async () => {
  const world = createWorld();
  fc.assert(
    fc.property(brokenBody, (body) => {
      const parsed = parseJsonBody(JSON.stringify(body));
      assert.ok(!parsed.ok);
      assert.equal(parsed.error.code, 'request.header-injection');
      assert.ok(!/[\r\n\0]/.test(parsed.error.message));
    }),
    { numRuns: 5000 },
  );
  await fc.assert(
    fc.asyncProperty(brokenBody, async (body) => {
      assertProblem(await post(world, body), 400, 'request.header-injection');
    }),
    { numRuns: 300 },
  );
  assert.deepEqual(world.orders, []);
});

const name = fc.oneof(
  fc.constantFrom(
    'to',
    'from',
    'context',
    'tenantConfig',
    'config',
    'route',
    'statusWebhook',
    'updateMethod',
    'stt',
    '__proto__',
  ),
  fc.string({ maxLength: 10 }),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom('tel:+1', 'sip:a@b', 'http://x/', 'merge', '<sip:a;lr>', '', '\ud800'),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 5 }),
  ),
}));
const payload = fc.oneof(
  fc.dictionary(name, value, { maxKeys: 6 }).map((body) => JSON.stringify({ to, ...body })),
  value.map((body) => JSON.stringify(body) ?? ''),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.tuple(fc.json(), fc.nat(50)).map(([text, at]) => text.slice(0, at)),
);
const segment = fc.oneof(
  fc.constantFrom('dummy', '', '%', '%00', '..', '%2e%2e', 'a%2Fb', '__proto__', '%F0%9F%92%A9'),
  fc.webSegment(),
);
const headers = fc.record(
  {
    'content-type': fc.constantFrom(
      'application/json',
      'application/json;charset=latin1',
      'text/plain',
      'multipart/form-data',
      ';',
    ),
    'content-encoding': fc.constantFrom('gzip', 'identity'),
    authorization: fc.oneof(
      fc.string({ maxLength: 20 }).map((text) => `Basic ${Buffer.from(text).toString('base64')}`),
      fc.constant('Basic'),
    ),
    accept: fc.constantFrom('text/html', 'application json', ''),
  },
  { requiredKeys: [] },
);

/** Every guard on and tight, in front of the real engine. */
function createGuardedWorld() {
  const own = { addresses: [], ports: [] };
  const deny = [parseHostRule('*.evil.test') ?? assert.fail()];
  const sipPolicy = {
    allow: [],
    deny,
    unlisted: 'trunk-or-public',
    destinations: { internal: 'refused', allowNetworks: [], own },
  } as const;
  const sim = new World({ bot: () => says('', true), isNobodyThere: true, settings: { sipPolicy } });
  return createWorld({
    environment: {
      OUTDIAL_CALLS_PER_SECOND: '3',
      OUTDIAL_TENANT_MAX_CALLS: '5',
      OUTDIAL_MINUTES_PER_DAY: '1',
      OUTDIAL_ALLOWED_PREFIXES: '+1',
    },
    ports: { startCall: async (order) => sim.engine.startCall(order), loginGuard: createLoginGuard() },
  });
}

test('no request makes the API fail: random bodies, paths, methods and headers never give a 5xx', async () => {
  const worlds = [
    createWorld(),
    createWorld({ environment: { REST_API_USERNAME: 'u', REST_API_PASSWORD: 'p' } }),
    createWorld({ tenants: [{ tenantURI: 'dummy', enableOutboundCalls: true }] }),
    createGuardedWorld(),
  ];
  const path = segment.map((tenantId) => `/vgw/outboundCalls/${tenantId}/startOutboundCall`);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...worlds),
      fc.constantFrom('POST', 'POST', 'POST', 'GET', 'PUT', 'DELETE', 'OPTIONS'),
      fc.oneof({ weight: 9, arbitrary: path }, { weight: 1, arbitrary: fc.webPath() }),
      headers,
      payload,
      async (world, method, url, headers, payload) => {
        const response = await world.app.inject({
          method,
          url: url || '/',
          headers: { 'content-type': 'application/json', ...headers },
          ...(method === 'GET' ? {} : { payload }),
        });
        assert.ok(response.statusCode < 500, response.body);
        const body: Record<string, unknown> = response.json();
        assert.equal(typeof body[response.statusCode === 200 ? 'vgwSessionID' : 'failureReason'], 'string');
        assert.equal('failureReason' in body, response.statusCode !== 200);
      },
    ),
    { numRuns: 1500 },
  );
});

test('every body that is let through is an order of the contract', async () => {
  const world = createWorld();
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, value, { maxKeys: 4 }), async (body) => {
      const before = world.orders.length;
      const response = await post(world, { to, ...body });
      assert.equal(world.orders.length - before, response.statusCode === 200 ? 1 : 0);
      const order = world.orders.at(-1);
      if (response.statusCode === 200) {
        assert.ok(order !== undefined);
        assert.ok(!/[\r\n\0]/.test(JSON.stringify({ ...order, context: {} })));
        assert.equal(Object.getPrototypeOf(order.context), Object.prototype);
      }
    }),
    { numRuns: 500 },
  );
});

test('a hostile key pollutes no prototype', async () => {
  const world = createWorld();
  for (const body of [
    '{"to":"tel:+1","__proto__":{"polluted":true}}',
    '{"to":"tel:+1","context":{"__proto__":{"polluted":true}}}',
    '{"to":"tel:+1","tenantConfig":{"config":{"__proto__":{"polluted":true}}}}',
    '{"to":"tel:+1","tenantConfig":{"config":{"stt":{"config":{"constructor":{"prototype":{"polluted":true}}}}}}}',
  ]) {
    assertProblem(await post(world, body), 400, 'request.malformed');
  }
  assert.equal(Reflect.get({}, 'polluted'), undefined);
});

test('a refused caller is refused before the body is looked at', async () => {
  const world = createWorld({ environment: { REST_API_USERNAME: 'u', REST_API_PASSWORD: 'p' } });
  const large = 'x'.repeat(200_000);
  assertProblem(await post(world, large, { headers: basic('u', 'wrong') }), 401, 'auth.required');
  assertProblem(await post(world, large, { headers: basic('u', 'p') }), 400, 'request.too-large');
});
