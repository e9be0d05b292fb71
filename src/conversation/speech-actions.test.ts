/** The actions of §6.2 that concern speech. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../kit/index.ts';
import { readMessageResponse, type TurnReply } from './index.ts';

function read(output: JsonObject): TurnReply {
  const result = readMessageResponse({ output, context: {} }, {});
  assert.ok(result.ok);
  return result.value;
}

for (const [command, service] of [
  ['vgwActSetSTTConfig', 'stt'],
  ['vgwactsetttsconfig', 'tts'],
] as const) {
  for (const [updateMethod, update] of [
    [undefined, 'replace'],
    [null, 'replace'],
    ['replaceOnce', 'replace-once'],
    ['MERGE', 'merge'],
    ['mergeOnce', 'merge-once'],
  ] as const) {
    test(`${command} with updateMethod ${String(updateMethod)}`, () => {
      const config = { config: { model: 'x' } };
      const parameters = updateMethod === undefined ? config : { ...config, updateMethod };
      assert.deepEqual(read({ vgwAction: { command, parameters }, text: 'hello' }).steps, [
        { type: 'configure-speech', service, update, config },
        { type: 'say', text: 'hello' },
      ]);
    });
  }
}

test('an updateMethod that does not exist is said, and nothing is changed', () => {
  const reply = read({ vgwAction: { command: 'vgwActSetTTSConfig', parameters: { updateMethod: { a: 1 } } } });
  assert.deepEqual([reply.steps, reply.actions], [[], undefined]);
  assert.match(reply.problems.join(), /vgwActSetTTSConfig was skipped/);
});

test('vgwActExcludeFromTTSCache concerns every text of its reply', () => {
  const sequence = [
    { command: 'vgwActPlayText' },
    { command: 'vgwActExcludeFromTTSCache' },
    { command: 'vgwActHangup' },
  ];
  const { steps, actions } = read({ vgwActionSequence: sequence, text: 'your code is 1' });
  assert.deepEqual(steps, [{ type: 'say', text: 'your code is 1', isExcludedFromCache: true }, { type: 'hang-up' }]);
  assert.equal(actions?.length, 3);
});

describe('outdialExpected of vgwActSetSTTConfig', () => {
  const configured = (config: JsonObject): TurnReply =>
    read({ vgwAction: { command: 'vgwActSetSTTConfig', parameters: config }, text: 'hello' });

  test('phrases and built-in grammars are expected, and nothing is configured by them alone', () => {
    const outdialExpected = ['sales', ' main menu ', 'builtin:grammar/digits?minlength=4;maxlength=6', 'builtin:date'];
    const { steps, expected, problems, actions } = configured({ config: { outdialExpected } });
    assert.deepEqual(expected, {
      phrases: ['sales', 'main menu'],
      digits: { minCount: 4, maxCount: 6 },
      dates: true,
    });
    assert.deepEqual(steps, [{ type: 'say', text: 'hello' }]);
    assert.deepEqual(problems, []);
    assert.equal(actions?.length, 1);
  });

  test('options of the service beside it are configured without it', () => {
    const { steps, expected } = configured({ config: { model: 'x', outdialExpected: 'builtin:boolean' } });
    assert.deepEqual(steps[0], {
      type: 'configure-speech',
      service: 'stt',
      update: 'replace',
      config: { config: { model: 'x' } },
    });
    assert.ok(expected?.phrases.includes('yes') && expected.phrases.includes('no'));
  });

  test('one length stands for both, and a row has an end', () => {
    const digitsOf = (name: string) => configured({ config: { outdialExpected: [name] } }).expected?.digits;
    assert.deepEqual(digitsOf('builtin:digits?length=4'), { minCount: 4, maxCount: 4 });
    assert.deepEqual(digitsOf('BUILTIN:Digits'), { minCount: 1, maxCount: 40 });
    assert.deepEqual(digitsOf('builtin:digits?minlength=2&maxlength=999'), { minCount: 2, maxCount: 40 });
  });

  test('what cannot be expected is said and left out', () => {
    const outdialExpected = [7, 'builtin:currency', 'builtin:digits?length=0', 'x'.repeat(201), 'yes', ''];
    const { expected, problems } = configured({ config: { outdialExpected } });
    assert.deepEqual(expected, { phrases: ['yes'] });
    assert.equal(problems.length, 4);
    const many = configured({ config: { outdialExpected: Array.from({ length: 201 }, (_, i) => `word ${i}`) } });
    assert.equal(many.expected?.phrases.length, 200);
    assert.match(many.problems.join(), /only the first 200/);
  });
});
