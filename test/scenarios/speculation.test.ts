/** The bot is asked while the end of speech is still being confirmed: whole calls in the simulated world. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, gatewayError } from '../../src/kit/index.ts';
import type { MediaPorts } from '../../src/media/index.ts';
import type { Tenant } from '../../src/tenants/index.ts';
import { fakeSpeechToText, fakeTextToSpeech } from '../../src/testing/index.ts';
import { says, tenant, World, type WorldOptions } from './world.ts';

const speculative: Tenant = { ...tenant, settings: { ...tenant.settings, isSpeculative: true } };

/** The first turn is silent, the second one is answered with "fine", and that is all. */
const fine: WorldOptions['bot'] = (_request, index) => says(index === 0 ? '' : 'fine', index > 0);

async function run(
  options: Partial<WorldOptions> = {},
  called: Tenant = speculative,
  prepare: (world: World) => void = () => undefined,
): Promise<World> {
  const world = new World({ bot: fine, ...options });
  prepare(world);
  world.call({ tenant: called });
  await world.runToTheEnd();
  assert.deepEqual(world.faults, []);
  return world;
}

const texts = (world: World): string[] => world.asked.map(({ text }) => text);
const outcomes = (world: World): string[] =>
  world.events.flatMap((event) => (event.type === 'turn.speculated' ? [event.outcome] : []));

/** The turn about what the callee said, with its instants. */
function spokenTurn(world: World) {
  const turn = world.records[0]?.turns.find(({ cause }) => cause.type === 'speech');
  assert.ok(turn?.cause.type === 'speech' && turn.firstAudioAtMs !== undefined && turn.repliedAtMs !== undefined);
  const { askedAtMs, repliedAtMs, firstAudioAtMs } = turn;
  return { ...turn, askedAtMs, repliedAtMs, firstAudioAtMs, heard: turn.cause.heard };
}

/** The fake recogniser, whose words in a pause are other ones. */
const guessing =
  (guess: string): MediaPorts['openSpeech'] =>
  () => ({
    textToSpeech: fakeTextToSpeech,
    speechToText: {
      ...fakeSpeechToText,
      open: (options, onEvent) =>
        fakeSpeechToText.open(options, (event) =>
          onEvent(event.type === 'partial' && event.paused !== undefined ? { ...event, text: guess } : event),
        ),
    },
  });

test('agreed: the answer is there when the end of speech is, and the bot saw what it would have seen anyway', async () => {
  const options = { botDelaysMs: [0, 300] };
  const [world, plain] = [await run(options), await run(options, tenant)];
  assert.deepEqual(outcomes(world), ['asked', 'used']);
  assert.deepEqual(texts(world), ['', 'hello?', 'vgwHangUp']);
  assert.deepEqual(world.asked, plain.asked);
  const [ahead, usual] = [spokenTurn(world), spokenTurn(plain)];
  assert.ok(ahead.askedAtMs < ahead.heard.speechEndedAtMs);
  assert.equal(ahead.repliedAtMs - ahead.askedAtMs, 300);
  assert.ok(ahead.repliedAtMs < ahead.heard.finalAtMs && ahead.firstAudioAtMs >= ahead.heard.finalAtMs);
  const savedMs = usual.firstAudioAtMs - ahead.firstAudioAtMs;
  assert.ok(Math.abs(savedMs - 300) <= 20, `all of the wait for the bot is saved, not ${savedMs} ms`);
  assert.deepEqual(world.phone.understood, ['fine']);
});

test('agreed before the bot has answered: its answer counts when it comes', async () => {
  const world = await run({ botDelaysMs: [0, 1000] });
  assert.deepEqual(outcomes(world), ['asked', 'used']);
  const turn = spokenTurn(world);
  assert.equal(turn.repliedAtMs - turn.askedAtMs, 1000);
  assert.ok(turn.firstAudioAtMs - turn.repliedAtMs <= 40);
});

