/** §5.4: the old way to command, by variables of an answer without action tags. */
import assert from 'node:assert/strict';
import { readMessageResponse } from '../../src/conversation/index.ts';
import type { JsonObject } from '../../src/kit/index.ts';
import { callWith, hangUp, type StateRow, texts } from './state-row.ts';
import type { FakeBot, World } from './world.ts';

const long = 'this is a long announcement that one may want to cut short';
const music = 'http://a.example/hold.wav';
const speaking = { speaksFirst: true, lines: ['hear me'] };

/** A bot whose first answer says something, and sets variables in the context that it returns. */
function setting(variables: JsonObject, first: JsonObject, second: JsonObject): FakeBot {
  return ({ context }, index) => {
    const output = [first, second][index] ?? {};
    return readMessageResponse({ output, context: index === 0 ? { ...context, ...variables } : context }, context);
  };
}

const withVariables = (variables: JsonObject, options: Parameters<typeof callWith>[1] = {}): Promise<World> =>
  callWith(setting(variables, { text: [long] }, hangUp), options);

function row(name: string, type: string, check: () => Promise<void>): StateRow {
  return { section: '5.4', name, place: 'context', type, moment: 'deprecated', check };
}

const yesOrNo = 'Yes or No';
const silence = ['', 'vgwPostResponseTimeout', 'vgwHangUp'];

export const rowsDeprecated: readonly StateRow[] = [
  row('vgwHangUp', 'Yes', async () => {
    const world = await callWith(({ context }, index) =>
      readMessageResponse(
        { output: { text: ['goodbye'] }, context: index === 1 ? { ...context, vgwHangUp: 'Yes' } : context },
        context,
      ),
    );
    assert.equal(world.records[0]?.end?.endCode, 'completed.bot');
    assert.deepEqual(texts(world), silence);
  }),
  row('vgwTransfer', yesOrNo, async () => {
    assert.deepEqual(texts(await withVariables({ vgwTransfer: 'No' })), silence);
  }),
  row('vgwPauseSTT', yesOrNo, async () => {
    const paused = await withVariables({ vgwPauseSTT: 'Yes' }, { phone: speaking });
    assert.deepEqual(texts(paused), silence);
    assert.equal(texts(await withVariables({ vgwPauseSTT: 'No' }, { phone: speaking }))[1], 'hear me');
  }),
  row('vgwAllowBargeIn', yesOrNo, async () => {
    const world = await withVariables({ vgwAllowBargeIn: 'No' }, { phone: speaking });
    assert.deepEqual(world.phone.understood, [long]);
    const cut = await withVariables({ vgwAllowBargeIn: 'Yes' }, { phone: speaking });
    assert.equal(cut.asked[1]?.context['vgwBargeInOccurred'], 'Yes');
  }),
  row('vgwAllowDTMF', yesOrNo, async () => {
    assert.deepEqual(texts(await withVariables({ vgwAllowDTMF: 'No' }, { keys: ['1', 5000] })), silence);
    assert.equal(texts(await withVariables({ vgwAllowDTMF: 'Yes' }, { keys: ['1', 5000] }))[1], '1');
  }),
  row('vgwForceNoInputTurn', 'Yes', async () => {
    assert.deepEqual(texts(await withVariables({ vgwForceNoInputTurn: 'Yes' })), ['', 'vgwNoInputTurn', 'vgwHangUp']);
  }),
  row('vgwMusicOnHoldURL', 'URL of a WAV file', async () => {
    const world = await withVariables({ vgwMusicOnHoldURL: music }, { audioFiles: { [music]: 'la la' } });
    assert.match(world.phone.understood.join(' '), new RegExp(`^${long} la la la la`));
  }),
  row('vgwSTTConfigSettings', 'the parameters of vgwActSetSTTConfig', async () => {
    const world = await withVariables({ vgwSTTConfigSettings: { updateMethod: 'swap' } });
    assert.match(world.records[0]?.warnings.join() ?? '', /no updateMethod "swap"/);
  }),
  row('vgwTTSConfigSettings', 'the parameters of vgwActSetTTSConfig', async () => {
    const world = await withVariables({ vgwTTSConfigSettings: { updateMethod: 'swap' } });
    assert.match(world.records[0]?.warnings.join() ?? '', /no updateMethod "swap"/);
  }),
  row('vgwConversationConfigSettings', '{watsonConversationURL, watsonConvWorkspaceID, ...}', async () => {
    const url = 'https://b.example/';
    const world = await withVariables({ vgwConversationConfigSettings: { watsonConversationURL: url } });
    assert.equal(world.askedOf.at(-1), url);
  }),
  {
    ...row('vgwPreResponseTimeoutCount', 'ms', async () => {
      const world = await withVariables({ vgwPreResponseTimeoutCount: '3000' });
      assert.deepEqual(texts(world), silence);
      assert.equal(world.records[0]?.warnings.length, 1);
      assert.match(world.records[0]?.warnings[0] ?? '', /vgwPreResponseTimeoutCount is not supported/);
    }),
    instead: 'noted, and ignored: what it meant is not known',
  },
];
