/** The login at the console: what opens it, what the cookie opens, and what ends it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import { Secret } from '../../src/config/index.ts';
import { ok } from '../../src/kit/index.ts';
import { createLoginGuard } from '../../src/policy/index.ts';
import { type ApiWorld, basic, createWorld, type WorldOptions } from './api-world.ts';
import { gatewayStatusOf, memoryV1 } from './memory-v1.ts';

const path = '/console/session';
const fromConsole = { 'outdial-console': '1', 'content-type': 'application/json' };
const login = { tenantID: 'clinic', username: 'dialler', password: 'canary-1' };
const guarded = { REST_API_USERNAME: 'dialler', REST_API_PASSWORD: 'canary-1' };
const admin = {
  credentials: { username: 'admin', password: new Secret('canary-2') },
  reload: () => ok({ tenants: 0, notices: [] }),
  status: async () => gatewayStatusOf([]),
};
const calls = '/v1/tenants/clinic/calls';
const startS = 1_700_000_000;

/** A gateway whose wall clock is `nowS`. */
function worldAt(nowS: () => number, options: WorldOptions = {}): ApiWorld {
  return createWorld({
    environment: guarded,
    ...options,
    ports: { v1: memoryV1({ wallMs: () => nowS() * 1000 }), admin, ...options.ports },
  });
}

const world = (options?: WorldOptions): ApiWorld => worldAt(() => startS, options);

const post = (app: ApiWorld['app'], payload: object, headers: Record<string, string> = fromConsole) =>
  app.inject({ method: 'POST', url: path, headers, payload });

function cookieOf(answer: LightMyRequestResponse): string {
  assert.equal(answer.statusCode, 200, answer.body);
  return String(answer.headers['set-cookie']).replace(/;.*$/, '');
}

const statusOf = async (app: ApiWorld['app'], headers: Record<string, string>, method: 'GET' | 'POST' = 'GET') =>
  (await app.inject({ method, url: calls, headers, ...(method === 'POST' ? { payload: { to: 'tel:+1555' } } : {}) }))
    .statusCode;

