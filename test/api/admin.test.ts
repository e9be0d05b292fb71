import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adminStatusPath, type ApiPorts, reloadPath } from '../../src/api/index.ts';
import { Secret } from '../../src/config/index.ts';
import { err, ok } from '../../src/kit/index.ts';
import { assertProblem, basic, createWorld, post } from './api-world.ts';
import { gatewayStatusOf } from './memory-v1.ts';

const credentials = { username: 'admin', password: new Secret('adminpw') };

function worldWith(reload: NonNullable<ApiPorts['admin']>['reload']) {
  return createWorld({ ports: { admin: { credentials, reload, status: async () => gatewayStatusOf(['m4rk1']) } } });
}

test('without admin credentials there is nothing to reload with', async () => {
  const { app } = createWorld();
  for (const headers of [{}, basic('admin', 'adminpw')]) {
    assertProblem(await app.inject({ method: 'POST', url: reloadPath, headers }), 404, 'http.not-found');
  }
});

test('only the admin reloads, and is told what came of it', async () => {
  let reloads = 0;
  const { app } = worldWith(() => {
    reloads += 1;
    return ok({ tenants: 3, notices: ['tts: no effect yet.'] });
  });
  for (const headers of [{}, basic('admin', 'wrong'), basic('other', 'adminpw')]) {
    const refused = await app.inject({ method: 'POST', url: reloadPath, headers });
    assertProblem(refused, 401, 'auth.required');
    assert.match(String(refused.headers['www-authenticate']), /^Basic /);
  }
  const other = await app.inject({ method: 'GET', url: reloadPath, headers: basic('admin', 'adminpw') });
  assertProblem(other, 405, 'http.method-not-allowed');
  assert.equal(other.headers['allow'], 'POST');
  assert.equal(reloads, 0);
  const done = await app.inject({ method: 'POST', url: reloadPath, headers: basic('admin', 'adminpw') });
  assert.deepEqual([done.statusCode, reloads], [200, 1]);
  assert.deepEqual(done.json(), { status: 'reloaded', tenants: 3, notices: ['tts: no effect yet.'] });
});

test('what is wrong is in the answer, with its place', async () => {
  const problem = { file: 't.json', line: 3, column: 5, path: 'tenants[0].x', value: '***', reason: 'no', fix: 'do' };
  const { app } = worldWith(() => err([problem, { file: 'd.yaml', line: 1, reason: 'has no steps' }]));
  const answer = await app.inject({ method: 'POST', url: reloadPath, headers: basic('admin', 'adminpw') });
  const { problems, ...body } = answer.json();
  assert.deepEqual([answer.statusCode, body.code, body.status], [422, 'config.invalid', 422]);
  assert.match(body.failureReason, /nothing was changed/);
  assert.deepEqual(problems, [problem, { file: 'd.yaml', line: 1, reason: 'has no steps' }]);
});

test('a tenant whose entry is broken is told apart from an unknown one', async () => {
  const world = createWorld({
    tenants: [{ tenantURI: 'good' }, { tenantURI: 'bad', x: 1 }],
    brokenEntries: 'leave-out',
  });
  const order = { to: 'sip:bob@example.net' };
  assertProblem(await post(world, order, { tenantId: 'bad' }), 404, 'tenant.misconfigured');
  assertProblem(await post(world, order, { tenantId: 'other' }), 404, 'tenant.unknown');
  assert.equal((await post(world, order, { tenantId: 'good' })).statusCode, 200);
});

test('how the gateway is, is told to the operator and to nobody else', async () => {
  const { app } = createWorld();
  assertProblem(
    await app.inject({ method: 'GET', url: adminStatusPath, headers: basic('admin', 'adminpw') }),
    404,
    'http.not-found',
  );
  const world = worldWith(() => ok({ tenants: 0, notices: [] }));
  for (const headers of [{}, basic('admin', 'wrong')]) {
    const refused = await world.app.inject({ method: 'GET', url: adminStatusPath, headers });
    assertProblem(refused, 401, 'auth.required');
    assert.ok(!refused.body.includes('m4rk1'));
  }
  const told = await world.app.inject({ method: 'GET', url: adminStatusPath, headers: basic('admin', 'adminpw') });
  assert.deepEqual([told.statusCode, told.json()], [200, gatewayStatusOf(['m4rk1'])]);
});
