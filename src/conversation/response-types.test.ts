import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../kit/index.ts';
import { type ReplyStep, readMessageResponse } from './index.ts';
import { readResponses, type ResponsePart } from './response-types.ts';

const act = (command: string, parameters: JsonObject = {}): ResponsePart => ({
  type: 'action',
  action: { command, parameters },
});
const command = (responseType: string, type: string, parameters?: JsonObject): JsonObject => ({
  response_type: responseType,
  command_info: { type, ...(parameters === undefined ? {} : { parameters }) },
});
const transfer = (sip: JsonObject, more: JsonObject = {}): JsonObject => ({
  response_type: 'connect_to_agent',
  transfer_info: { target: { service_desk: { sip } } },
  ...more,
});
const headers = [
  { name: 'X-Reason', value: 'billing' },
  { name: 'User-to-User', value: 'abc;encoding=hex' },
];

describe('the response types of §6.3 and §6.4, each by its row', () => {
  const rows: readonly (readonly [
    name: string,
    response: JsonObject,
    parts: readonly ResponsePart[],
    problem?: RegExp,
  ])[] = [
    ['text', { response_type: 'text', text: 'A' }, [{ type: 'texts', texts: ['A'] }]],
    [
      'text with values and sequential policy',
      { response_type: 'text', values: [{ text: 'A' }, { text: 'B' }], selection_policy: 'sequential' },
      [{ type: 'texts', texts: ['A'] }],
    ],
    [
      'text for this channel among others',
      { response_type: 'text', text: 'A', channels: [{ channel: 'chat' }, { channel: 'voice_telephony' }] },
      [{ type: 'texts', texts: ['A'] }],
    ],
    ['anything for another channel', { response_type: 'end_session', channels: [{ channel: 'chat' }] }, []],
    ['image', { response_type: 'image', source: 'https://a.example/b.png' }, []],
    [
      'audio',
      { response_type: 'audio', source: 'https://a.example/b.wav' },
      [act('vgwActPlayUrl', { url: 'https://a.example/b.wav' })],
    ],
    [
      'audio in a loop',
      {
        response_type: 'audio',
        source: 'https://a.example/b.wav',
        channel_options: { voice_telephony: { loop: true } },
      },
      [act('vgwActPlayUrl', { url: 'https://a.example/b.wav', playURLInLoop: true })],
    ],
    [
      'speech_to_text configure',
      command('speech_to_text', 'configure', {
        narrowband_recognize: { model: 'es-ES_NarrowbandModel' },
        broadband_recognize: { model: 'es-ES_BroadbandModel' },
        band_preference: 'broadband',
        update_strategy: 'merge_once',
      }),
      [
        act('vgwActSetSTTConfig', {
          config: { model: 'es-ES_NarrowbandModel' },
          broadbandConfig: { model: 'es-ES_BroadbandModel' },
          bandPreference: 'broadband',
          updateMethod: 'mergeOnce',
        }),
      ],
    ],
    [
      'speech_to_text configure, replacing for one turn',
      command('speech_to_text', 'configure', { narrowband_recognize: {}, update_strategy: 'replace_once' }),
      [act('vgwActSetSTTConfig', { config: {}, updateMethod: 'replaceOnce' })],
    ],
    ['speech_to_text of another command', command('speech_to_text', 'dance'), [], /unknown command: "dance"/],
    [
      'text_to_speech configure',
      command('text_to_speech', 'configure', { synthesize: { voice: 'en-GB_KateV3Voice' }, update_strategy: 'merge' }),
      [act('vgwActSetTTSConfig', { config: { voice: 'en-GB_KateV3Voice' }, updateMethod: 'merge' })],
    ],
    [
      'text_to_speech enable_barge_in',
      command('text_to_speech', 'enable_barge_in'),
      [act('vgwActEnableSpeechBargeIn')],
    ],
    [
      'text_to_speech disable_barge_in',
      command('text_to_speech', 'disable_barge_in'),
      [act('vgwActDisableSpeechBargeIn')],
    ],
    [
      'text_to_speech without a command',
      { response_type: 'text_to_speech' },
      [],
      /^output\.generic\[0\] has an unknown command: missing\.$/,
    ],
    [
      'dtmf collect',
      command('dtmf', 'collect', {
        termination_key: '#',
        count: 16,
        minimum_count: 1,
        maximum_count: 20,
        inter_digit_timeout_count: 2000,
        ignore_speech: true,
        stop_after_collection: false,
      }),
      [
        act('vgwActCollectDTMF', {
          dtmfTermKey: '#',
          dtmfCount: 16,
          dtmfMinCount: 1,
          dtmfMaxCount: 20,
          dtmfInterDigitTimeoutCount: 2000,
          dtmfIgnoreSpeech: true,
          dtmfPauseAfterCollection: false,
        }),
      ],
    ],
    [
      'dtmf send',
      command('dtmf', 'send', { digits: [{ code: '9', volume: -8 }, { code: '11' }], send_interval: 100 }),
      [act('vgwActSendDTMF', { dtmfDigits: [{ code: '9', volume: -8 }, { code: '11' }], sendInterval: 100 })],
    ],
    ['dtmf enable_barge_in', command('dtmf', 'enable_barge_in'), [act('vgwActEnableDTMFBargeIn')]],
    ['dtmf disable_barge_in', command('dtmf', 'disable_barge_in'), [act('vgwActDisableDTMFBargeIn')]],
    ['dtmf of another command', command('dtmf', 'whistle'), [], /unknown command: "whistle"/],
    [
      'start_activities',
      {
        response_type: 'start_activities',
        activities: [{ type: 'speech_to_text_recognition' }, { type: 'dtmf_collection' }],
      },
      [act('vgwActUnPauseSTT'), act('vgwActUnPauseDTMF')],
    ],
    [
      'stop_activities',
      {
        response_type: 'stop_activities',
        activities: [{ type: 'dtmf_collection' }, { type: 'speech_to_text_recognition' }],
      },
      [act('vgwActPauseDTMF'), act('vgwActPauseSTT')],
    ],
    ['stop_activities without a list', { response_type: 'stop_activities' }, [], /no list of activities/],
    [
      'start_activities of an unknown one',
      { response_type: 'start_activities', activities: [{ type: 'toString' }, { type: 'dtmf_collection' }] },
      [act('vgwActUnPauseDTMF')],
      /unknown activity: "toString"/,
    ],
    [
      'connect_to_agent',
      transfer(
        { uri: 'sip:user@trunk.example.net', transfer_headers: headers, accept_transfer_reject_codes: ['410', 603] },
        {
          agent_available: { message: 'I connect you.' },
          agent_unavailable: { message: 'Nobody is free.' },
          message_to_human_agent: 'Not for a phone.',
        },
      ),
      [
        act('vgwActPlayText', { text: ['I connect you.'] }),
        { type: 'variable', name: 'vgwTransferFailedMessage', value: 'Nobody is free.' },
        act('vgwActTransfer', {
          transferTarget: 'sip:user@trunk.example.net',
          transferHeaders: { 'X-Reason': 'billing', 'User-to-User': 'abc;encoding=hex' },
          acceptTransferRejectCodes: '410,603',
        }),
      ],
    ],
    [
      'connect_to_agent by hang-up',
      transfer({ transfer_method: 'hangup', transfer_target_header: 'X-Target', uri: 'tel:+18883334444' }),
      [
        act('vgwActTransfer', {
          transferTarget: 'tel:+18883334444',
          transferTargetHeader: 'X-Target',
          transferMethod: 'HANGUP',
        }),
      ],
    ],
    [
      'connect_to_agent with the header in Refer-To',
      transfer({ uri: 'sip:a@b', transfer_headers: headers.slice(1), transfer_headers_send_method: 'refer_to_header' }),
      [act('vgwActTransfer', { transferTarget: 'sip:a@b', uuiData: 'abc;encoding=hex', uuiSendMethod: 'referToURL' })],
    ],
    [
      'connect_to_agent with headers in Contact',
      transfer({ uri: 'sip:a@b', transfer_headers: headers, transfer_headers_send_method: 'contact_header' }),
      [
        act('vgwActTransfer', {
          transferTarget: 'sip:a@b',
          transferHeaders: { 'X-Reason': 'billing' },
          uuiData: 'abc;encoding=hex',
          uuiSendMethod: 'contactHeader',
        }),
      ],
      /only User-to-User can be sent as "contact_header"/,
    ],
    [
      'connect_to_agent with its messages inside transfer_info, and nothing else',
      { response_type: 'connect_to_agent', transfer_info: { agent_available: { message: 'A' } } },
      [act('vgwActPlayText', { text: ['A'] }), act('vgwActTransfer')],
    ],
    ['end_session', { response_type: 'end_session' }, [act('vgwActHangup')]],
    [
      'end_session with headers on the BYE',
      { response_type: 'end_session', channel_options: { voice_telephony: { sip: { headers } } } },
      [act('vgwActHangup', { headers: { 'X-Reason': 'billing', 'User-to-User': 'abc;encoding=hex' } })],
    ],
    [
      'end_session with headers that are none',
      { response_type: 'end_session', channel_options: { voice_telephony: { sip: { headers: [{ name: 'A' }, 1] } } } },
      [act('vgwActHangup')],
      /headers: not all is a list of objects with name and value/,
    ],
    [
      'channel_transfer with a chat URL',
      {
        response_type: 'channel_transfer',
        message_to_user: 'Go on here:',
        transfer_info: { target: { chat: { url: 'https://a.example/chat' } } },
      },
      [act('vgwActSendSMS', { message: 'Go on here: https://a.example/chat' })],
    ],
    ['channel_transfer to anything else', { response_type: 'channel_transfer' }, [], /a call goes to no other channel/],
    [
      'user_defined.vgwAction',
      { response_type: 'user_defined', user_defined: { vgwAction: { command: 'vgwActPauseSTT' } } },
      [act('vgwActPauseSTT')],
    ],
    [
      'user_defined.vgwActionSequence',
      {
        response_type: 'user_defined',
        user_defined: { vgwActionSequence: [{ command: 'vgwActPauseSTT' }, { command: 'vgwActHangup' }] },
      },
      [act('vgwActPauseSTT'), act('vgwActHangup')],
    ],
    ['user_defined of somebody else', { response_type: 'user_defined', user_defined: { colour: 'red' } }, []],
    [
      'user_defined.vgwAction without a command',
      { response_type: 'user_defined', user_defined: { vgwAction: {} } },
      [],
      /vgwAction has no command/,
    ],
    ['an unknown type', { response_type: 'hologram' }, [], /response type "hologram"/],
    ['a type of every object', { response_type: 'constructor' }, [], /response type "constructor"/],
  ];
  for (const [name, response, parts, problem] of rows) {
    test(name, () => {
      const problems: string[] = [];
      assert.deepEqual(readResponses([response], problems), parts);
      if (problem === undefined) assert.deepEqual(problems, []);
      else assert.match(problems.join('\n'), problem);
    });
  }
});

