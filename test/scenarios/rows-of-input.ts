/** §5.3: the gateway's own texts in `input.text`. */
import assert from 'node:assert/strict';
import { act, callWith, hangUp, setting, silentPhone, type StateRow, tenantWith, texts, values } from './state-row.ts';

const row = (name: string, moment: string, check: () => Promise<void>): StateRow => ({
  section: '5.3',
  name,
  place: 'input.text',
  type: 'string',
  moment,
  check,
});

export const rowsOfInput: readonly StateRow[] = [
  row('(empty)', 'the first turn, before anything is dialled', async () => {
    const world = await callWith([{}, hangUp]);
    assert.equal(texts(world)[0], '');
    const [first, second] = world.events.filter(({ type }) => type === 'turn.asked' || type === 'call.started');
    assert.deepEqual([first?.type, second?.type], ['turn.asked', 'call.started']);
  }),
  row('vgwHangUp', 'the call is over, whoever ended it; also after the bot’s own hang-up', async () => {
    assert.deepEqual(texts(await callWith([{}, hangUp])), ['', 'vgwPostResponseTimeout', 'vgwHangUp']);
    assert.deepEqual(texts(await callWith([{}], { phone: { rejectWith: 486 } })), ['', 'vgwHangUp']);
  }),
  row('vgwPostResponseTimeout', 'nobody spoke', async () => {
    assert.equal(texts(await callWith([{}, hangUp]))[1], 'vgwPostResponseTimeout');
  }),
  row('vgwFinalUtteranceTimeout', 'speech, but no final result in time', async () => {
    const phone = { speaksFirst: true, lines: ['i speak and speak and never come to an end of what i say'] };
    const world = await callWith(setting({ vgwFinalUtteranceTimeout: 1000 }, {}, hangUp), { phone });
    assert.equal(texts(world)[1], 'vgwFinalUtteranceTimeout');
  }),
  row('vgwNoInputTurn', 'answer to vgwActForceNoInputTurn', async () => {
    assert.equal(texts(await callWith([act('vgwActForceNoInputTurn'), hangUp]))[1], 'vgwNoInputTurn');
  }),
  row(
    'vgwSTTResultFiltered',
    'an utterance under the threshold, with NOTIFY_CONVERSATION_ON_FILTERED_UTTERANCES',
    async () => {
      const phone = { speaksFirst: true, lines: ['(mumbled)'] };
      const stt = { confidenceThreshold: 0.5, endOfSpeechMs: 600 };
      const told = tenantWith({ isFilteredUtteranceNotified: true }, { stt });
      assert.equal(texts(await callWith([{}, hangUp], { phone, of: told }))[1], 'vgwSTTResultFiltered');
      assert.equal(
        texts(await callWith([{}, hangUp], { phone, of: tenantWith({}, { stt }) }))[1],
        'vgwPostResponseTimeout',
      );
    },
  ),
  row('vgwNetworkWarningMessage', 'a network event, with NOTIFY_CONVERSATION_ON_NETWORK_EVENTS', async () => {
    const of = tenantWith({ isNetworkEventNotified: true, packetLossWarningPackets: 5 });
    const world = await callWith([{}, hangUp], { of, weather: { lossChance: 0.05 }, phone: silentPhone });
    assert.equal(texts(world)[1], 'vgwNetworkWarningMessage');
    assert.ok(Array.isArray(values(world, 'vgwNetworkWarnings')[1]));
  }),
  row('(digits)', 'the result of a collection of keys', async () => {
    const world = await callWith([act('vgwActCollectDTMF', { dtmfTermKey: '#' }), hangUp], { keys: ['4711#', 2000] });
    assert.equal(texts(world)[1], '4711');
  }),
];
