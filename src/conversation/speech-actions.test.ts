/** The actions of §6.2 that concern speech. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
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