function steps(output: JsonObject): readonly ReplyStep[] {
  const reply = readMessageResponse({ output, context: {} }, {});
  assert.ok(reply.ok);
  return reply.value.steps;
}
const say = (text: string): ReplyStep => ({ type: 'say', text });
const text = (words: string): JsonObject => ({ response_type: 'text', text: words });
const silent: JsonObject = command('text_to_speech', 'disable_barge_in');
const noBargeIn: ReplyStep = { type: 'switch', name: 'speech-barge-in', isOn: false };

describe('order', () => {
  test('responses are carried out as they stand, texts in between', () => {
    assert.deepEqual(steps({ generic: [text('A'), silent, text('B'), { response_type: 'end_session' }] }), [
      say('A'),
      noBargeIn,
      say('B'),
      { type: 'hang-up' },
    ]);
  });

  test('output.text that repeats the responses is not said twice', () => {
    assert.deepEqual(steps({ text: ['A', 'B'], generic: [text('A'), silent, text('B')] }), [
      say('A'),
      noBargeIn,
      say('B'),
    ]);
  });

  test('output.text beside responses without text comes first', () => {
    assert.deepEqual(steps({ text: ['A'], generic: [silent] }), [say('A'), noBargeIn]);
  });

  test('a forced turn waits for the hold music behind it', () => {
    const forced = {
      response_type: 'user_defined',
      user_defined: { vgwAction: { command: 'vgwActForceNoInputTurn' } },
    };
    const music = {
      response_type: 'audio',
      source: 'https://a.example/b.wav',
      channel_options: { voice_telephony: { loop: true } },
    };
    assert.deepEqual(steps({ generic: [forced, music] }), [
      { type: 'play-audio', url: 'https://a.example/b.wav', isLooping: true },
      { type: 'force-turn' },
    ]);
  });

  test('responses beside a vgwAction come after it', () => {
    const vgwAction = { command: 'vgwActPauseSTT' };
    assert.deepEqual(steps({ vgwAction, generic: [text('A'), silent] }), [
      { type: 'switch', name: 'speech', isOn: false },
      say('A'),
      noBargeIn,
    ]);
  });

  test('what follows the end of the call is ignored and said', () => {
    const reply = readMessageResponse({ output: { generic: [{ response_type: 'end_session' }, text('A')] } }, {});
    assert.ok(reply.ok);
    assert.deepEqual(reply.value.steps, [{ type: 'hang-up' }]);
    assert.match(reply.value.problems.join(), /after vgwActHangup were ignored/);
  });

  test('actions of responses are reported like all others', () => {
    const reply = readMessageResponse({ output: { generic: [text('A'), silent] } }, {});
    assert.ok(reply.ok);
    assert.deepEqual(reply.value.actions, [
      { command: 'vgwActDisableSpeechBargeIn', parameters: {}, firstStep: 1, endStep: 2 },
    ]);
  });

  test('the message for a transfer that fails is put in the context', () => {
    const generic = [transfer({ uri: 'sip:a@b' }, { agent_unavailable: { message: 'Nobody is free.' } })];
    const reply = readMessageResponse({ output: { generic }, context: { kept: 1 } }, {});
    assert.ok(reply.ok);
    assert.deepEqual(reply.value.context, { kept: 1, vgwTransferFailedMessage: 'Nobody is free.' });
  });
});

test('no list of responses makes it throw, and every fault is a sentence', () => {
  const names = [
    'response_type',
    'text',
    'values',
    'command_info',
    'type',
    'parameters',
    'activities',
    'transfer_info',
  ];
  const types = [
    'text',
    'audio',
    'dtmf',
    'speech_to_text',
    'connect_to_agent',
    'end_session',
    'user_defined',
    'stop_activities',
  ];
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<unknown>(...types, 'configure', 'collect', null, true, 1, ''),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom(...names, 'target', 'service_desk', 'sip', 'transfer_headers', 'name'),
        tie('value'),
      ),
    ),
  }));
  fc.assert(
    fc.property(fc.constantFrom(...types), value, (type, content) => {
      const item = typeof content === 'object' && content !== null ? { ...content, response_type: type } : content;
      const problems: string[] = [];
      readResponses([item], problems);
      for (const problem of problems) assert.match(problem, /^output\.generic\[0\].*\.$/s);
    }),
  );
});
