import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../kit/index.ts';
import { type ReplyStep, readCallVariables, readMessageResponse, type TurnReply } from './index.ts';

function read(output: JsonObject): TurnReply {
  const result = readMessageResponse({ output, context: {} }, {});
  assert.ok(result.ok);
  return result.value;
}

const single = (command: string, parameters: JsonObject = {}, text?: string): TurnReply =>
  read({ vgwAction: { command, parameters }, ...(text === undefined ? {} : { text }) });
const collects = (parameters: JsonObject): TurnReply => single('vgwActCollectDTMF', parameters);
const flags = { ignoresSpeech: false, pausesAfter: false };

describe('the actions of §6.2, each by its row', () => {
  const rows: readonly (readonly [command: string, parameters: JsonObject, steps: readonly ReplyStep[]])[] = [
    ['vgwActEnableSpeechBargeIn', {}, [{ type: 'switch', name: 'speech-barge-in', isOn: true }]],
    ['vgwActDisableSpeechBargeIn', {}, [{ type: 'switch', name: 'speech-barge-in', isOn: false }]],
    ['vgwActEnableDTMFBargeIn', {}, [{ type: 'switch', name: 'digit-barge-in', isOn: true }]],
    ['vgwActDisableDTMFBargeIn', {}, [{ type: 'switch', name: 'digit-barge-in', isOn: false }]],
    ['vgwActPauseSTT', {}, [{ type: 'switch', name: 'speech', isOn: false }]],
    ['vgwActUnPauseSTT', {}, [{ type: 'switch', name: 'speech', isOn: true }]],
    ['vgwActPauseDTMF', {}, [{ type: 'switch', name: 'digits', isOn: false }]],
    ['vgwActUnPauseDTMF', {}, [{ type: 'switch', name: 'digits', isOn: true }]],
    ['vgwActDisableSTTDuringPlayback', {}, [{ type: 'switch', name: 'speech-during-playback', isOn: false }]],
    ['vgwActEnableSTTDuringPlayback', {}, [{ type: 'switch', name: 'speech-during-playback', isOn: true }]],
    ['vgwActForceNoInputTurn', {}, [{ type: 'force-turn' }]],
    ['vgwActPlayUrl', { url: 'http://a/b.wav' }, [{ type: 'play-audio', url: 'http://a/b.wav', isLooping: false }]],
    [
      'vgwActPlayUrl',
      { url: 'https://a/b.wav', playURLInLoop: 'Yes' },
      [{ type: 'play-audio', url: 'https://a/b.wav', isLooping: true }],
    ],
    [
      'vgwActCollectDtmf',
      { dtmfTermKey: '#', dtmfCount: '4', dtmfInterDigitTimeoutCount: 1500, dtmfIgnoreSpeech: 'Yes' },
      [
        {
          type: 'collect-digits',
          rule: { ...flags, termKey: '#', maxCount: 4, interDigitTimeoutMs: 1500, ignoresSpeech: true },
        },
      ],
    ],
    [
      'vgwActCollectDTMF',
      { dtmfMinCount: 2, dtmfMaxCount: 6, dtmfPauseAfterCollection: true },
      [{ type: 'collect-digits', rule: { ...flags, minCount: 2, maxCount: 6, pausesAfter: true } }],
    ],
  ];
  for (const [command, parameters, steps] of rows) {
    test(`${command} ${JSON.stringify(parameters)}`, () => {
      const reply = single(command, parameters);
      assert.deepEqual(reply.steps, steps);
      assert.deepEqual(reply.problems, []);
      assert.deepEqual(reply.actions, [{ command, parameters, firstStep: 0, endStep: 1 }]);
    });
  }
});

test('malformed parameters: the action is skipped, which is said, and the text is spoken', () => {
  const bad: readonly (readonly [string, JsonObject, RegExp])[] = [
    ['vgwActCollectDTMF', {}, /needs dtmfTermKey, dtmfCount/],
    ['vgwActCollectDTMF', { dtmfCount: 0 }, /dtmfCount is not 1 to 100/],
    ['vgwActCollectDTMF', { dtmfCount: 'many' }, /dtmfCount is not 1 to 100/],
    ['vgwActCollectDTMF', { dtmfTermKey: '##' }, /dtmfTermKey/],
    ['vgwActCollectDTMF', { dtmfMinCount: 5, dtmfMaxCount: 3 }, /dtmfMinCount is greater/],
    ['vgwActCollectDTMF', { dtmfCount: 2, dtmfInterDigitTimeoutCount: 1e9 }, /dtmfInterDigitTimeoutCount/],
    ['vgwActPlayUrl', {}, /its url is not/],
    ['vgwActPlayUrl', { url: 'file:///etc/passwd' }, /its url is not/],
    ['vgwActPlayUrl', { url: `http://a/${'b'.repeat(3000)}` }, /its url is not/],
    ['constructor', {}, /"constructor" is not supported/],
  ];
  for (const [command, parameters, problem] of bad) {
    const reply = single(command, parameters, 'Still said.');
    assert.deepEqual(reply.steps, [{ type: 'say', text: 'Still said.' }], command);
    assert.match(reply.problems.join(), problem);
    assert.equal(reply.actions, undefined);
  }
});

