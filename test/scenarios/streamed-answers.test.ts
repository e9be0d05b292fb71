/** Answers that come bit by bit: the first sentence is heard while the rest is still being made. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callFacts } from '../../src/call/index.ts';
import { gatewayError } from '../../src/kit/index.ts';
import type { StreamedAnswer } from './streamed-answer.ts';
import { says, World, type WorldOptions } from './world.ts';

const texts = (world: World): string[] => world.asked.map(({ text }) => text);
const msPerCharacter = 40;
/** Of a text that is played, with the character that ends it. */
const durationMs = (text: string): number => (text.length + 1) * msPerCharacter;

/** The first turn is silent, the second one, about "hello?", streamed; the third ends the call. */
async function callWith(
  streamed: StreamedAnswer,
  options: Partial<WorldOptions> = {},
  prepare: (world: World) => void = () => undefined,
): Promise<World> {
  const world = new World({
    bot: (_request, index) => says('', index > 1),
    streams: { 1: streamed },
    ...options,
  });
  prepare(world);
  world.call();
  await world.runToTheEnd();
  assert.deepEqual(world.faults, []);
  return world;
}

test('the first sentence is spoken while the rest is still coming, without a gap and nothing twice', async () => {
  const sentences = ['one moment please', 'there are two dates', 'monday and friday'] as const;
  const world = await callWith({
    parts: [
      [100, sentences[0]],
      [300, sentences[1]],
      [10, sentences[2]],
    ],
    endAfterMs: 5000,
    end: 'hang-up',
  });
  const turn = world.records[0]?.turns[1];
  assert.ok(turn?.firstAudioAtMs !== undefined && turn.repliedAtMs !== undefined && turn.finishedAtMs !== undefined);
  assert.equal(turn.repliedAtMs - turn.askedAtMs, 100, 'the answer counts from its first part');
  assert.ok(turn.firstAudioAtMs - turn.repliedAtMs <= 40, 'and is heard at once');
  assert.equal(turn.spoken, sentences.join(' '));
  const lastedMs = sentences.reduce((sum, text) => sum + durationMs(text), 0);
  assert.ok(Math.abs(turn.finishedAtMs - turn.firstAudioAtMs - lastedMs) <= 40, 'one sentence follows the other');
  assert.equal(world.records[0]?.end?.endCode, 'completed.bot');
});

test('while the next sentence is awaited the bot has the floor; the response timer starts at the end of it all', async () => {
  const world = await callWith({
    parts: [
      [0, 'wait'],
      [9000, 'here it is'],
    ],
    endAfterMs: 8000,
    end: 'listen',
  });
  assert.deepEqual(texts(world), ['', 'hello?', 'vgwPostResponseTimeout', 'vgwHangUp']);
  const [, streamed, silence] = world.records[0]?.turns ?? [];
  assert.ok(streamed !== undefined && silence !== undefined);
  assert.equal(silence.askedAtMs - streamed.askedAtMs, 9000 + 8000 + 7000);
  assert.deepEqual(world.phone.understood, ['wait', 'here it is']);
});

test('when playing outlasts the answer, the response timer starts at the end of the playback', async () => {
  const long = 'a sentence that takes some time to be said';
  const world = await callWith({ parts: [[0, long]], endAfterMs: 50, end: 'listen' });
  const [, streamed, silence] = world.records[0]?.turns ?? [];
  assert.ok(streamed?.finishedAtMs !== undefined && silence !== undefined);
  assert.ok(Math.abs(silence.askedAtMs - streamed.finishedAtMs - 7000) <= 20);
});

const endless: StreamedAnswer = {
  parts: [
    [0, 'this is a long sentence that is cut'],
    [100, 'this one is never said'],
    [60_000, 'this one is never made'],
  ],
  endAfterMs: 0,
  end: 'listen',
};

