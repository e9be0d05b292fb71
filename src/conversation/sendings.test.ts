/** Actions that send, lists of options, texts with a policy and the deprecated variables: from the reply to its steps. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../kit/index.ts';
import { readMessageResponse, type TurnReply } from './index.ts';

function read(output: JsonObject, context: JsonObject = {}, sent: JsonObject = {}): TurnReply {
  const result = readMessageResponse({ output, context }, sent);
  assert.ok(result.ok);
  return result.value;
}

const single = (command: string, parameters: JsonObject): TurnReply => read({ vgwAction: { command, parameters } });
const key = { digit: '1', durationMs: 200, attenuationDb: 0 };

describe('steps', () => {
  const rows: readonly (readonly [command: string, parameters: JsonObject, step: JsonObject])[] = [
    [
      'vgwActSendDTMF',
      { dtmfDigits: [{ code: 1 }, { code: '12', duration: '300', volume: '-63' }, { code: 10, volume: 5 }] },
      {
        type: 'send-keys',
        keys: [
          key,
          { digit: 'A', durationMs: 300, attenuationDb: 63 },
          { digit: '*', durationMs: 200, attenuationDb: 5 },
        ],
        gapMs: 200,
      },
    ],
    ['vgwActSendDTMF', { dtmfDigits: [{ code: 1 }], sendInterval: '0' }, { type: 'send-keys', keys: [key], gapMs: 0 }],
    [
      'vgwActSendSIPInfo',
      { sipHeaders: { A: 'b', C: 1 } },
      {
        type: 'send-info',
        headers: [
          { name: 'A', value: 'b' },
          { name: 'C', value: '1' },
        ],
        body: '',
      },
    ],
    [
      'vgwActSendSMS',
      {
        message: 'hi',
        mediaURL: 'http://a/b.jpg',
        userPhoneNumber: '+391',
        tenantPhoneNumber: '+392',
        smsGWURL: 'http://sms/',
      },
      {
        type: 'send-text-message',
        message: {
          text: 'hi',
          mediaUrls: ['http://a/b.jpg'],
          userNumber: '+391',
          tenantNumber: '+392',
          gatewayUrl: 'http://sms/',
        },
      },
    ],
    ['vgwActAddCustomCDRData', { a: [1] }, { type: 'add-call-data', data: { a: [1] } }],
    [
      'vgwActSetOptionsConfig',
      { prefixText: '%s', matchWord: ['one'], disableSpeech: 'Yes' },
      {
        type: 'configure-options',
        kind: 'option',
        config: { prefixText: '%s', matchWords: ['one'], hearsSpeech: false },
      },
    ],
    [
      'vgwActSetDisambiguationConfig',
      {},
      { type: 'configure-options', kind: 'suggestion', config: { hearsSpeech: true } },
    ],
    [
      'vgwActPlayText',
      { text: ['A', 'B'], selection_policy: 'random', errAudioURL: 'http://a/b.wav' },
      {
        type: 'say',
        text: 'A',
        variants: { texts: ['A', 'B'], policy: 'random' },
        fallbackAudioUrl: 'http://a/b.wav',
      },
    ],
    [
      'vgwActPlayText',
      { text: { values: ['A', { text: 'B' }], selection_policy: 'sequential' } },
      { type: 'say', text: 'A', variants: { texts: ['A', 'B'], policy: 'sequential' } },
    ],
  ];
  for (const [command, parameters, step] of rows) {
    test(`${command} ${JSON.stringify(parameters)}`, () => {
      const reply = single(command, parameters);
      assert.deepEqual(reply.steps, [step]);
      assert.deepEqual(reply.problems, []);
    });
  }
});

describe('what cannot be carried out is skipped and said', () => {
  const rows: readonly (readonly [command: string, parameters: JsonObject, problem: RegExp])[] = [
    ['vgwActSendDTMF', {}, /dtmfDigits is not a list of 1 to 100 keys/],
    ['vgwActSendDTMF', { dtmfDigits: [] }, /1 to 100 keys/],
    ['vgwActSendDTMF', { dtmfDigits: Array.from({ length: 101 }, () => ({ code: 1 })) }, /1 to 100 keys/],
    ['vgwActSendDTMF', { dtmfDigits: [{ code: 1 }, { code: 16 }] }, /dtmfDigits\[1\] has a code that is not 0 to 15/],
    ['vgwActSendDTMF', { dtmfDigits: [{}] }, /code that is not/],
    ['vgwActSendDTMF', { dtmfDigits: ['1'] }, /dtmfDigits\[0\] is a string/],
    ['vgwActSendDTMF', { dtmfDigits: [{ code: 1, duration: 9000 }] }, /duration that is not 40 to 8000/],
    ['vgwActSendDTMF', { dtmfDigits: [{ code: 1, volume: -64 }] }, /volume that is not 0 to -63/],
    ['vgwActSendDTMF', { dtmfDigits: [{ code: 1, volume: {} }] }, /volume that is not/],
    ['vgwActSendDTMF', { dtmfDigits: [{ code: 1 }], sendInterval: -1 }, /sendInterval is not 0 to 10000/],
    ['vgwActSendSIPInfo', {}, /neither sipHeaders nor a messageBody/],
    ['vgwActSendSIPInfo', { sipHeaders: ['A: b'] }, /sipHeaders is a list/],
    ['vgwActSendSIPInfo', { sipHeaders: { A: {} } }, /value that is no text/],
    ['vgwActSendSIPInfo', { messageBody: 'x'.repeat(8001) }, /at most 8000/],
    [
      'vgwActSendSIPInfo',
      { sipHeaders: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`X-${i}`, ''])) },
      /more than 32/,
    ],
    ['vgwActSendSMS', {}, /has no message/],
    ['vgwActSendSMS', { message: 1 }, /message is not a text/],
    ['vgwActSendSMS', { message: 'a', mediaURL: ['ftp://a'] }, /mediaURL is not a list/],
    ['vgwActSendSMS', { message: 'a', smsGWURL: 'file:///etc' }, /smsGWURL is not/],
    ['vgwActSendSMS', { message: 'a', userPhoneNumber: 39 }, /userPhoneNumber is not a telephone number/],
    ['vgwActSetOptionsConfig', { prefixText: 1 }, /vgwActSetOptionsConfig was skipped: prefixText/],
    ['vgwActSetOptionsConfig', { matchWord: 'one' }, /matchWord is a string, not a list/],
  ];
  for (const [command, parameters, problem] of rows) {
    test(`${command} ${JSON.stringify(parameters).slice(0, 60)}`, () => {
      const reply = single(command, parameters);
      assert.deepEqual(reply.steps, []);
      assert.equal(reply.problems.length, 1);
      assert.match(reply.problems[0] ?? '', problem);
    });
  }

  test('an errAudioURL that is no URL leaves the text', () => {
    const reply = single('vgwActPlayText', { text: 'A', errAudioURL: 'b.wav' });
    assert.deepEqual(reply.steps, [{ type: 'say', text: 'A' }]);
    assert.match(reply.problems[0] ?? '', /errAudioURL was ignored/);
  });

  test('a policy that nobody knows says all', () => {
    const reply = single('vgwActPlayText', { text: ['A', 'B'], selection_policy: 'best' });
    assert.equal(reply.steps.length, 2);
    assert.match(reply.problems[0] ?? '', /selection_policy/);
  });
});

describe('lists of options', () => {
  const option = (item: JsonObject): TurnReply =>
    read({ text: ['instead'], generic: [{ response_type: 'option', ...item }] });

  test('generic counts when it has a list, whatever output.text says', () => {
    const reply = option({
      title: 'Which?',
      options: [{ label: 'A', value: { input: { text: 'a', id: 1 } } }, { label: 'B' }],
    });
    assert.deepEqual(reply.steps, [
      {
        type: 'say',
        text: 'Which? 1. A. 2. B.',
        optionList: {
          kind: 'option',
          title: 'Which?',
          options: [
            { label: 'A', input: { text: 'a', id: 1 } },
            { label: 'B', input: { text: 'B' } },
          ],
        },
      },
    ]);
    assert.deepEqual(reply.problems, []);
  });

  test('what has no label is left out; what has no list is said', () => {
    assert.match(
      option({ title: 'T', options: [{ label: 'A' }, {}, 1] }).problems.join(),
      /option 2 has no label.*option 3/,
    );
    assert.match(option({ title: 'T' }).problems.join(), /has no list of options/);
    const many = option({ options: Array.from({ length: 80 }, (_, i) => ({ label: `${i}` })) });
    assert.match(many.problems.join(), /only the first 50/);
  });
});

describe('deprecated variables of §5.4, without action tags', () => {
  const rows: readonly (readonly [variables: JsonObject, steps: readonly JsonObject[]])[] = [
    [{ vgwPauseSTT: 'Yes' }, [{ type: 'switch', name: 'speech', isOn: false }]],
    [{ vgwPauseSTT: 'No' }, [{ type: 'switch', name: 'speech', isOn: true }]],
    [{ vgwAllowBargeIn: 'No' }, [{ type: 'switch', name: 'speech-barge-in', isOn: false }]],
    [{ vgwAllowDTMF: 'No' }, [{ type: 'switch', name: 'digits', isOn: false }]],
    [{ vgwAllowDTMF: '' }, []],
    [{ vgwForceNoInputTurn: 'Yes' }, [{ type: 'force-turn' }]],
    [{ vgwForceNoInputTurn: 'No' }, []],
    [
      { vgwMusicOnHoldURL: 'http://a/b.wav', vgwForceNoInputTurn: 'Yes' },
      [{ type: 'play-audio', url: 'http://a/b.wav', isLooping: true }, { type: 'force-turn' }],
    ],
  ];
  for (const [variables, steps] of rows) {
    test(JSON.stringify(variables), () => {
      const reply = read({}, variables);
      assert.deepEqual(reply.steps, steps);
      assert.deepEqual(reply.problems, []);
      assert.deepEqual(read({ vgwAction: { command: 'vgwActPauseDTMF' } }, variables).steps, [
        { type: 'switch', name: 'digits', isOn: false },
      ]);
    });
  }

  test('switches stand before the text, music and forced turn behind it', () => {
    const variables = { vgwForceNoInputTurn: 'Yes', vgwMusicOnHoldURL: 'http://a/b.wav', vgwAllowBargeIn: 'No' };
    const types = read({ text: 'Please hold.' }, variables).steps.map(({ type }) => type);
    assert.deepEqual(types, ['switch', 'say', 'play-audio', 'force-turn']);
  });

  test('the fields of the old bot settings are those of the action; unchanged and empty settings ask for nothing', () => {
    const settings = { watsonConversationURL: 'http://b/', watsonConvWorkspaceID: 'w', watsonConvUserName: 'u' };
    const variables = { vgwConversationConfigSettings: settings };
    const [step] = read({}, variables).steps;
    assert.equal(step?.type, 'set-bot');
    assert.match(JSON.stringify(step), /"url":"http:\/\/b\/","workspaceID":"w","username":"u"/);
    assert.deepEqual(read({}, variables, variables).steps, []);
    assert.deepEqual(read({}, { vgwConversationConfigSettings: {} }).steps, []);
  });

  test('what has no counterpart is said when it is new, not on every turn', () => {
    const variables = { vgwPreResponseTimeoutCount: '3000' };
    assert.match(read({}, variables).problems.join(), /vgwPreResponseTimeoutCount is not supported/);
    assert.deepEqual(read({}, variables, variables).problems, []);
  });
});
