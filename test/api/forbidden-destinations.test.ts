/** Promise A1: whatever a URL of a request looks like, it does not lead to an internal listener. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { test, type TestContext } from 'node:test';
import { createDestinations, type Destinations } from '../../src/app/destinations.ts';
import { parseWebUrl } from '../../src/config/index.ts';
import type { Resolve } from '../../src/host/index.ts';
import { seededRandom } from '../../src/kit/index.ts';
import { createMemoryStore } from '../../src/store/index.ts';
import { createOutbox, type DeliveryResult, printTarget } from '../../src/webhooks/index.ts';

/** Where a URL is stopped: as text, as a literal address at request time, at the connection, or by not following it. */
type Stage = 'text' | 'literal' | 'connection' | 'redirect';

/** PORT is the port of the internal listener, OPEN that of one which requests may reach and which redirects to it. */
const forms: readonly (readonly [url: string, stage: Stage])[] = [
  ['http://127.0.0.1:PORT/', 'literal'],
  ['http://2130706433:PORT/', 'literal'],
  ['http://0x7f000001:PORT/', 'literal'],
  ['http://0X7F.0.0.1:PORT/', 'literal'],
  ['http://0177.0.0.1:PORT/', 'literal'],
  ['http://017700000001:PORT/', 'literal'],
  ['http://127.1:PORT/', 'literal'],
  ['http://127.0.1:PORT/', 'literal'],
  ['http://127.000.000.001:PORT/', 'literal'],
  ['http://127.0.0.1.:PORT/', 'literal'],
  ['http://127.255.255.254:PORT/', 'literal'],
  ['http://１２７.０.０.１:PORT/', 'literal'],
  ['http://①②⑦.⓪.⓪.①:PORT/', 'literal'],
  ['http://127。0。0。1:PORT/', 'literal'],
  ['http://%31%32%37.0.0.1:PORT/', 'literal'],
  ['http://127.0.0\u00ad.1:PORT/', 'literal'],
  ['http:\\\\127.0.0.1:PORT/', 'literal'],
  ['http:127.0.0.1:PORT/', 'literal'],
  ['http:/127.0.0.1:PORT/', 'literal'],
  ['HTTPS://127.0.0.1:PORT/', 'literal'],
  ['http://127.0.0.1:PORT#@public.test/', 'literal'],
  ['http://127.0.0.1:PORT\\@public.test/', 'literal'],
  ['http://0:PORT/', 'literal'],
  ['http://0.0.0.0:PORT/', 'literal'],
  ['http://[::]:PORT/', 'literal'],
  ['http://[::1]:PORT/', 'literal'],
  ['http://[0:0:0:0:0:0:0:1]:PORT/', 'literal'],
  ['http://[::127.0.0.1]:PORT/', 'literal'],
  ['http://[::ffff:127.0.0.1]:PORT/', 'literal'],
  ['http://[::ffff:7f00:1]:PORT/', 'literal'],
  ['http://[::ffff:0:127.0.0.1]:PORT/', 'literal'],
  ['http://[64:ff9b::127.0.0.1]:PORT/', 'literal'],
  ['http://[64:ff9b:1::7f00:1]:PORT/', 'literal'],
  ['http://[2002:7f00:1::]:PORT/', 'literal'],
  ['http://[2001:0:7f00:1::]:PORT/', 'literal'],
  ['http://[2001:0:808:808:0:0:80ff:fffe]:PORT/', 'literal'],
  ['http://[2a00::5efe:127.0.0.1]:PORT/', 'literal'],
  ['http://127.0.0.2:OWN/', 'literal'],
  ['http://127.0.0\t.1:PORT/', 'text'],
  ['http://public.test@127.0.0.1:PORT/', 'text'],
  ['http://public.test:80@127.0.0.1:PORT/', 'text'],
  ['http://[fe80::1%25lo]:PORT/', 'text'],
  ['ftp://127.0.0.1:PORT/', 'text'],
  ['gopher://127.0.0.1:PORT/_', 'text'],
  ['file:///etc/passwd', 'text'],
  ['http://localhost:PORT/', 'connection'],
  ['http://LOCALHOST.:PORT/', 'connection'],
  ['http://internal.test:PORT/', 'connection'],
  ['http://internal.test.:PORT/', 'connection'],
  ['http://v6.internal.test:PORT/', 'connection'],
  ['http://mapped.internal.test:PORT/', 'connection'],
  ['http://nat64.internal.test:PORT/', 'connection'],
  ['https://internal.test:PORT/', 'connection'],
  ['http://public.test:OWN/', 'connection'],
  ['http://public.test:OPEN/302', 'redirect'],
  ['http://public.test:OPEN/307', 'redirect'],
  ['http://public.test:OPEN/308', 'redirect'],
];

