/**
 * Every row of specification §6.2 (actions) and §6.3 (response types): from the command in an answer to its effect in a
 * whole simulated call. A row that is not carried out stands here with the sentence that says so.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { callFacts } from '../../src/call/index.ts';
import type { JsonObject } from '../../src/kit/index.ts';
import type { SpeechSelection } from '../../src/speech/index.ts';
import { fakeSpeechToText, fakeTextToSpeech } from '../../src/testing/index.ts';
import { answers, says, World, type WorldOptions } from './world.ts';

interface Row {
  /** The command or the response type. */
  readonly row: string;
  /** What the bot answers, from the first turn on; afterwards it hangs up. */
  readonly outputs: readonly JsonObject[];
  readonly options?: Omit<WorldOptions, 'bot'>;
  /** Something that happens beside the call, before it. */
  readonly arrange?: (world: World) => void;
  readonly effect: (world: World) => void;
}

const action = (command: string, parameters: JsonObject = {}): JsonObject => ({ command, parameters });
const sequence = (...actions: readonly JsonObject[]): JsonObject => ({ vgwActionSequence: actions });
const play = (text: string): JsonObject => action('vgwActPlayText', { text });
const generic = (...responses: readonly JsonObject[]): JsonObject => ({ generic: responses });
const hangUp = sequence(action('vgwActHangup'));
const silent = { speaksFirst: false, lines: [] };
const long = 'this is a long announcement that one may want to cut short';
const music = 'http://audio.example/hold.wav';
const afterAnswerMs = 1000;

const texts = (world: World): string[] => world.asked.map(({ text }) => text);
const turns =
  (...between: readonly string[]) =>
  (world: World) =>
    assert.deepEqual(texts(world), ['', ...between, 'vgwHangUp']);
const keys = (world: World): string[] =>
  world.phoneEvents.flatMap((event) => (event.type === 'key' ? event.digit : []));
const infos = (world: World): string[] => world.sipToPhone.filter((text) => text.startsWith('INFO '));
const problems = (world: World): string =>
  (callFacts(world.records[0] ?? assert.fail())?.turns ?? []).flatMap((turn) => turn.problems).join('\n');

/** What was asked of the speech engines in the present story. */
const speech: { selections: SpeechSelection[]; spoken: string[] } = { selections: [], spoken: [] };

const watchSpeech: NonNullable<WorldOptions['openSpeech']> = (_sessionId, selection) => {
  if (selection !== undefined) speech.selections.push(selection);
  return {
    speechToText: fakeSpeechToText,
    textToSpeech: {
      ...fakeTextToSpeech,
      synthesize: (request, signal) => {
        speech.spoken.push(`${request.text}${request.cache === 'skip' ? ' (not kept)' : ''}`);
        return fakeTextToSpeech.synthesize(request, signal);
      },
    },
  };
};

/** A command that is not carried out: the call goes on, and the record says so. */
const notDone = (command: string): Row => ({
  row: command,
  outputs: [sequence(action(command), play('still here'))],
  effect: (world) => {
    assert.equal(problems(world), `"${command}" is not supported and was skipped.`);
    assert.deepEqual(world.phone.understood, ['still here']);
  },
});

const choices = (type: 'option' | 'suggestion', ...labels: readonly string[]): JsonObject =>
  generic({
    response_type: type,
    title: 'What would you like?',
    [`${type}s`]: labels.map((label) => ({ label, value: { input: { text: `i choose ${label}` } } })),
  });