test('a flag that is neither yes nor no counts as no, and is said', () => {
  const reply = collects({ dtmfCount: 1, dtmfIgnoreSpeech: 'maybe' });
  assert.deepEqual(reply.steps, [{ type: 'collect-digits', rule: { ...flags, maxCount: 1 } }]);
  assert.match(reply.problems.join(), /dtmfIgnoreSpeech is neither Yes nor No/);
});

test('§6.1: the text of the node is spoken after a single action, before a loop and a forced turn', () => {
  const types = (reply: TurnReply): string[] => reply.steps.map(({ type }) => type);
  assert.deepEqual(types(single('vgwActPlayUrl', { url: 'http://a' }, 'T')), ['play-audio', 'say']);
  assert.deepEqual(types(single('vgwActCollectDTMF', { dtmfCount: 1 }, 'T')), ['collect-digits', 'say']);
  assert.deepEqual(types(single('vgwActPlayUrl', { url: 'http://a', playURLInLoop: 'Yes' }, 'T')), [
    'say',
    'play-audio',
  ]);
  assert.deepEqual(types(single('vgwActForceNoInputTurn', {}, 'T')), ['say', 'force-turn']);
});

test('nothing follows a forced turn but a hang-up that the context asks for', () => {
  const sequence = [{ command: 'vgwActForceNoInputTurn' }, { command: 'vgwActPlayText', parameters: { text: 'late' } }];
  const reply = read({ vgwActionSequence: sequence });
  assert.deepEqual(reply.steps, [{ type: 'force-turn' }]);
  assert.match(reply.problems.join(), /Actions after vgwActForceNoInputTurn were ignored/);
  const ended = readMessageResponse({ output: { vgwActionSequence: sequence }, context: { vgwHangUp: 'Yes' } }, {});
  assert.deepEqual(ended.ok && ended.value.steps, [{ type: 'hang-up' }]);
});

test('actions know their steps', () => {
  const reply = read({
    text: 'Node.',
    vgwActionSequence: [
      { command: 'vgwActPlayText', parameters: { text: ['A', 'B'] } },
      { command: 'vgwActDance' },
      { command: 'vgwActPlayText' },
    ],
  });
  assert.deepEqual(
    reply.actions?.map(({ firstStep, endStep }) => [firstStep, endStep]),
    [
      [0, 2],
      [2, 3],
    ],
  );
});

describe('state variables of §5.4', () => {
  test('numbers and numbers as text', () => {
    const { variables, problems } = readCallVariables(
      {
        vgwPostResponseTimeoutCount: '20000',
        vgwFinalUtteranceTimeout: 4000,
        vgwDisconnectCallOnNoUserInputTurnCount: '3',
        vgwConversationFailedMessage: 'Sorry.',
      },
      {},
    );
    assert.deepEqual(variables, {
      responseTimeoutMs: 20_000,
      finalUtteranceTimeoutMs: 4000,
      noInputLimit: 3,
      conversationFailedMessage: 'Sorry.',
    });
    assert.deepEqual(problems, []);
  });

  test('what is absent, null or empty is not set; 0 switches off what is off without it', () => {
    const off = { vgwPostResponseTimeoutCount: null, vgwFinalUtteranceTimeout: 0, vgwConversationFailedMessage: '' };
    assert.deepEqual(readCallVariables(off, {}), { variables: {}, problems: [] });
  });

  test('what cannot be used is said once, not on every turn of its round trip', () => {
    for (const value of ['soon', -1, 1.5, 0, 1e12, true, {}, []]) {
      const context = { vgwPostResponseTimeoutCount: value };
      const { variables, problems } = readCallVariables(context, {});
      assert.deepEqual(variables, {});
      assert.match(problems.join(), /^vgwPostResponseTimeoutCount was ignored/);
    }
    const context = { vgwPostResponseTimeoutCount: 'soon' };
    assert.deepEqual(readCallVariables(context, context).problems, []);
  });
});
