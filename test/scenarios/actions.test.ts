/** Switches, forced turns, state variables and audio files (specification §5.4, §6.2, §9.4) in whole simulated calls. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callFacts } from '../../src/call/index.ts';
import type { JsonObject } from '../../src/kit/index.ts';
import { answers, type FakeBot, World } from './world.ts';

const action = (command: string, parameters?: JsonObject): JsonObject => ({
  command,
  ...(parameters === undefined ? {} : { parameters }),
});
const sequence = (...actions: readonly JsonObject[]): JsonObject => ({ vgwActionSequence: actions });
const play = (text: string): JsonObject => action('vgwActPlayText', { text });
const hangUp: JsonObject = sequence(action('vgwActHangup'));
const silentPhone = { speaksFirst: false, lines: [] };
const texts = (world: World): string[] => world.asked.map(({ text }) => text);
const long = 'this is a long announcement that one may want to cut short';

async function run(world: World): Promise<World> {
  world.call();
  await world.runToTheEnd();
  assert.deepEqual(world.faults, []);
  return world;
}

test('vgwActDisableSpeechBargeIn: the text is heard to its end; it persists until vgwActEnableSpeechBargeIn', async () => {
  const world = await run(
    new World({
      phone: { speaksFirst: true, lines: ['stop'] },
      bot: answers(sequence(action('vgwActDisableSpeechBargeIn'), play(long)), hangUp),
    }),
  );
  assert.deepEqual(world.phone.understood, [long]);
  const enabled = await run(
    new World({
      phone: { speaksFirst: true, lines: ['stop'] },
      bot: answers(
        sequence(action('vgwActDisableSpeechBargeIn'), action('vgwActEnableSpeechBargeIn'), play(long)),
        hangUp,
      ),
    }),
  );
  assert.deepEqual(texts(enabled), ['', 'stop', 'vgwHangUp']);
  assert.equal(enabled.asked[1]?.context['vgwBargeInOccurred'], 'Yes');
});

test('vgwActDisableDTMFBargeIn: with it disabled keys pressed in playback are ignored', async () => {
  const world = new World({
    phone: silentPhone,
    bot: answers(sequence(action('vgwActDisableDTMFBargeIn'), play(long)), hangUp),
  });
  world.press('1', 1000);
  world.press('2', 4000);
  await run(world);
  assert.deepEqual(world.phone.understood, [long]);
  assert.deepEqual(texts(world), ['', '2', 'vgwHangUp']);
});

test('vgwActPauseSTT / vgwActUnPauseSTT: nothing is heard in between', async () => {
  const paused = await run(
    new World({
      phone: { speaksFirst: true, lines: ['can you hear me'] },
      bot: answers(sequence(action('vgwActPauseSTT')), hangUp),
    }),
  );
  assert.deepEqual(texts(paused), ['', 'vgwPostResponseTimeout', 'vgwHangUp']);
  const resumed = await run(
    new World({
      phone: { speaksFirst: false, lines: ['now i speak'] },
      bot: answers(sequence(action('vgwActPauseSTT')), sequence(action('vgwActUnPauseSTT'), play('go on')), hangUp),
    }),
  );
  assert.deepEqual(texts(resumed), ['', 'vgwPostResponseTimeout', 'now i speak', 'vgwHangUp']);
});

test('vgwActPauseDTMF: keys are ignored until vgwActUnPauseDTMF', async () => {
  const world = new World({
    phone: silentPhone,
    bot: answers(sequence(action('vgwActPauseDTMF')), sequence(action('vgwActUnPauseDTMF')), hangUp),
  });
  world.press('1', 2000);
  world.press('2', 9000);
  await run(world);
  assert.deepEqual(texts(world), ['', 'vgwPostResponseTimeout', '2', 'vgwHangUp']);
});

test('vgwActDisableSTTDuringPlayback: auto pause around playback; it does not undo an explicit PauseSTT', async () => {
  const world = await run(
    new World({
      phone: { speaksFirst: true, lines: ['too early', 'now'] },
      bot: answers(sequence(action('vgwActDisableSTTDuringPlayback'), play(long)), hangUp),
    }),
  );
  assert.deepEqual(world.phone.understood, [long]);
  assert.deepEqual(texts(world), ['', 'now', 'vgwHangUp']);
  const paused = await run(
    new World({
      phone: { speaksFirst: true, lines: ['too early', 'now'] },
      bot: answers(
        sequence(
          action('vgwActPauseSTT'),
          action('vgwActDisableSTTDuringPlayback'),
          play(long),
          action('vgwActEnableSTTDuringPlayback'),
        ),
        hangUp,
      ),
    }),
  );
  assert.deepEqual(texts(paused), ['', 'vgwPostResponseTimeout', 'vgwHangUp']);
});

test('vgwActForceNoInputTurn: at once a new turn with text vgwNoInputTurn', async () => {
  const world = await run(
    new World({
      botDelaysMs: [0, 1000],
      phone: silentPhone,
      bot: answers(
        sequence(play('one moment'), action('vgwActForceNoInputTurn')),
        sequence(play('done'), action('vgwActHangup')),
      ),
    }),
  );
  assert.deepEqual(texts(world), ['', 'vgwNoInputTurn', 'vgwHangUp']);
  assert.deepEqual(world.phone.understood, ['one moment', 'done']);
  const [record = assert.fail()] = world.records;
  assert.equal(callFacts(record)?.turns[1]?.request.type, 'no_input_turn');
});

test('vgwCompletedActions: {command, parameters, processed:true} of what was executed after the previous response', async () => {
  const world = await run(
    new World({
      phone: { speaksFirst: false, lines: ['enough'] },
      bot: answers(
        sequence(action('vgwActDisableDTMFBargeIn'), play('hi')),
        sequence(play('ok'), action('vgwActForceNoInputTurn')),
        hangUp,
      ),
    }),
  );
  assert.deepEqual(texts(world), ['', 'enough', 'vgwNoInputTurn', 'vgwHangUp']);
  assert.equal(world.asked[0]?.context['vgwCompletedActions'], undefined);
  assert.deepEqual(world.asked[1]?.context['vgwCompletedActions'], [
    { command: 'vgwActDisableDTMFBargeIn', parameters: {}, processed: true },
    { command: 'vgwActPlayText', parameters: { text: 'hi' }, processed: true },
  ]);
  assert.deepEqual(world.asked[3]?.context['vgwCompletedActions'], [
    { command: 'vgwActHangup', parameters: {}, processed: true },
  ]);
});

test('vgwCompletedActions leaves out what a voice prevented, not the switches behind it', async () => {
  const world = await run(
    new World({
      phone: { speaksFirst: true, lines: ['stop'] },
      bot: answers(sequence(play(long), action('vgwActDisableDTMFBargeIn'), play('more')), hangUp),
    }),
  );
  const completed = world.asked[1]?.context['vgwCompletedActions'];
  assert.deepEqual(
    (completed as JsonObject[]).map(({ command, parameters }) => [command, (parameters as JsonObject)['text']]),
    [
      ['vgwActPlayText', long],
      ['vgwActDisableDTMFBargeIn', undefined],
    ],
  );
});

/** Like `answers`, with variables put into the context of the first answer. */
function settingFirst(variables: JsonObject, bot: FakeBot): FakeBot {
  return (request, index) => {
    const answer = bot(request, index);
    if (index > 0 || answer === 'never' || !answer.ok) return answer;
    return { ok: true, value: { ...answer.value, context: { ...answer.value.context, ...variables } } };
  };
}

