import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../src/config/index.ts';
import { assertProblem, basic, createWorld, post } from './api-world.ts';

const metrics = { text: () => 'calls 1\n', json: () => ({ calls: 1 }) };
const guarded = { ...metrics, credentials: { username: 'admin', password: new Secret('s3cret') } };

test('both paths show the same, as text or as JSON by Accept', async () => {
  const { app } = createWorld({ ports: { metrics } });
  for (const url of ['/metrics', '/metrics/application']) {
    for (const [accept, isJson] of [
      [undefined, false],
      ['*/*', false],
      ['application/json', true],
      ['application/json;q=0.9, text/plain', false],
      ['text/plain;q=0.3, Application/JSON ; q=0.5', true],
      ['application/json;q=0', false],
      ['application/json;q=nonsense', false],
      ['application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1', false],
      [','.repeat(5000), false],
    ] as const) {
      const response = await app.inject({ url, headers: accept === undefined ? {} : { accept } });
      assert.equal(response.statusCode, 200);
      assert.equal(response.body, isJson ? '{"calls":1}' : 'calls 1\n', accept);
      const type = isJson ? 'application/json; charset=utf-8' : 'text/plain; version=0.0.4; charset=utf-8';
      assert.equal(response.headers['content-type'], type);
      assert.equal(response.headers['cache-control'], 'no-store');
    }
    assert.equal((await app.inject({ method: 'HEAD', url })).statusCode, 200);
    const refused = await app.inject({ method: 'POST', url });
    assertProblem(refused, 405, 'http.method-not-allowed');
    assert.equal(refused.headers['allow'], 'GET, HEAD');
  }
});

test('guarded metrics want their credentials, and failures are audited', async () => {
  const world = createWorld({ ports: { metrics: guarded } });
  const wrong = await world.app.inject({ url: '/metrics', headers: basic('admin', 'guess') });
  assertProblem(wrong, 401, 'auth.required');
  assert.match(String(wrong.headers['www-authenticate']), /^Basic /);
  assertProblem(await world.app.inject({ url: '/metrics/application' }), 401, 'auth.required');
  assert.equal((await world.app.inject({ url: '/metrics', headers: basic('admin', 's3cret') })).statusCode, 200);
  assert.deepEqual(world.audited, [
    { sourceAddress: '127.0.0.1', hasCredentials: true },
    { sourceAddress: '127.0.0.1', hasCredentials: false },
  ]);
});

test('a started call and a failed login are told to the audit log with who and from where', async () => {
  const environment = { REST_API_USERNAME: 'dialler', REST_API_PASSWORD: 's3cret' };
  const world = createWorld({ environment });
  const body = { to: 'tel:+15551234' };
  await post(world, body, { headers: basic('dialler', 's3cret'), tenantId: 'clinic' });
  await post(world, body, { headers: basic('dialler', 'guess'), tenantId: 'clinic' });
  await post(world, body, { tenantId: 'other' });
  assert.deepEqual(world.audited, [
    {
      tenantId: 'clinic',
      username: 'dialler',
      sourceAddress: '127.0.0.1',
      sessionId: 'session-1',
      to: 'tel:+15551234',
    },
    { tenantId: 'clinic', sourceAddress: '127.0.0.1', hasCredentials: true },
    { tenantId: 'other', sourceAddress: '127.0.0.1', hasCredentials: false },
  ]);
  const open = createWorld();
  await post(open, body);
  assert.deepEqual(open.audited, [
    { tenantId: 'dummy', sourceAddress: '127.0.0.1', sessionId: 'session-1', to: 'tel:+15551234' },
  ]);
});

test('every answer is counted once, under the pattern of its path', async () => {
  const world = createWorld();
  const { app } = world;
  for (const url of ['/livez', '/readyz', '/nowhere/at/all', `/vgw/outboundCalls/%zz/x`]) await app.inject({ url });
  await post(world, { to: 'tel:+15551234' });
  await post(world, 'not json');
  const route = '/vgw/outboundCalls/:tenantId/startOutboundCall';
  assert.deepEqual(world.answered, [
    '/livez 200',
    '/readyz 200',
    'none 404',
    'none 400',
    `${route} 200`,
    `${route} 400`,
  ]);
});

test('readiness may take its time, and a 503 lists every reason', async () => {
  const reasons = ['shutting down', 'the SIP socket is not open'];
  const { app } = createWorld({ ports: { isReady: () => Promise.resolve({ ready: false, reasons }) } });
  const response = await app.inject({ url: '/readyz' });
  assert.equal(response.statusCode, 503);
  assert.deepEqual(response.json(), { status: 'not ready', reasons });
});