test('a login gives a cookie that scripts cannot read and other sites cannot send, and it opens the tenant', async () => {
  const { app } = world();
  const answer = await post(app, login);
  assert.match(
    String(answer.headers['set-cookie']),
    /^outdial-tenant=[\w.-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
  );
  assert.ok(!String(answer.headers['set-cookie']).includes('canary'));
  const cookie = cookieOf(answer);
  assert.equal(await statusOf(app, {}), 401);
  assert.equal(await statusOf(app, { cookie }), 200);
  assert.equal(await statusOf(app, { cookie, ...fromConsole }, 'POST'), 202);
  const who = (await app.inject({ url: path, headers: { cookie } })).json();
  assert.deepEqual(who, {
    version: '9.9.9',
    isMultiTenant: false,
    needsLogin: true,
    hasOperator: true,
    isOperator: false,
    tenantID: 'clinic',
    expiresAt: '2023-11-15T10:13:20.000Z',
    isOutboundEnabled: true,
    username: 'dialler',
  });
});

test('on HTTPS the cookie is for HTTPS alone, also behind a proxy that ends TLS', async () => {
  const { app } = world();
  const answer = await post(app, login, { ...fromConsole, origin: 'https://gateway.example.net' });
  assert.match(String(answer.headers['set-cookie']), /; Secure$/);
});

test('credentials that are sent are looked at, whatever the cookie says', async () => {
  const { app } = world();
  const cookie = cookieOf(await post(app, login));
  assert.equal(await statusOf(app, { cookie, ...basic('dialler', 'wrong') }), 401);
  assert.equal(await statusOf(app, { cookie, ...basic('dialler', 'canary-1') }), 200);
});

test('no other page can use the cookie or log anybody in', async () => {
  const { app, orders } = world();
  const cookie = cookieOf(await post(app, login));
  const json = { 'content-type': 'application/json' };
  for (const site of ['cross-site', 'same-site', 'none']) {
    const headers = { cookie, ...fromConsole, 'sec-fetch-site': site };
    assert.equal(await statusOf(app, headers, 'POST'), 401, site);
    assert.equal((await post(app, login, headers)).statusCode, 400, site);
    assert.equal((await app.inject({ method: 'DELETE', url: path, headers: { ...headers } })).statusCode, 400, site);
  }
  assert.equal(await statusOf(app, { cookie, 'sec-fetch-site': 'same-site' }), 401);
  assert.equal(await statusOf(app, { cookie, 'sec-fetch-site': 'none' }), 200);
  // A browser that says nothing of where a request comes from.
  assert.equal(await statusOf(app, { cookie, ...json }, 'POST'), 401);
  assert.equal((await post(app, login, json)).statusCode, 400);
  assert.deepEqual(orders, []);
});

test('a session ends with its time, with the credentials it was opened with, and with another secret', async () => {
  let nowS = startS;
  const { app } = worldAt(() => nowS);
  const cookie = cookieOf(await post(app, login));
  nowS = startS + 12 * 3600 - 1;
  assert.equal(await statusOf(app, { cookie }), 200);
  nowS += 1;
  assert.equal(await statusOf(app, { cookie }), 401);
  for (const environment of [
    { ...guarded, REST_API_PASSWORD: 'another' },
    { ...guarded, REST_API_USERNAME: 'another' },
  ]) {
    assert.equal(await statusOf(world({ environment }).app, { cookie }), 401);
  }
  const elsewhere = world({ ports: { v1: memoryV1({ wallMs: () => startS * 1000, linkSecret: 'another secret' }) } });
  assert.equal(await statusOf(elsewhere.app, { cookie }), 401);
  assert.equal(await statusOf(world().app, { cookie }), 200, 'another gateway with the same secret takes it');
});

test('not one changed letter of the cookie is taken, nor the cookie of a tenant for that of the operator', async () => {
  const { app } = world();
  const cookie = cookieOf(await post(app, login));
  const [name = '', value = ''] = cookie.split(/=(.*)/s);
  for (let index = 0; index < value.length; index += 1) {
    const letter = value[index] === 'A' ? 'B' : 'A';
    const forged = `${value.slice(0, index)}${letter}${value.slice(index + 1)}`;
    // The last letter of base64url holds bits that stand for nothing.
    if (
      Buffer.from(forged.split('.')[2] ?? '', 'base64url').equals(Buffer.from(value.split('.')[2] ?? '', 'base64url'))
    ) {
      if (forged.split('.')[0] === value.split('.')[0] && forged.split('.')[1] === value.split('.')[1]) continue;
    }
    assert.equal(await statusOf(app, { cookie: `${name}=${forged}` }), 401, String(index));
  }
  for (const hostile of ['', 'a', '..', '.1.a', `${'A'.repeat(2000)}.1.a`, 'a.99999999999999.a', '%00.1.%00', ';;==']) {
    assert.equal(await statusOf(app, { cookie: `${name}=${hostile}` }), 401, hostile);
  }
  const reload = (headers: Record<string, string>) =>
    app.inject({ method: 'POST', url: '/v1/admin/reload', headers: { ...headers, 'outdial-console': '1' } });
  assert.equal((await reload({ cookie: `outdial-operator=${value}` })).statusCode, 401);
});

test('the operator logs in beside the tenant, and one logout ends both', async () => {
  const { app } = world();
  const operator = cookieOf(await post(app, { operator: true, username: 'admin', password: 'canary-2' }));
  assert.match(operator, /^outdial-operator=/);
  const reload = (headers: Record<string, string>) => app.inject({ method: 'POST', url: '/v1/admin/reload', headers });
  assert.equal((await reload({ cookie: operator, 'outdial-console': '1' })).statusCode, 200);
  assert.equal((await reload({ cookie: operator })).statusCode, 401);
  assert.equal(await statusOf(app, { cookie: operator }), 401, 'an operator is no tenant');
  assert.equal((await app.inject({ url: path, headers: { cookie: operator } })).json().isOperator, true);
  const out = await app.inject({ method: 'DELETE', url: path, headers: { cookie: operator, 'outdial-console': '1' } });
  assert.equal(out.statusCode, 204);
  assert.deepEqual(
    [out.headers['set-cookie']].flat().map((each) => String(each).replace(/; Path.*Max-Age=/, '; ')),
    ['outdial-tenant=; 0', 'outdial-operator=; 0'],
  );
  const none = createWorld({ environment: guarded });
  const refused = await post(none.app, { operator: true, username: 'admin', password: 'canary-2' });
  assert.match(refused.json().detail, /ADMIN_USERNAME/);
});

test('guessing is slowed down as at the API, counted together with it, and written down', async () => {
  const loginGuard = createLoginGuard({ maxFailures: 3 });
  const { app, audited, logged } = world({ ports: { loginGuard } });
  await app.inject({ url: calls, headers: basic('dialler', 'wrong') });
  for (let count = 0; count < 2; count += 1)
    assert.equal((await post(app, { ...login, password: 'no' })).statusCode, 401);
  const late = await post(app, login);
  assert.equal(late.statusCode, 429);
  assert.ok(Number(late.headers['retry-after']) > 0);
  assert.deepEqual(audited.at(-1), { tenantId: 'clinic', sourceAddress: '127.0.0.1', hasCredentials: true });
  assert.ok(!JSON.stringify([logged, audited]).includes('canary'));
});

test('the browser never asks for a password itself, and a program is still told how to log in', async () => {
  const { app } = world();
  const challenge = async (headers: Record<string, string>) =>
    (await app.inject({ url: calls, headers })).headers['www-authenticate'];
  assert.match(String(await challenge({})), /^Basic/);
  assert.equal(await challenge(fromConsole), undefined);
  assert.equal(await challenge({ 'sec-fetch-site': 'same-origin' }), undefined);
  assert.equal((await post(app, { ...login, password: 'no' })).headers['www-authenticate'], undefined);
});

test('without credentials nothing is asked for; with several tenants only which one', async () => {
  const open = createWorld();
  const who = async ({ app }: ApiWorld, headers = {}) => (await app.inject({ url: path, headers })).json();
  const { needsLogin, isMultiTenant, hasOperator } = await who(open);
  assert.deepEqual([needsLogin, isMultiTenant, hasOperator], [false, false, false]);
  const several = world({ environment: {}, tenants: [{ tenantURI: 'one', enableOutboundCalls: true }] });
  const cookie = cookieOf(await post(several.app, { tenantID: 'one' }));
  assert.equal((await who(several, { cookie })).tenantID, 'one');
  assert.equal((await post(several.app, { tenantID: 'two' })).json().code, 'tenant.unknown');
});

test('a login that is none is refused', async () => {
  const { app } = world();
  for (const body of [
    {},
    { ...login, more: 1 },
    { tenantID: '' },
    { ...login, username: 'x'.repeat(513) },
    { operator: false },
  ]) {
    assert.equal((await post(app, body)).json().code, 'request.malformed', JSON.stringify(body));
  }
  assert.equal((await app.inject({ method: 'POST', url: path, headers: { 'outdial-console': '1' } })).statusCode, 400);
  assert.equal((await app.inject({ method: 'PUT', url: path })).statusCode, 405);
});