for (const value of [2000, '2000']) {
  test(`vgwPostResponseTimeoutCount: silence timer for following turns, as ${typeof value}`, async () => {
    const world = await run(
      new World({
        phone: silentPhone,
        bot: settingFirst({ vgwPostResponseTimeoutCount: value }, answers({}, hangUp)),
      }),
    );
    const answeredAtMs = world.events.find((event) => event.type === 'call.answered')?.atMs ?? NaN;
    const asked = world.events.find((event) => event.type === 'turn.asked' && event.turn.turnId === 1);
    assert.ok(asked !== undefined && Math.abs(asked.atMs - answeredAtMs - 2000) < 2);
  });
}

test('a state variable that cannot be used is a warning of the record, once', async () => {
  const world = await run(
    new World({
      phone: silentPhone,
      bot: settingFirst({ vgwPostResponseTimeoutCount: 'soon' }, answers({}, {}, hangUp)),
    }),
  );
  assert.equal(world.records[0]?.warnings.length, 1);
  assert.match(world.records[0]?.warnings[0] ?? '', /vgwPostResponseTimeoutCount was ignored/);
});

test('vgwFinalUtteranceTimeout: speech but no final result in time', async () => {
  const world = await run(
    new World({
      phone: { speaksFirst: true, lines: ['i speak and speak and never come to an end of what i say'] },
      bot: settingFirst({ vgwFinalUtteranceTimeout: '1000' }, answers({}, hangUp)),
    }),
  );
  assert.deepEqual(texts(world), ['', 'vgwFinalUtteranceTimeout', 'vgwHangUp']);
  const [record = assert.fail()] = world.records;
  assert.equal(callFacts(record)?.turns[1]?.request.type, 'final_utterance_timeout');
});