const rows: readonly Row[] = [
  {
    row: 'vgwActPlayText',
    outputs: [{ text: ['node'], ...sequence(play('own'), action('vgwActPlayText')) }],
    effect: (world) => assert.deepEqual(world.phone.understood, ['own node']),
  },
  {
    row: 'vgwActPlayText',
    outputs: [0, 1, 2].map(() =>
      sequence(action('vgwActPlayText', { text: ['one', 'two'], selection_policy: 'sequential' })),
    ),
    effect: (world) => assert.deepEqual(world.phone.understood, ['one', 'two', 'one']),
  },
  {
    row: 'vgwActPlayText',
    outputs: [sequence(action('vgwActPlayText', { text: ['(cannot be spoken)'], errAudioURL: music }))],
    options: { audioFiles: { [music]: 'listen to this' } },
    effect: (world) => assert.deepEqual(world.phone.understood, ['listen to this']),
  },
  {
    row: 'vgwActPlayUrl',
    outputs: [sequence(play('listen'), action('vgwActPlayUrl', { url: music }))],
    options: { audioFiles: { [music]: 'la la la' } },
    effect: (world) => assert.equal(world.phone.understood.join(' '), 'listen la la la'),
  },
  {
    row: 'vgwActHangup',
    outputs: [{}, { text: ['goodbye'], vgwAction: action('vgwActHangup') }],
    effect: (world) => {
      assert.deepEqual(world.phone.understood, ['goodbye']);
      assert.equal(world.records[0]?.end?.endCode, 'completed.bot');
    },
  },
  {
    row: 'vgwActTransfer',
    outputs: [{ text: ['one moment'], vgwAction: action('vgwActTransfer', { transferTarget: 'sip:agent@10.0.0.9' }) }],
    options: { phone: { ...silent, transfer: { status: 202, notices: [{ afterMs: 500, status: 200 }] } } },
    effect: (world) => {
      assert.deepEqual(world.phone.understood, ['one moment']);
      assert.ok(world.states().includes('transferred'));
      turns('vgwCallTransferred')(world);
    },
  },
  {
    row: 'vgwActCollectDTMF',
    outputs: [{ vgwAction: action('vgwActCollectDTMF', { dtmfTermKey: '#' }) }],
    arrange: (world) => world.press('12#', afterAnswerMs),
    effect: (world) => {
      turns('12')(world);
      assert.equal(world.asked[1]?.context['vgwDTMFCollectionSucceeded'], 'Yes');
    },
  },
  {
    row: 'vgwActSendDTMF',
    outputs: [
      sequence(
        play('now'),
        action('vgwActSendDTMF', {
          dtmfDigits: [{ code: 4 }, { code: '10', duration: 100 }, { code: 11, volume: -20 }, { code: 15 }],
          sendInterval: 60,
        }),
        play('sent'),
      ),
    ],
    effect: (world) => {
      assert.deepEqual(keys(world), ['4', '*', '#', 'D']);
      assert.equal(world.phone.understood.join(' '), 'now sent');
    },
  },
  {
    row: 'vgwActSendDTMF',
    outputs: [sequence(action('vgwActSendDTMF', { dtmfDigits: [{ code: 1 }] }), play('(pause)still here'))],
    options: { phoneWithout: /telephone-event|a=fmtp:101/ },
    effect: (world) => {
      // As tones in the audio, then.
      assert.deepEqual(keys(world), ['1']);
      assert.equal(problems(world), '');
      assert.equal(world.phone.understood.join(' '), 'still here');
    },
  },
  {
    row: 'vgwActSendDTMF',
    outputs: [
      {},
      sequence(action('vgwActSendDTMF', { dtmfDigits: [{ code: 1 }, { code: 2 }] }), action('vgwActHangup')),
    ],
    effect: (world) => assert.deepEqual(keys(world), ['1', '2']),
  },
  {
    row: 'vgwActPauseDTMF',
    outputs: [sequence(action('vgwActPauseDTMF'))],
    arrange: (world) => world.press('1', afterAnswerMs),
    effect: turns('vgwPostResponseTimeout'),
  },
  {
    row: 'vgwActUnPauseDTMF',
    outputs: [sequence(action('vgwActPauseDTMF'), action('vgwActUnPauseDTMF'))],
    arrange: (world) => world.press('1', afterAnswerMs),
    effect: turns('1'),
  },
  {
    row: 'vgwActPauseSTT',
    outputs: [sequence(action('vgwActPauseSTT'))],
    options: { phone: { speaksFirst: true, lines: ['hear me'] } },
    effect: turns('vgwPostResponseTimeout'),
  },
  {
    row: 'vgwActUnPauseSTT',
    outputs: [sequence(action('vgwActPauseSTT'), action('vgwActUnPauseSTT'))],
    options: { phone: { speaksFirst: true, lines: ['hear me'] } },
    effect: turns('hear me'),
  },
  {
    row: 'vgwActDisableSTTDuringPlayback',
    outputs: [sequence(action('vgwActDisableSTTDuringPlayback'), play(long))],
    options: { phone: { speaksFirst: true, lines: ['early', 'now'] } },
    effect: turns('now'),
  },
  {
    row: 'vgwActEnableSTTDuringPlayback',
    outputs: [sequence(action('vgwActDisableSTTDuringPlayback'), action('vgwActEnableSTTDuringPlayback'), play(long))],
    options: { phone: { speaksFirst: true, lines: ['early'] } },
    effect: turns('early'),
  },
  {
    row: 'vgwActDisableSpeechBargeIn',
    outputs: [sequence(action('vgwActDisableSpeechBargeIn'), play(long))],
    options: { phone: { speaksFirst: true, lines: ['stop'] } },
    effect: (world) => assert.deepEqual(world.phone.understood, [long]),
  },
  {
    row: 'vgwActEnableSpeechBargeIn',
    outputs: [sequence(action('vgwActDisableSpeechBargeIn'), action('vgwActEnableSpeechBargeIn'), play(long))],
    options: { phone: { speaksFirst: true, lines: ['stop'] } },
    effect: (world) => assert.equal(world.asked[1]?.context['vgwBargeInOccurred'], 'Yes'),
  },
  {
    row: 'vgwActDisableDTMFBargeIn',
    outputs: [sequence(action('vgwActDisableDTMFBargeIn'), play(long))],
    arrange: (world) => world.press('1', afterAnswerMs),
    effect: turns('vgwPostResponseTimeout'),
  },
  {
    row: 'vgwActEnableDTMFBargeIn',
    outputs: [sequence(action('vgwActDisableDTMFBargeIn'), action('vgwActEnableDTMFBargeIn'), play(long))],
    arrange: (world) => world.press('1', afterAnswerMs),
    effect: turns('1'),
  },
  {
    row: 'vgwActForceNoInputTurn',
    outputs: [sequence(play('one moment'), action('vgwActForceNoInputTurn'))],
    effect: turns('vgwNoInputTurn'),
  },
  {
    row: 'vgwActSetSTTConfig',
    outputs: [
      {},
      sequence(
        action('vgwActSetSTTConfig', { credentials: { url: 'https://stt.example' }, config: { model: 'm' } }),
        play('still here'),
      ),
    ],
    options: { phone: { speaksFirst: true, lines: ['hello'] }, openSpeech: watchSpeech },
    effect: (world) => {
      assert.match(JSON.stringify(speech.selections.at(-1)?.stt[0]?.options['parameters']), /"model":"m"/);
      assert.deepEqual(world.phone.understood, ['still here']);
      turns('hello', 'vgwPostResponseTimeout')(world);
    },
  },
  {
    row: 'vgwActSetTTSConfig',
    outputs: [sequence(action('vgwActSetTTSConfig', { credentials: { url: 'https://tts.example' } }), play('hello'))],
    options: { phone: silent, openSpeech: watchSpeech },
    effect: (world) => {
      assert.deepEqual(
        speech.selections.flatMap(({ tts }) => tts.map(({ kind }) => kind)),
        ['local', 'watson'],
      );
      assert.deepEqual(world.phone.understood, ['hello']);
    },
  },
  {
    row: 'vgwActSetConversationConfig',
    outputs: [
      sequence(
        action('vgwActSetConversationConfig', { url: 'https://other.example/' }),
        action('vgwActForceNoInputTurn'),
      ),
    ],
    options: { botsByUrl: { 'https://other.example/': () => says('I am the other bot', true) } },
    effect: (world) => {
      assert.deepEqual(world.askedOf.slice(0, 2), ['fake', 'https://other.example/']);
      assert.ok(world.phone.understood.includes('I am the other bot'), world.phone.understood.join('|'));
    },
  },
  notDone('vgwActSetWVAConfig'),
  {
    row: 'vgwActExcludeFromTTSCache',
    outputs: [
      { text: ['your code is 1'], vgwAction: action('vgwActExcludeFromTTSCache') },
      { text: ['anything else'] },
    ],
    options: { phone: silent, openSpeech: watchSpeech },
    effect: (world) => {
      assert.deepEqual(speech.spoken, ['your code is 1 (not kept)', 'anything else']);
      assert.deepEqual(world.phone.understood, ['your code is 1', 'anything else']);
    },
  },
  {
    row: 'vgwActSendSMS',
    outputs: [{ text: ['it is on its way'], vgwAction: action('vgwActSendSMS', { message: 'your code is 1234' }) }],
    effect: (world) => {
      assert.deepEqual(world.textMessages, [{ text: 'your code is 1234', mediaUrls: [], userNumber: 'bob' }]);
      assert.deepEqual(world.phone.understood, ['it is on its way']);
      turns('vgwPostResponseTimeout')(world);
    },
  },
  {
    row: 'vgwActSendSMS',
    outputs: [{ text: ['it is on its way'], vgwAction: action('vgwActSendSMS', { message: 'hello' }) }],
    options: { textMessageFailure: 'A text message was not sent: nobody is there.' },
    effect: (world) => {
      assert.deepEqual(world.phone.understood, ['it is on its way']);
      turns('vgwSMSFailed')(world);
      assert.match(problems(world), /nobody is there/);
      assert.equal(callFacts(world.records[0] ?? assert.fail())?.turns[1]?.request.type, 'sms_failure');
    },
  },
  {
    row: 'vgwActSendSIPInfo',
    outputs: [
      {
        vgwAction: action('vgwActSendSIPInfo', {
          sipHeaders: { 'X-Ticket': '4711', Via: 'SIP/2.0/UDP evil', 'X-Bad': 'a\r\nRoute: <sip:evil>' },
          messageBody: 'grüße',
        }),
      },
    ],
    effect: (world) => {
      const [info = assert.fail('no INFO was sent'), ...others] = infos(world);
      assert.deepEqual(others, []);
      assert.match(info, /\r\nX-Ticket: 4711\r\n/);
      assert.match(info, /\r\nContent-Type: application\/text\r\n/);
      assert.match(info, /\r\nContent-Length: 7\r\n\r\ngrüße$/);
      assert.doesNotMatch(info, /evil/);
      assert.match(problems(world), /Via is written by the stack itself.*\n.*X-Bad holds a control character/);
      assert.equal(world.records[0]?.end?.endCode, 'completed.bot');
    },
  },
  {
    row: 'vgwActAddCustomCDRData',
    outputs: [
      sequence(action('vgwActAddCustomCDRData', { ticket: 4711, step: 'greeting', __proto__: {} })),
      sequence(action('vgwActAddCustomCDRData', { step: '', outcome: { ok: true } })),
    ],
    effect: (world) => {
      const facts = callFacts(world.records[0] ?? assert.fail());
      assert.deepEqual(facts?.customData, { ticket: 4711, outcome: { ok: true } });
    },
  },
  {
    row: 'vgwActDisableTranscriptionReport',
    outputs: [sequence(action('vgwActDisableTranscriptionReport'))],
    effect: (world) => assert.equal(world.records[0]?.isTranscriptionReported, false),
  },
  {
    row: 'vgwActEnableTranscriptionReport',
    outputs: [sequence(action('vgwActDisableTranscriptionReport'), action('vgwActEnableTranscriptionReport'))],
    effect: (world) => assert.equal(world.records[0]?.isTranscriptionReported, true),
  },
  notDone('vgwActSetTenantType'),
  {
    row: 'vgwActSetOptionsConfig',
    outputs: [
      {
        vgwAction: action('vgwActSetOptionsConfig', { prefixText: 'say %s for', matchWord: ['red', 'blue'] }),
      },
      choices('option', 'boat', 'car'),
    ],
    options: { phone: { speaksFirst: true, lines: ['hello', 'blue please'] } },
    effect: (world) => {
      assert.deepEqual(world.phone.understood, ['What would you like? say 1 for boat. say 2 for car.']);
      turns('hello', 'i choose car')(world);
    },
  },
  {
    row: 'vgwActSetOptionsConfig',
    outputs: [
      { vgwAction: action('vgwActSetOptionsConfig', { disableSpeech: true }) },
      choices('option', 'boat', 'car'),
      choices('option', 'boat', 'car'),
    ],
    options: { phone: { speaksFirst: true, lines: ['hello', 'two'] } },
    arrange: (world) => world.press('2', 9000),
    effect: turns('hello', 'two', 'i choose car'),
  },
  {
    row: 'vgwActSetDisambiguationConfig',
    outputs: [
      {
        vgwAction: action('vgwActSetDisambiguationConfig', { prefixText: 'press %s for' }),
        ...choices('suggestion', 'a refill', 'the bill'),
      },
    ],
    arrange: (world) => world.press('1', 6000),
    effect: (world) => {
      assert.match(world.phone.understood.join(' '), /press 1 for a refill\. press 2 for the bill\./);
      turns('i choose a refill')(world);
    },
  },
  {
    row: 'text',
    outputs: [generic({ response_type: 'text', text: 'hello there' })],
    effect: (world) => assert.deepEqual(world.phone.understood, ['hello there']),
  },
  {
    row: 'option',
    outputs: [choices('option', 'boat', 'car')],
    options: { phone: { speaksFirst: false, lines: ['number two'] } },
    effect: (world) => {
      assert.deepEqual(world.phone.understood, ['What would you like? 1. boat. 2. car.']);
      turns('i choose car')(world);
      assert.deepEqual(world.asked[1]?.input, { text: 'i choose car' });
    },
  },
  {
    row: 'option',
    outputs: [choices('option', ...'abcdefghijkl'.split('').map((letter) => `letter ${letter}`))],
    arrange: (world) => world.press('12', 11_000),
    effect: turns('i choose letter l'),
  },
  {
    row: 'suggestion',
    outputs: [choices('suggestion', 'boat', 'car')],
    options: { phone: { speaksFirst: false, lines: ['the boat'] } },
    effect: turns('i choose boat'),
  },
  {
    row: 'suggestion',
    outputs: [choices('suggestion', 'boat', 'car')],
    options: { phone: { speaksFirst: false, lines: ['something else'] } },
    effect: turns('something else'),
  },
  {
    row: 'image',
    outputs: [generic({ response_type: 'image', source: 'http://a/b.jpg' }, { response_type: 'text', text: 'hello' })],
    effect: (world) => {
      assert.deepEqual(world.phone.understood, ['hello']);
      assert.equal(problems(world), '');
    },
  },
];