test('case, punctuation and spaces are no disagreement; the record has what the bot was asked', async () => {
  const world = await run({ openSpeech: guessing(' Hello ') });
  assert.deepEqual(outcomes(world), ['asked', 'used']);
  assert.deepEqual(texts(world), ['', ' Hello ', 'vgwHangUp']);
  assert.equal(spokenTurn(world).text, ' Hello ');
});

test('disagreed: the question is given up, and the bot is asked with the final words', async () => {
  const bot: WorldOptions['bot'] = ({ text }, index) => says(index === 0 ? '' : `you said ${text}`, index > 0);
  const world = await run({ bot, openSpeech: guessing('hell') });
  assert.deepEqual(outcomes(world), ['asked', 'wasted']);
  assert.deepEqual(texts(world), ['', 'hell', 'hello?', 'vgwHangUp']);
  assert.ok(world.aborted.includes('hell'));
  assert.deepEqual(world.phone.understood, ['you said hello?']);
  assert.equal(world.records[0]?.turns.length, 3, 'the record knows only turns');
  assert.equal(world.asked[2]?.context['vgwSTTResponse'] === undefined, false);
  assert.ok(spokenTurn(world).askedAtMs >= spokenTurn(world).heard.finalAtMs);
});

test('the voice goes on: that question is given up at once, and the next pause is worth another one', async () => {
  const world = await run({ phone: { lines: ['yes(pause)but not now'] }, botDelaysMs: [0, 5000] });
  assert.deepEqual(texts(world), ['', 'yes', 'yesbut not now', 'vgwHangUp']);
  assert.deepEqual(outcomes(world), ['asked', 'wasted', 'asked', 'used']);
  assert.deepEqual(world.aborted.slice(0, 1), ['yes']);
});

test('whoever speaks haltingly makes three questions ahead, and no more', async () => {
  const world = await run({ phone: { lines: ['so(pause)well(pause)hm(pause)er(pause)yes'] }, bot: fine });
  const said = ['so', 'sowell', 'sowellhm', 'sowellhmeryes'];
  assert.deepEqual(texts(world), ['', ...said, 'vgwHangUp']);
  assert.deepEqual(outcomes(world), ['asked', 'wasted', 'asked', 'wasted', 'asked', 'wasted']);
});

test('the end of the call gives it up: the bot is told of the end and nothing else', async () => {
  const world = await run({ bot: (_request, index) => (index === 1 ? 'never' : says('')) }, speculative, (before) => {
    before.clock.at(1300, () => before.engine.stopCalls(gatewayError('call.shutdown', 'stopped')));
  });
  assert.deepEqual(texts(world), ['', 'hello?', 'vgwHangUp']);
  assert.deepEqual(outcomes(world), ['asked', 'wasted']);
  assert.ok(world.aborted.includes('hello?'));
  assert.deepEqual(
    world.records[0]?.turns.map(({ cause }) => cause.type),
    ['start', 'hang-up'],
  );
  assert.equal(world.events.filter(({ type }) => type === 'turn.answered').length, 2);
});

test('a key in the pause gives it up, and is the turn', async () => {
  const world = await run({ botDelaysMs: [0, 5000] }, speculative, (before) => {
    before.press('5', 1300);
  });
  assert.deepEqual(texts(world).slice(0, 3), ['', 'hello?', '5']);
  assert.deepEqual(outcomes(world).slice(0, 2), ['asked', 'wasted']);
  assert.ok(world.aborted.includes('hello?'));
});

test('barge-in: the bot is told of it ahead as it would be told later', async () => {
  const bot: WorldOptions['bot'] = (_request, index) =>
    index === 0 ? says('this is a long announcement that nobody wants to hear to its end') : says('fine', true);
  const options = { bot, phone: { speaksFirst: true, lines: ['stop'] } };
  const [world, plain] = [await run(options), await run(options, tenant)];
  assert.deepEqual(outcomes(world), ['asked', 'used']);
  assert.equal(world.asked[1]?.context['vgwBargeInOccurred'], 'Yes');
  assert.deepEqual(world.asked, plain.asked);
  assert.ok(spokenTurn(world).askedAtMs < spokenTurn(world).heard.finalAtMs);
});

