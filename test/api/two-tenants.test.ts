/** Two tenants and every route the API has: nothing of one reaches the other. The routes come from the API itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { adminStatusPath, routesOf } from '../../src/api/index.ts';
import { Secret } from '../../src/config/index.ts';
import { ok } from '../../src/kit/index.ts';
import { type ApiWorld, basic, createWorld, startCallUrl } from './api-world.ts';
import { gatewayStatusOf } from './memory-v1.ts';

/** Everything of a tenant carries its mark, so that it can be told wherever it turns up. */
const entry = (mark: string): Record<string, unknown> => ({
  tenantURI: `sip:${mark}@example.net`,
  enableOutboundCalls: true,
  restAPI: { username: `user-${mark}`, password: `password-${mark}` },
  conversation: {
    url: `http://bot-${mark}.example.net/`,
    workspaceID: `workspace-${mark}`,
    username: `bot-user-${mark}`,
    password: `bot-password-${mark}`,
  },
  outboundCalls: {
    statusWebhook: `http://hook-${mark}.example.net/`,
    statusWebhookUsername: `hook-user-${mark}`,
    statusWebhookPassword: `hook-password-${mark}`,
    tenantURI: `sip:caller-${mark}@example.net`,
  },
  outdial: { maxCalls: 7, allowedPrefixes: '+1' },
});
const marks = ['m4rk1', 'm4rk2'] as const;

const ids = marks.map((mark) => `sip:${mark}@example.net`);
/** The operator's side is there, too, and knows of both. */
const admin = {
  credentials: { username: 'operator', password: new Secret('operator-password') },
  reload: () => ok({ tenants: 2, notices: [...marks] }),
  status: async () => gatewayStatusOf(ids),
};

const world = (): ApiWorld => createWorld({ tenants: marks.map(entry), ports: { admin } });
const fill = (url: string, mark: string): string =>
  url.replaceAll(/:(\w+)/g, encodeURIComponent(`sip:${mark}@example.net`));

/** The cookie of a login at the console. */
async function logIn({ app }: ApiWorld, mark: string): Promise<string> {
  const answer = await app.inject({
    method: 'POST',
    url: '/console/session',
    headers: { 'outdial-console': '1', 'content-type': 'application/json' },
    payload: { tenantID: `sip:${mark}@example.net`, username: `user-${mark}`, password: `password-${mark}` },
  });
  assert.equal(answer.statusCode, 200, answer.body);
  return String(answer.headers['set-cookie']).replace(/;.*$/, '');
}

/** What a request could be answered with or leave behind, secrets revealed. */
function shown(order: ApiWorld['orders'][number]): string {
  const { tenant, webhook } = order;
  const secrets = [
    tenant.restApi?.password.reveal(),
    tenant.webhook.password?.reveal(),
    tenant.conversation.kind === 'watson-v1' ? tenant.conversation.credentials?.password.reveal() : '',
    webhook?.password?.reveal(),
  ];
  return inspect([order, secrets], { depth: 9 });
}

const routes = routesOf(world().app);

test('the route table is the one of the API', () => {
  assert.ok(routes.some(({ method, url }) => method === 'POST' && url === startCallUrl(':tenantId')));
  assert.ok(routes.length > 10);
  for (const url of ['/v1/tenants/:tenantId/status', '/v1/tenants/:tenantId/statistics', adminStatusPath]) {
    assert.ok(
      routes.some((route) => route.method === 'GET' && route.url === url),
      url,
    );
  }
});

for (const mine of marks) {
  const theirs = marks.find((mark) => mark !== mine) ?? '';
  test(`every route with the credentials of ${mine} on the path of ${theirs}: nothing is started, nothing is told`, async () => {
    for (const { method, url } of routes) {
      const both = world();
      const response = await both.app.inject({
        method: method as 'POST',
        url: fill(url, theirs),
        headers: { ...basic(`user-${mine}`, `password-${mine}`), 'content-type': 'application/json' },
        ...(['GET', 'HEAD', 'TRACE'].includes(method) ? {} : { payload: '{"to":"tel:+15551234"}' }),
      });
      const where = `${method} ${url}`;
      const isOfTenant = url.includes(':tenantId');
      assert.deepEqual(both.orders, [], where);
      if (url.startsWith('/v1/admin/')) assert.ok([401, 405].includes(response.statusCode), where);
      if (isOfTenant) assert.ok([401, 405].includes(response.statusCode), `${where}: ${response.statusCode}`);
      const told = `${response.body}${JSON.stringify(response.headers)}${inspect(both.logged, { depth: 9 })}`;
      for (const mark of marks) assert.ok(!told.includes(mark), `${where} tells of ${mark}`);
    }
  });

  test(`every route with the login of ${mine} at the console on the path of ${theirs}: as little`, async () => {
    const both = world();
    const cookie = await logIn(both, mine);
    const own = await both.app.inject({ url: fill('/v1/tenants/:tenantId/calls', mine), headers: { cookie } });
    assert.equal(own.statusCode, 200, own.body);
    for (const { method, url } of routes.filter((each) => each.url.includes(':tenantId'))) {
      const response = await both.app.inject({
        method: method as 'POST',
        url: fill(url, theirs),
        headers: {
          cookie,
          'sec-fetch-site': 'same-origin',
          'outdial-console': '1',
          'content-type': 'application/json',
        },
        ...(['GET', 'HEAD', 'TRACE'].includes(method) ? {} : { payload: '{"to":"tel:+15551234"}' }),
      });
      const where = `${method} ${url}`;
      assert.ok([401, 405].includes(response.statusCode), `${where}: ${response.statusCode}`);
      assert.ok(!response.body.includes(theirs), `${where} tells of ${theirs}`);
    }
    assert.deepEqual(both.orders, []);
  });

  test(`what ${mine} starts is its own through and through`, async () => {
    const both = world();
    for (const config of [{}, { updateMethod: 'replace', config: {} }, { config: { postResponseTimeout: 1000 } }]) {
      const response = await both.app.inject({
        method: 'POST',
        url: fill(startCallUrl(':tenantId'), mine),
        headers: { ...basic(`user-${mine}`, `password-${mine}`), 'content-type': 'application/json' },
        payload: JSON.stringify({ to: 'tel:+15551234', tenantConfig: config }),
      });
      assert.equal(response.statusCode, 200, response.body);
      const order = both.orders.at(-1);
      assert.ok(order !== undefined);
      assert.ok(shown(order).includes(`hook-password-${mine}`));
      assert.ok(!shown(order).includes(theirs), 'something of the other tenant');
      assert.equal(order.tenant.limits.account, `sip:${mine}@example.net`);
    }
  });
}

test('with one tenant every name shares one account: another name is no way around its limits', async () => {
  const one = createWorld();
  for (const tenantId of ['a', 'b', 'default']) {
    await one.app.inject({ method: 'POST', url: startCallUrl(tenantId), payload: { to: 'tel:+15551234' } });
  }
  assert.deepEqual(
    one.orders.map(({ tenant }) => tenant.limits.account),
    ['default', 'default', 'default'],
  );
});