test('a key over a streamed answer aborts it; context and record tell what was asked and said', async () => {
  const world = await callWith(endless, {}, (before) => {
    before.press('5', 2400);
  });
  assert.deepEqual(texts(world), ['', 'hello?', '5', 'vgwHangUp']);
  assert.deepEqual(world.aborted.slice(0, 2), ['', 'hello?']);
  const [, , cut] = world.asked;
  assert.deepEqual(cut?.context['said'], ['this is a long sentence that is cut', 'this one is never said']);
  assert.equal(cut?.context['asked'], 'hello?');
  assert.equal(cut?.context['vgwBargeInOccurred'], 'Yes');
  assert.equal(cut?.spoken, 'this is a long sentence that is cut', 'what was not begun was not said');
  const record = world.records[0] === undefined ? undefined : callFacts(world.records[0]);
  assert.deepEqual(
    record?.turns[1]?.response.map((step) => step.type === 'say' && step.text),
    ['this is a long sentence that is cut', 'this one is never said'],
  );
  assert.equal(record?.turns[1]?.request.text, 'hello?');
});

test('a voice in the gap between two sentences takes the floor; the rest of the answer is not said', async () => {
  const world = await callWith(
    {
      parts: [
        [0, 'let me see'],
        [20_000, 'never said'],
      ],
      endAfterMs: 0,
      end: 'listen',
    },
    { phone: { lines: ['hello?', 'never mind'] } },
  );
  assert.deepEqual(texts(world), ['', 'hello?', 'never mind', 'vgwHangUp']);
  assert.equal(world.asked[2]?.context['vgwBargeInOccurred'], 'Yes');
  assert.equal(world.asked[2]?.spoken, 'let me see');
  assert.deepEqual(world.phone.understood, ['let me see']);
  assert.deepEqual(world.aborted.slice(0, 2), ['', 'hello?']);
});

test('words that overtook the first sentence are asked next, and nothing of the answer is said', async () => {
  const world = await callWith({ parts: [[4000, 'too late']], endAfterMs: 60_000, end: 'listen' }, {}, (before) => {
    before.press('9', 3500);
  });
  assert.deepEqual(texts(world), ['', 'hello?', '9', 'vgwHangUp']);
  assert.equal(world.asked[2]?.spoken, '');
  assert.deepEqual(world.phone.understood, []);
});

for (const [name, error] of [
  ['stalls', gatewayError('bot.timeout', 'The bot stopped amid its answer.')],
  ['breaks', gatewayError('bot.unreachable', 'The connection to the bot broke.')],
] as const) {
  test(`a stream that ${name} after some sentences: they stay said, then the failure path; nothing is asked again`, async () => {
    const world = await callWith({
      parts: [
        [0, 'first of all'],
        [2000, 'and then'],
      ],
      endAfterMs: 100,
      end: error,
    });
    assert.deepEqual(texts(world), ['', 'hello?']);
    assert.equal(world.phone.understood[0], 'first of all');
    const turn = world.records[0]?.turns[1];
    assert.equal(turn?.spoken, 'first of all and then Sorry.');
    assert.equal(turn?.error, error);
    assert.equal(world.records[0]?.end?.endCode, error.code);
    assert.deepEqual(world.states().at(-1), 'failed');
  });
}

test('a stream that breaks in a gap: the goodbye follows at once', async () => {
  const error = gatewayError('bot.unreachable', 'The connection to the bot broke.');
  const world = await callWith({ parts: [[0, 'first']], endAfterMs: 5000, end: error });
  assert.deepEqual(world.phone.understood, ['first', 'Sorry.']);
});

test('the answer of the first turn is dialled with when it is whole, streamed or not', async () => {
  const world = await callWith(endless, {
    phone: { speaksFirst: false, lines: [] },
    streams: {
      0: {
        parts: [
          [0, 'good'],
          [500, 'morning'],
        ],
        endAfterMs: 0,
        end: 'listen',
      },
    },
    bot: () => says('', true),
  });
  assert.equal(world.records[0]?.turns[0]?.spoken, 'good morning');
  assert.ok((world.records[0]?.invitedAtMs ?? 0) >= 500);
});
