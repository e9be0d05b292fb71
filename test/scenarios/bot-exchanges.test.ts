/** What is exchanged with bots is kept for each call: whole calls in the simulated world, their bot behind a scripted network. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BotExchange } from '../../src/engine/index.ts';
import { err, type HttpPost, ok } from '../../src/kit/index.ts';
import { createJsonWebhook, jsonWebhookOptions } from '../../src/providers/json-webhook/index.ts';
import type { Tenant } from '../../src/tenants/index.ts';
import { says, tenant, World, type WorldOptions } from './world.ts';

const options = jsonWebhookOptions.parse({
  url: 'http://bot.example.net/turn',
  connectTimeoutMs: 1000,
  readTimeoutMs: 1000,
});

const hello: HttpPost = async ({ body }) =>
  ok({ status: 200, bodyText: JSON.parse(body).event === 'start' ? '{"say":"hello"}' : '{"hangup":true}' });

function webhook(post: HttpPost) {
  return createJsonWebhook(options, post, { header: async () => ok('Bearer t0p-c4n4ry'), forget: () => false });
}

async function run(
  post: HttpPost,
  { called = tenant, ...more }: Partial<WorldOptions> & { readonly called?: Tenant } = {},
  prepare: (world: World) => void = () => undefined,
): Promise<World> {
  const world = new World({ bot: () => says(''), service: webhook(post), settings: { isBotTraced: true }, ...more });
  prepare(world);
  world.call({ tenant: called });
  await world.runToTheEnd();
  assert.deepEqual(world.faults, []);
  assert.equal(world.records.length, 1);
  return world;
}

const story = ({ botExchanges }: World): readonly BotExchange[] => botExchanges[0]?.exchanges ?? [];

test('every turn has what was sent and what was answered, under the number that its events have', async () => {
  let running: World | undefined;
  const keptBefore: number[] = [];
  const observe: WorldOptions['observe'] = (sessionId, _tenantId, event) => {
    if (event.type !== 'turn.asked') return;
    keptBefore.push(running?.engine.tracesSoFar(sessionId)?.botExchanges?.exchanges.length ?? 0);
  };
  const world = await run(hello, { observe }, (made) => (running = made));
  const told = story(world).map(({ turn, provider, request, reply }) => [
    turn,
    provider,
    JSON.parse(request?.body ?? '').event,
    reply?.body,
  ]);
  const turns = world.events.flatMap((event) => (event.type === 'turn.asked' ? [event.turn.turnId] : []));
  assert.deepEqual(told, [
    [turns[0], 'fake', 'start', '{"say":"hello"}'],
    [turns[1], 'fake', 'speech', '{"hangup":true}'],
    [turns[2], 'fake', 'end', '{"hangup":true}'],
  ]);
  assert.deepEqual(keptBefore, [0, 1, 2]);
  assert.equal(world.botExchanges.length, 1);
  assert.ok(!JSON.stringify(world.botExchanges).includes('c4n4ry'));
});

test('an attempt that failed stands before the one that did not', async () => {
  let attempts = 0;
  const world = await run(async (order) =>
    ++attempts === 1 ? err({ kind: 'broken', detail: 'bot.example.net closed the connection.' }) : hello(order),
  );
  const [first, second] = story(world);
  assert.deepEqual([first?.turn, first?.failure?.code, first?.reply], [second?.turn, 'bot.unreachable', null]);
  assert.deepEqual([second?.status, second?.failure], [200, null]);
  assert.deepEqual(first?.request, second?.request);
});

test('a question that was asked ahead is kept once, and says that its answer was used', async () => {
  const speculative = { ...tenant, settings: { ...tenant.settings, isSpeculative: true } };
  const world = await run(hello, { called: speculative });
  assert.deepEqual(
    story(world).map(({ askedAhead }) => askedAhead),
    [null, 'used', null],
  );
  const asked = world.events.flatMap((event) => (event.type === 'turn.asked' ? [event.turn.turnId] : []));
  assert.deepEqual(
    story(world).map(({ turn }) => turn),
    asked,
  );
});

test('nothing is kept when it is switched off, or of a tenant whose personal data are not to be kept', async () => {
  assert.deepEqual((await run(hello, { settings: {} })).botExchanges, []);
  for (const personalData of ['no-personal-data', 'metadata-only'] as const) {
    const called = { ...tenant, settings: { ...tenant.settings, personalData } };
    assert.deepEqual((await run(hello, { called })).botExchanges, []);
  }
});