for (const [when, delayMs] of [
  ['before the end of speech', 0],
  ['after it', 700],
] as const) {
  test(`a bot that fails ${when} is asked again in the turn, and nobody hears of the failure`, async () => {
    const failed = err(gatewayError('bot.timeout', 'late'));
    const bot: WorldOptions['bot'] = (request, index) => (index === 1 ? failed : fine(request, index));
    // The world delays answers of every kind.
    const world = await run({ bot, botDelaysMs: [0, delayMs] });
    assert.deepEqual(texts(world), ['', 'hello?', 'hello?', 'vgwHangUp']);
    assert.deepEqual(world.asked[2], world.asked[1]);
    assert.deepEqual(outcomes(world), ['asked', 'wasted']);
    assert.equal(world.events.filter(({ type }) => type === 'turn.failed').length, 0);
    assert.equal(world.records[0]?.end?.endCode, 'completed.bot');
    assert.ok(spokenTurn(world).askedAtMs >= spokenTurn(world).heard.finalAtMs, 'the turn began with its own question');
  });
}

test('a bot that fails in the turn too fails the call, once', async () => {
  const failed = err(gatewayError('bot.timeout', 'late'));
  const world = await run({ bot: (_request, index) => (index === 0 ? says('') : failed) });
  assert.deepEqual(texts(world), ['', 'hello?', 'hello?']);
  assert.equal(world.events.filter(({ type }) => type === 'turn.failed').length, 1);
  assert.equal(world.records[0]?.end?.endCode, 'bot.timeout');
});

test('an answer in parts: what came before the end of speech is spoken then, the rest as it comes', async () => {
  const world = await run({
    streams: {
      1: {
        parts: [
          [50, 'one moment'],
          [100, 'please'],
          [1500, 'here it is'],
        ],
        endAfterMs: 10,
        end: 'hang-up',
      },
    },
  });
  assert.deepEqual(outcomes(world), ['asked', 'used']);
  const turn = spokenTurn(world);
  assert.equal(turn.spoken, 'one moment please here it is');
  assert.equal(turn.repliedAtMs - turn.askedAtMs, 50);
  assert.ok(turn.firstAudioAtMs >= turn.heard.finalAtMs && turn.firstAudioAtMs <= turn.heard.finalAtMs + 80);
  assert.equal(world.records[0]?.end?.endCode, 'completed.bot');
});

test('an answer in parts that nobody wanted: nothing of it is spoken or kept', async () => {
  const streams = { 1: { parts: [[0, 'wrong']] as const, endAfterMs: 5000, end: 'listen' as const } };
  const world = await run({ streams, openSpeech: guessing('hell') });
  assert.deepEqual(texts(world), ['', 'hell', 'hello?', 'vgwHangUp']);
  assert.equal(world.asked[2]?.context['said'], undefined);
  assert.deepEqual(world.phone.understood, ['fine']);
});

test('words below the confidence threshold are not asked ahead', async () => {
  const sure = { ...speculative, stt: { ...tenant.stt, confidenceThreshold: 0.5 } };
  const world = await run({ phone: { lines: ['(mumbled)'] } }, sure);
  assert.deepEqual(outcomes(world), []);
});

test('what looks like an echo is not asked ahead', async () => {
  const prompt = 'please tell me the date of your birth now';
  const bot: WorldOptions['bot'] = (_request, index) => says(index === 0 ? prompt : '', index > 0);
  const world = await run({ bot, phone: { speaksFirst: true, lines: [prompt] } });
  assert.ok(world.events.some((event) => event.type === 'voice.understood' && event.isEcho === true));
  assert.deepEqual(outcomes(world), []);
});

test('without the setting nobody is asked ahead', async () => {
  const world = await run({}, tenant);
  assert.deepEqual(outcomes(world), []);
});