const names: Readonly<Record<string, readonly string[]>> = {
  localhost: ['127.0.0.1', '::1'],
  'internal.test': ['127.0.0.1'],
  'v6.internal.test': ['::1'],
  'mapped.internal.test': ['::ffff:127.0.0.1'],
  'nat64.internal.test': ['64:ff9b::7f00:1'],
  // What the policy below lets requests reach, alone and beside what it does not.
  'public.test': ['127.0.0.2'],
  'mixed.test': ['127.0.0.1', '127.0.0.2'],
};

const resolve: Resolve = (hostname, _options, callback) => {
  const addresses = names[hostname.toLowerCase().replace(/\.$/, '')] ?? [];
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  setImmediate(() => callback(found.length === 0 ? new Error('no such name') : null, found));
};

async function listen(t: TestContext, host: string, server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : assert.fail();
}

interface Ground {
  readonly destinations: Destinations;
  readonly ports: Readonly<Record<'PORT' | 'OPEN' | 'OWN', number>>;
  /** Connections to the internal listener and to the gateway's own port. */
  readonly reached: () => number;
  readonly openSeen: string[];
}

async function prepare(t: TestContext, isMultiTenant: boolean): Promise<Ground> {
  let reached = 0;
  const internal = createServer((_request, response) => response.end());
  internal.on('connection', () => (reached += 1));
  const port = await listen(t, '127.0.0.1', internal);
  const openSeen: string[] = [];
  const open = createServer((request, response) => {
    openSeen.push(request.url ?? '');
    const status = Number(request.url?.slice(1)) || 200;
    response.writeHead(status, { location: `http://127.0.0.1:${port}/` }).end();
  });
  const openPort = await listen(t, '127.0.0.2', open);
  const own = createServer((_request, response) => response.end());
  own.on('connection', () => (reached += 1));
  const ownPort = await listen(t, '127.0.0.2', own);
  const destinations = createDestinations(
    isMultiTenant ? { multiTenantConfigFile: 'tenants.json', allowNetworks: ['127.0.0.2'] } : {},
    resolve,
  );
  destinations.addOwnPort(ownPort);
  t.after(async () => destinations.close());
  return { destinations, ports: { PORT: port, OPEN: openPort, OWN: ownPort }, reached: () => reached, openSeen };
}

/** Follows a URL of a request the way the gateway does. */
async function follow(url: string, { checkRequestUrl, requestHttp }: Destinations): Promise<Stage | number> {
  const parsed = parseWebUrl(url);
  if (!parsed.ok) return 'text';
  if (!checkRequestUrl(parsed.value).ok) return 'literal';
  const outcome = await requestHttp.post({
    url: parsed.value,
    headers: {},
    body: '{}',
    connectTimeoutMs: 2000,
    readTimeoutMs: 2000,
    maxReplyBytes: 1000,
    signal: new AbortController().signal,
  });
  if (!outcome.ok) return outcome.error.kind === 'not-allowed' ? 'connection' : assert.fail(outcome.error.detail);
  return outcome.value.status >= 300 && outcome.value.status < 400 ? 'redirect' : outcome.value.status;
}

test(`${forms.length} forms of URL, none of which reaches an internal listener`, async (t) => {
  const ground = await prepare(t, true);
  assert.ok(forms.length >= 35);
  for (const [form, stage] of forms) {
    const url = form.replace(/PORT|OPEN|OWN/, (name) => String(ground.ports[name as 'PORT' | 'OPEN' | 'OWN']));
    assert.equal(await follow(url, ground.destinations), stage, form);
    assert.equal(ground.reached(), 0, form);
  }
  assert.deepEqual(ground.openSeen, ['/302', '/307', '/308']);
});