/** The rows of the specification. */
const catalogue = [
  ...['vgwActPlayText', 'vgwActPlayUrl', 'vgwActHangup', 'vgwActTransfer', 'vgwActCollectDTMF', 'vgwActSendDTMF'],
  ...['vgwActPauseDTMF', 'vgwActUnPauseDTMF', 'vgwActPauseSTT', 'vgwActUnPauseSTT'],
  ...['vgwActDisableSTTDuringPlayback', 'vgwActEnableSTTDuringPlayback'],
  ...['vgwActEnableSpeechBargeIn', 'vgwActDisableSpeechBargeIn', 'vgwActEnableDTMFBargeIn', 'vgwActDisableDTMFBargeIn'],
  ...['vgwActForceNoInputTurn', 'vgwActSetSTTConfig', 'vgwActSetTTSConfig', 'vgwActSetConversationConfig'],
  ...[
    'vgwActSetWVAConfig',
    'vgwActExcludeFromTTSCache',
    'vgwActSendSMS',
    'vgwActSendSIPInfo',
    'vgwActAddCustomCDRData',
  ],
  ...['vgwActEnableTranscriptionReport', 'vgwActDisableTranscriptionReport', 'vgwActSetTenantType'],
  ...['vgwActSetDisambiguationConfig', 'vgwActSetOptionsConfig', 'text', 'option', 'suggestion', 'image'],
];

describe('the rows of §6.2 and §6.3', () => {
  for (const [index, { row, outputs, options, arrange, effect }] of rows.entries()) {
    test(`${row} (${index + 1})`, async () => {
      Object.assign(speech, { selections: [], spoken: [] });
      const world = new World({ phone: silent, ...options, bot: answers(...outputs, hangUp) });
      arrange?.(world);
      world.call();
      await world.runToTheEnd();
      assert.deepEqual(world.faults, []);
      effect(world);
    });
  }

  test('each has its story', () => {
    assert.deepEqual([...new Set(rows.map(({ row }) => row))].toSorted(), catalogue.toSorted());
  });
});
