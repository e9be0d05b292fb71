/** The failure path of an answered call (specification §9.6), and calls in which nothing happens, in simulated calls. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, gatewayError } from '../../src/kit/index.ts';
import type { Tenant } from '../../src/tenants/index.ts';
import { type FakeBot, says, tenant, World, type WorldOptions } from './world.ts';

const sorry = 'http://audio.example/sorry.wav';
const audioFiles = { [sorry]: 'we are sorry' };
const down = err(gatewayError('bot.timeout', 'The bot did not answer'));
const failsLater: FakeBot = (_turn, index) => (index === 0 ? says('') : down);
const saysLater =
  (text: string): FakeBot =>
  (_turn, index) =>
    says(index === 1 ? text : '');

function tenantWith(settings: Partial<Tenant['settings']>, failedMessage = 'Sorry.'): Tenant {
  return { ...tenant, conversationFailedMessage: failedMessage, settings: { ...tenant.settings, ...settings } };
}

async function run(options: WorldOptions, of: Tenant = tenant): Promise<World> {
  const world = new World({ audioFiles, ...options });
  world.call({ tenant: of });
  await world.runToTheEnd();
  assert.deepEqual(world.faults, []);
  assert.equal(world.phone.callsEnded, 1);
  return world;
}

const endOf = (world: World): (string | undefined)[] => {
  const [record] = world.records;
  return [record?.end?.state, record?.end?.endCode, world.told.at(-1)?.callState];
};
const askedAtMs = (world: World, turnId: number): number =>
  world.events.find((event) => event.type === 'turn.asked' && event.turn.turnId === turnId)?.atMs ?? NaN;
const overAtMs = (world: World): number => world.events.find(({ type }) => type === 'call.over')?.atMs ?? NaN;

test('the bot is down and the voice is too: the audio file is played', async () => {
  const of = tenantWith({ conversationFailedAudioUrl: sorry }, '(cannot be spoken)');
  const world = await run({ bot: failsLater }, of);
  assert.deepEqual(world.phone.understood, ['we are sorry']);
  assert.deepEqual(endOf(world), ['failed', 'bot.timeout', 'failed']);
  assert.equal(world.told.at(-1)?.failureReason, 'The bot did not answer');
});

test('the bot is down and the voice never sounds: the audio file is played after the time for it', async () => {
  const of = tenantWith({ conversationFailedAudioUrl: sorry }, '(never sounds)');
  const world = await run({ bot: failsLater }, of);
  assert.deepEqual(world.phone.understood, ['we are sorry']);
  assert.deepEqual(endOf(world), ['failed', 'bot.timeout', 'failed']);
});

test('while the voice works the message is spoken, not the file', async () => {
  const world = await run({ bot: failsLater }, tenantWith({ conversationFailedAudioUrl: sorry }));
  assert.deepEqual(world.phone.understood, ['Sorry.']);
});

test('neither message nor file can be played: the call ends all the same', async () => {
  const of = tenantWith({ conversationFailedAudioUrl: 'http://audio.example/none.wav' }, '(cannot be spoken)');
  const world = await run({ bot: failsLater }, of);
  assert.deepEqual(world.phone.understood, []);
  assert.deepEqual(endOf(world), ['failed', 'bot.timeout', 'failed']);
  assert.match(world.records[0]?.warnings.join() ?? '', /audio file could not be played/);
});

test('an empty message and no file: the call ends at once', async () => {
  const world = await run({ bot: failsLater }, tenantWith({}, ''));
  assert.deepEqual(endOf(world), ['failed', 'bot.timeout', 'failed']);
  assert.ok(overAtMs(world) - askedAtMs(world, 1) < 100);
});

test('a text that cannot be spoken: the callee is told, the bot gets its last turn', async () => {
  const world = await run({ bot: saysLater('(cannot be spoken)') });
  assert.deepEqual(world.phone.understood, ['Sorry.']);
  assert.deepEqual(endOf(world), ['failed', 'speech.synthesis-failed', 'failed']);
  assert.equal(world.asked.at(-1)?.text, 'vgwHangUp');
  assert.equal(world.asked.at(-1)?.context['vgwHangupReason'], 'speech.synthesis-failed');
});

test('a text that cannot be spoken, with a file: no words are tried first', async () => {
  const of = tenantWith({ conversationFailedAudioUrl: sorry });
  const world = await run({ bot: saysLater('(cannot be spoken)') }, of);
  assert.deepEqual(world.phone.understood, ['we are sorry']);
});

test('a text that never becomes audio does not leave the call in silence', async () => {
  const world = await run({ bot: saysLater('(never sounds)') }, tenantWith({ synthesisTimeoutMs: 3000 }));
  assert.deepEqual(world.phone.understood, ['Sorry.']);
  assert.deepEqual(endOf(world), ['failed', 'speech.synthesis-failed', 'failed']);
  assert.match(world.told.at(-1)?.failureReason ?? '', /No audio of a text came within 3000 ms/);
  const toldAtMs = world.events.find((event) => event.type === 'turn.answered' && event.turn.turnId === 1)?.atMs ?? NaN;
  assert.ok(overAtMs(world) - toldAtMs < 3000 + 1500);
});

test('a greeting that never becomes audio does not either', async () => {
  const world = await run({ bot: () => says('(never sounds)') });
  assert.deepEqual(world.phone.understood, ['Sorry.']);
});

test('a voice that is dead altogether: the call ends within twice the time for it', async () => {
  const world = await run({ bot: saysLater('(never sounds)') }, tenantWith({}, '(never sounds)'));
  assert.deepEqual(endOf(world), ['failed', 'speech.synthesis-failed', 'failed']);
  assert.ok(overAtMs(world) - askedAtMs(world, 1) < 10_100);
});

test('a recogniser that breaks: the callee is told, the bot gets its last turn', async () => {
  const world = await run({ bot: () => says(''), phone: { lines: ['(breaks the recogniser)'] } });
  assert.deepEqual(world.phone.understood, ['Sorry.']);
  assert.deepEqual(endOf(world), ['failed', 'speech.recognition-failed', 'failed']);
  assert.equal(world.asked.at(-1)?.text, 'vgwHangUp');
});

const settingFirst =
  (variables: Record<string, string>, then: FakeBot): FakeBot =>
  (turn, index) => {
    const answer = then(turn, index);
    return answer === 'never' || !answer.ok || index > 0
      ? answer
      : { ok: true, value: { ...answer.value, context: variables } };
  };

test('without a word of the bot about it the response timer always comes first', async () => {
  const silent = { phone: { speaksFirst: false, lines: [] }, settings: { maxCallDurationMs: 250_000 } };
  const turns = await run({ ...silent, bot: () => says('') }, { ...tenant, postResponseTimeoutMs: 100_000 });
  assert.deepEqual(
    turns.asked.map(({ text }) => text),
    ['', 'vgwPostResponseTimeout', 'vgwPostResponseTimeout', 'vgwHangUp'],
  );
  const slow = settingFirst({ vgwPostResponseTimeoutCount: '200000' }, () => says(''));
  const slowly = await run({ ...silent, bot: slow });
  assert.deepEqual(
    slowly.asked.map(({ text }) => text),
    ['', 'vgwPostResponseTimeout', 'vgwHangUp'],
  );
});

test('nothing happens for as long as the bot allows: the gateway ends the call', async () => {
  const world = await run({
    bot: settingFirst({ vgwPostResponseTimeoutCount: '500000', vgwSessionInactivityTimeout: '1' }, () => says('')),
    phone: { speaksFirst: true, lines: ['hm'] },
  });
  assert.deepEqual(endOf(world), ['ended', 'completed.inactivity', 'ended']);
  assert.equal(world.records[0]?.end?.endedBy, 'gateway');
  assert.equal(world.asked.at(-1)?.context['vgwHangupReason'], 'completed.inactivity');
  const answer = world.events.find((event) => event.type === 'turn.answered' && event.turn.turnId === 1);
  const waited = overAtMs(world) - (answer?.atMs ?? NaN);
  assert.ok(waited >= 60_000 && waited < 61_000, String(waited));
});