test('of a name with allowed and other addresses only the allowed ones are connected to', async (t) => {
  const ground = await prepare(t, true);
  assert.equal(await follow(`http://mixed.test:${ground.ports.OPEN}/200`, ground.destinations), 200);
  assert.equal(ground.reached(), 0);
});

test('the address that was checked is the one that is connected to: a name that changes its mind gains nothing', async (t) => {
  const ground = await prepare(t, true);
  let asked = 0;
  const rebinding: Resolve = (_hostname, _options, callback) => {
    asked += 1;
    callback(null, [{ address: asked === 1 ? '127.0.0.2' : '127.0.0.1', family: 4 }]);
  };
  const destinations = createDestinations(
    { multiTenantConfigFile: 'tenants.json', allowNetworks: ['127.0.0.2'] },
    rebinding,
  );
  t.after(async () => destinations.close());
  // The internal listener's port on the allowed address: nothing listens there.
  await assert.rejects(follow(`http://rebind.test:${ground.ports.PORT}/`, destinations), /refused the connection/);
  assert.equal(asked, 1);
  assert.equal(await follow(`http://rebind.test:${ground.ports.PORT}/`, destinations), 'connection');
  assert.equal(ground.reached(), 0);
});

test('with one tenant a request reaches private listeners, but not the gateway or metadata addresses', async (t) => {
  const ground = await prepare(t, false);
  for (const url of ['http://127.0.0.1:PORT/', 'http://2130706433:PORT/', 'http://internal.test:PORT/']) {
    assert.equal(await follow(url.replace('PORT', String(ground.ports.PORT)), ground.destinations), 200, url);
  }
  assert.ok(ground.reached() > 0);
  for (const url of [
    `http://127.0.0.2:${ground.ports.OWN}/`,
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00:ec2::254]/',
    'http://[::ffff:169.254.169.254]/',
    'http://2852039166/',
  ]) {
    assert.equal(await follow(url, ground.destinations), 'literal', url);
  }
});

test('a webhook whose name leads inside is given up at once, with the reason', async (t) => {
  const ground = await prepare(t, true);
  const results: DeliveryResult[] = [];
  const { operatorHttp, requestHttp } = ground.destinations;
  const store = createMemoryStore();
  const joined = await store.joinNode('n', 1);
  assert.ok(joined.ok);
  const owner = joined.value;
  const outbox = createOutbox({
    store,
    owner,
    random: seededRandom(1),
    post: (order) => (order.trust === 'request' ? requestHttp : operatorHttp).post(order),
    after: () => assert.fail('there is nothing to wait for'),
    wallMs: () => 0,
    unseal: (sealed) => sealed,
    signingKeys: () => [],
    onResult: (result) => results.push(result),
  });
  const url = `http://internal.test:${ground.ports.PORT}/`;
  const tell = async (trust: 'request' | 'operator'): Promise<void> => {
    const limits = { connectTimeoutMs: 3000, readTimeoutMs: 5000, maxRetries: 2, windowMs: 0 };
    const endpoint = { key: trust, target: printTarget({ url, trust, ...limits }) };
    const names = { sessionId: trust, tenantId: 't' };
    const data = { callState: 'started', failureReason: null };
    const event = { ...names, sequence: 1, type: 'call.started', atWallMs: 0, data };
    await store.commit([
      { type: 'call-accepted', call: { ...names, owner, to: 'a', from: 'b', acceptedAtWallMs: 0, facts: {} } },
      { type: 'event', event, owner, endpoint },
    ]);
    await outbox.idle();
  };
  await tell('request');
  assert.equal(ground.reached(), 0);
  assert.deepEqual([results[0]?.outcome, results[0]?.attempts], ['dead', 1]);
  assert.match(
    results[0]?.reason ?? '',
    /internal\.test:\d+ resolves to no allowed address \(Addresses of the kind loopback/,
  );
  // The operator's own webhook is not held to it.
  await tell('operator');
  assert.equal(results[1]?.outcome, 'delivered');
});