test('vgwDisconnectCallOnNoUserInputTurnCount: so many consecutive post-response timeouts hang up', async () => {
  const world = await run(
    new World({
      phone: silentPhone,
      bot: settingFirst({ vgwDisconnectCallOnNoUserInputTurnCount: '3' }, answers({})),
    }),
  );
  assert.deepEqual(texts(world), ['', 'vgwPostResponseTimeout', 'vgwPostResponseTimeout', 'vgwHangUp']);
  assert.deepEqual(world.states().at(-1), 'ended');
  assert.equal(world.records[0]?.end?.endCode, 'completed.no-input');
  assert.equal(world.records[0]?.end?.endedBy, 'gateway');
});

test('vgwConversationFailedMessage: spoken when the bot fails', async () => {
  const bot = settingFirst({ vgwConversationFailedMessage: 'we call you again' }, answers({}));
  const world = await run(
    new World({
      bot: (request, index) =>
        index === 0 ? bot(request, index) : { ok: false, error: { code: 'bot.timeout', message: 'late' } },
    }),
  );
  assert.deepEqual(world.phone.understood, ['we call you again']);
});

const music = 'http://audio.example/hold.wav';
const audioFiles = { [music]: 'la la la' };

test('vgwActPlayUrl: starts right after preceding text', async () => {
  const world = await run(
    new World({
      phone: silentPhone,
      audioFiles,
      bot: answers(sequence(play('listen'), action('vgwActPlayUrl', { url: music }), play('that was it')), hangUp),
    }),
  );
  assert.equal(world.phone.understood.join(' '), 'listen la la la that was it');
});

test('Hold music = vgwActPlayUrl loop + vgwActForceNoInputTurn; looped audio ends when the forced turn completes', async () => {
  const world = await run(
    new World({
      phone: silentPhone,
      audioFiles,
      botDelaysMs: [0, 5000],
      bot: answers(
        sequence(
          play('please hold'),
          action('vgwActPlayUrl', { url: music, playURLInLoop: 'Yes' }),
          action('vgwActForceNoInputTurn'),
        ),
        sequence(play('thank you for waiting'), action('vgwActHangup')),
      ),
    }),
  );
  assert.deepEqual(texts(world), ['', 'vgwNoInputTurn', 'vgwHangUp']);
  const understood = world.phone.understood.join(' ');
  assert.match(understood, /^please hold la la la la la la .*thank you for waiting$/);
});

test('an audio file that cannot be had is a problem of the record, and the call goes on', async () => {
  const world = await run(
    new World({
      phone: silentPhone,
      bot: answers(sequence(action('vgwActPlayUrl', { url: music }), play('still here')), hangUp),
    }),
  );
  assert.deepEqual(world.phone.understood, ['still here']);
  const [record = assert.fail()] = world.records;
  assert.match(callFacts(record)?.turns[0]?.problems.join() ?? '', /audio file could not be played/);
  assert.deepEqual(world.states().at(-1), 'ended');
});
