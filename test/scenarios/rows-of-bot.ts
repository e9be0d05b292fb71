/** §5.4: what the bot sets in `context`. */
import assert from 'node:assert/strict';
import { err, gatewayError, type JsonObject } from '../../src/kit/index.ts';
import { act, callWith, hangUp, setting, type StateRow, tenantWith, texts, waitBefore } from './state-row.ts';
import type { FakeBot } from './world.ts';

const row = (name: string, type: string, moment: string, check: () => Promise<void>): StateRow => ({
  section: '5.4',
  name,
  place: 'context',
  type,
  moment,
  check,
});

/** A bot that sets variables first and fails after that. */
function failing(variables: JsonObject): FakeBot {
  const first = setting(variables, {});
  return (turn, index) => (index === 0 ? first(turn, index) : err(gatewayError('bot.timeout', 'It was late.')));
}

const sorry = 'http://audio.example/sorry.wav';
const other = 'http://audio.example/other.wav';
const audioFiles = { [sorry]: 'we are sorry', [other]: 'something else' };

export const rowsOfBot: readonly StateRow[] = [
  row('vgwPostResponseTimeoutCount', 'ms, number or text; 7000', 'following turns', async () => {
    const near = (wait: number, wanted: number): void => assert.ok(Math.abs(wait - wanted) < 5, String(wait));
    near(waitBefore(await callWith([{}, hangUp]), 1), 7000);
    for (const value of [2000, '2000']) {
      near(waitBefore(await callWith(setting({ vgwPostResponseTimeoutCount: value }, {}, hangUp)), 1), 2000);
    }
  }),
  row('vgwFinalUtteranceTimeout', 'ms, number or text; none', 'following turns', async () => {
    const phone = { speaksFirst: true, lines: ['i speak and speak and never come to an end of what i say'] };
    const limited = await callWith(setting({ vgwFinalUtteranceTimeout: '1000' }, {}, hangUp), { phone });
    assert.equal(texts(limited)[1], 'vgwFinalUtteranceTimeout');
    assert.equal(texts(await callWith([{}, hangUp], { phone }))[1], phone.lines[0]);
  }),
  row(
    'vgwConversationResponseTimeout',
    'ms; below 100, seconds; the setting of the bot',
    'following turns',
    async () => {
      const budgets = async (value: JsonObject['x'] & (string | number)): Promise<unknown[]> => {
        const world = await callWith(setting({ vgwConversationResponseTimeout: value }, {}, hangUp));
        return world.asked.map(({ answerTimeoutMs }) => answerTimeoutMs);
      };
      assert.deepEqual(await budgets(20_000), [undefined, 20_000, 20_000]);
      assert.deepEqual(await budgets('20000'), [undefined, 20_000, 20_000]);
      assert.deepEqual(await budgets(20), [undefined, 20_000, 20_000]);
      assert.deepEqual(await budgets('soon'), [undefined, undefined, undefined]);
    },
  ),
  row('vgwSessionInactivityTimeout', 'minutes; 2', 'following turns', async () => {
    const quiet = { vgwSessionInactivityTimeout: '1', vgwPostResponseTimeoutCount: 200_000 };
    const world = await callWith(setting(quiet, {}));
    assert.equal(world.records[0]?.end?.endCode, 'completed.inactivity');
    assert.deepEqual(texts(world), ['', 'vgwHangUp']);
  }),
  row('vgwDisconnectCallOnNoUserInputTurnCount', 'integer; none', 'following turns', async () => {
    const world = await callWith(setting({ vgwDisconnectCallOnNoUserInputTurnCount: '3' }, {}));
    assert.deepEqual(texts(world), ['', 'vgwPostResponseTimeout', 'vgwPostResponseTimeout', 'vgwHangUp']);
    assert.equal(world.records[0]?.end?.endCode, 'completed.no-input');
  }),
  row(
    'vgwErrAudioURL',
    'URL of a WAV file',
    'from the answer that sets it on, when a text cannot be spoken',
    async () => {
      const unspoken = '(cannot be spoken)';
      const world = await callWith(setting({ vgwErrAudioURL: sorry }, { text: [unspoken] }, hangUp), { audioFiles });
      assert.deepEqual(world.phone.understood, ['we are sorry']);
      assert.deepEqual(texts(world), ['', 'vgwPostResponseTimeout', 'vgwHangUp']);
      const own = act('vgwActPlayText', { text: [unspoken], errAudioURL: other });
      const twice = await callWith(setting({ vgwErrAudioURL: sorry }, own, { text: [unspoken] }, hangUp), {
        audioFiles,
      });
      assert.deepEqual(twice.phone.understood, ['something else', 'we are sorry']);
      const spoken = await callWith(setting({ vgwErrAudioURL: sorry }, { text: ['hello'] }, hangUp), { audioFiles });
      assert.deepEqual(spoken.phone.understood, ['hello']);
      const bad = await callWith(setting({ vgwErrAudioURL: 'file:///a.wav' }, {}, hangUp));
      assert.match(bad.records[0]?.warnings.join() ?? '', /vgwErrAudioURL was ignored/);
    },
  ),
  row('vgwConversationFailedMessage', 'text; the setting', 'when the bot fails', async () => {
    const world = await callWith(failing({ vgwConversationFailedMessage: 'we call you again' }));
    assert.deepEqual(world.phone.understood, ['we call you again']);
  }),
  row(
    'vgwConversationFailedAudioURL',
    'URL of a WAV file; the setting',
    'when the bot and the voice fail',
    async () => {
      const said = { vgwConversationFailedMessage: '(cannot be spoken)', vgwConversationFailedAudioURL: sorry };
      const of = tenantWith({ conversationFailedAudioUrl: 'http://audio.example/none.wav' });
      const world = await callWith(failing(said), { audioFiles, of });
      assert.deepEqual(world.phone.understood, ['we are sorry']);
      const bad = await callWith(failing({ vgwConversationFailedAudioURL: 'file:///etc/passwd' }), { audioFiles });
      assert.match(bad.records[0]?.warnings.join() ?? '', /vgwConversationFailedAudioURL was ignored/);
    },
  ),
];
