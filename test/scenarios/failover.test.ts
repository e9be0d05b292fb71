/** Several bots for one call (specification §9.10), and a bot that hands the call over (§6.2), in whole simulated calls. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callFacts } from '../../src/call/index.ts';
import { err, gatewayError, type JsonObject } from '../../src/kit/index.ts';
import { buildCallRecord } from '../../src/reports/index.ts';
import { applyTenantConfig } from '../../src/tenants/index.ts';
import { answers, type Answer, type FakeBot, says, tenant, World, type WorldOptions } from './world.ts';

const [a, b] = ['https://a.example/turn', 'https://b.example/turn'];
const two = tenantWith([
  { name: 'first', url: a },
  { name: 'second', url: b },
]);
const silentPhone = { speaksFirst: false, lines: [] };
const goodbye = says('Goodbye.', true);
const late: Answer = err(gatewayError('bot.timeout', 'The bot took longer than 5 s.'));

function tenantWith(conversation: JsonObject['x'] & object): typeof tenant {
  const applied = applyTenantConfig(tenant, tenant, { config: { conversation } });
  assert.ok(applied.ok);
  return applied.value.tenant;
}

async function run(bots: Readonly<Record<string, FakeBot>>, options: Partial<WorldOptions> = {}): Promise<World> {
  const world = new World({ phone: silentPhone, bot: () => assert.fail('not this one'), botsByUrl: bots, ...options });
  world.call({ tenant: two });
  await world.runToTheEnd();
  assert.deepEqual(world.faults, []);
  return world;
}

function recordOf(world: World): ReturnType<typeof buildCallRecord> {
  const [state = assert.fail('no record')] = world.records;
  return buildCallRecord(callFacts(state) ?? assert.fail('no facts'));
}

test('a bot that fails on the first turn does not keep the call from being placed', async () => {
  const world = await run(
    { [a]: () => late, [b]: (_turn, index) => (index === 1 ? says('Hello.') : says('Fine.', true)) },
    { phone: { speaksFirst: false, lines: ['yes'] } },
  );
  assert.equal(world.states().at(-1), 'ended');
  assert.deepEqual(world.askedOf, [a, b, b, b]);
  assert.deepEqual(world.phone.understood, ['Hello.', 'Fine.']);
});

test('a bot that fails in the middle is replaced for the rest of the call; record and log say so', async () => {
  const world = await run(
    {
      [a]: (_turn, index) => (index === 0 ? says('') : late),
      [b]: (_turn, index) => (index < 4 ? says('Go on.') : goodbye),
    },
    { phone: { speaksFirst: true, lines: ['one', 'two'] } },
  );
  assert.deepEqual(world.askedOf, [a, a, b, b, b, b]);
  assert.deepEqual(
    world.asked.map(({ text }) => text),
    ['', 'one', 'one', 'two', 'vgwPostResponseTimeout', 'vgwHangUp'],
  );
  const record = recordOf(world);
  assert.deepEqual(
    record.turns.map(({ provider }) => provider),
    ['first', 'second', 'second', 'second', 'second'],
  );
  const [, turn = assert.fail()] = record.turns;
  assert.deepEqual(turn.problems, [
    'The bot "first" failed: The bot took longer than 5 s.',
    'The bot "second" answers from now on.',
  ]);
  assert.deepEqual(record.warnings, turn.problems);
  const warned = world.events.flatMap((event) => (event.type === 'call.warning' ? [event.message] : []));
  assert.deepEqual(warned, turn.problems);
  assert.equal(record.finalState, 'ended');
});

test('when every bot fails the call fails with all reasons, to the webhook too', async () => {
  const world = await run({ [a]: (_turn, index) => (index === 0 ? says('') : late), [b]: () => late });
  const record = recordOf(world);
  assert.equal(record.endCode, 'bot.timeout');
  const reason =
    'None of 2 bots answered. "first": The bot took longer than 5 s. "second": The bot took longer than 5 s.';
  assert.equal(record.failureReason, reason);
  assert.deepEqual(world.told.at(-1)?.failureReason, reason);
  assert.match(world.phone.understood.join(), /technical problem/);
});

test('a call that ends while the first bot is silent: nobody else is asked, and its late answer changes nothing', async () => {
  const world = await run(
    { [a]: (_turn, index) => (index === 0 ? says('') : index === 1 ? 'never' : says('')), [b]: () => assert.fail() },
    { phone: { speaksFirst: true, lines: ['hello'], hangsUp: true }, settings: { maxCallDurationMs: 20_000 } },
  );
  assert.deepEqual(world.askedOf, [a, a, a]);
});

const handOver = (parameters: JsonObject): JsonObject => ({
  vgwActionSequence: [{ command: 'vgwActSetConversationConfig', parameters }, { command: 'vgwActForceNoInputTurn' }],
});

for (const updateMethod of [undefined, 'replace', 'merge']) {
  test(`vgwActSetConversationConfig ${updateMethod ?? 'by default'}: another bot for the rest of the call`, async () => {
    const method = updateMethod === undefined ? {} : { updateMethod };
    const world = await run({
      [a]: answers(
        handOver({ url: 'https://c.example/', name: 'third', username: 'u', password: 'pw-of-c', ...method }),
      ),
      'https://c.example/': (turn, index) =>
        index === 1 ? says('I am third.') : index === 2 ? goodbye : answers()(turn, index),
    });
    assert.deepEqual(world.askedOf, [a, 'https://c.example/', 'https://c.example/', 'https://c.example/']);
    assert.deepEqual(world.asked[1]?.context['vgwCompletedActions'], [
      {
        command: 'vgwActSetConversationConfig',
        parameters: { url: 'https://c.example/', name: 'third', username: 'u', password: '***', ...method },
        processed: true,
      },
      { command: 'vgwActForceNoInputTurn', parameters: {}, processed: true },
    ]);
    const record = recordOf(world);
    assert.deepEqual(
      record.turns.map(({ provider }) => provider),
      ['first', 'third', 'third', 'third'],
    );
    assert.ok(!JSON.stringify(record).includes('pw-of-c'));
  });
}

for (const updateMethod of ['replaceOnce', 'mergeOnce']) {
  test(`vgwActSetConversationConfig ${updateMethod}: another bot for one turn`, async () => {
    const world = await run({
      [a]: (turn, index) => (index === 0 ? answers(handOver({ url: b, updateMethod }))(turn, index) : goodbye),
      [b]: () => says('Just once.'),
    });
    assert.deepEqual(world.askedOf, [a, b, a, a]);
  });
}

test('vgwActSetConversationConfig of the first turn counts from the second', async () => {
  const world = await run({
    [a]: answers({ vgwAction: { command: 'vgwActSetConversationConfig', parameters: { url: b } } }),
    [b]: () => goodbye,
  });
  assert.deepEqual(world.askedOf, [a, b, b]);
});

for (const [name, parameters, reason] of [
  [
    'a key that is none',
    { uri: b },
    /vgwActSetConversationConfig was skipped: conversation\."uri": there is no such key/,
  ],
  ['a method that is none', { url: b, updateMethod: 'swap' }, /vgwActSetConversationConfig was skipped: updateMethod/],
  ['nothing', {}, /it sets nothing/],
] as const) {
  test(`vgwActSetConversationConfig with ${name} is a warning, and the bot stays`, async () => {
    const world = await run({
      [a]: (turn, index) => (index === 0 ? answers(handOver(parameters))(turn, index) : goodbye),
    });
    assert.deepEqual(world.askedOf, [a, a, a]);
    assert.match(recordOf(world).warnings.join('\n'), reason);
  });
}
