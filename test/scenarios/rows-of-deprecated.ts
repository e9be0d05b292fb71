/** §5.4: the variables that command, deprecated since 1.0.0.2. */
import assert from 'node:assert/strict';
import type { Json, JsonObject } from '../../src/kit/index.ts';
import { readMessageResponse } from '../../src/conversation/index.ts';
import { callWith, hangUp, type StateRow, texts } from './state-row.ts';
import type { FakeBot, World, WorldOptions } from './world.ts';

type Check = (
  call: (value: Json, options?: Partial<WorldOptions> & { keys?: readonly [string, number] }) => Promise<World>,
) => Promise<void>;

/** A bot whose first message response sets variables. */
function commanding(variables: JsonObject, ...outputs: readonly JsonObject[]): FakeBot {
  return ({ context }, index) => {
    const output = outputs[index] ?? {};
    return readMessageResponse({ output, context: index > 0 ? context : { ...context, ...variables } }, context);
  };
}

/** `call` sets the variable with the first answer, which says "hello there"; the second one hangs up. */
function row(name: string, type: string, check: Check, ...outputs: readonly JsonObject[]): StateRow {
  const answers = outputs.length > 0 ? outputs : [{ text: 'hello there' }, hangUp];
  return {
    section: '5.4',
    name,
    place: 'context',
    type,
    moment: 'deprecated: with an answer without actions',
    check: () => check((value, options) => callWith(commanding({ [name]: value }, ...answers), options)),
  };
}

const speaking = { phone: { speaksFirst: false, lines: ['yes'] } };

export const rowsOfDeprecated: readonly StateRow[] = [
  row('vgwHangUp', 'Yes; after the first turn', async () => {
    const told = async (vgwHangUp: Json): Promise<World> =>
      callWith(({ context }, index) => {
        const output = index === 2 ? hangUp : { text: 'hello there' };
        return readMessageResponse({ output, context: index === 1 ? { ...context, vgwHangUp } : context }, context);
      });
    const world = await told('Yes');
    assert.deepEqual(texts(world), ['', 'vgwPostResponseTimeout', 'vgwHangUp']);
    assert.equal(world.records[0]?.end?.endedBy, 'bot');
    assert.equal(texts(await told('No')).length, 4);
  }),
  row('vgwTransfer', 'Yes', async (call) => {
    const world = await callWith(
      commanding({ vgwTransfer: 'Yes', vgwTransferTarget: 'sip:agent@10.0.0.9' }, { text: 'hello there' }, hangUp),
      { phone: { speaksFirst: false, lines: [], transfer: { status: 202, notices: [{ afterMs: 100, status: 200 }] } } },
    );
    assert.equal(world.phone.refers.length, 1);
    assert.ok(world.states().includes('transferred'));
    assert.ok(!(await call('No')).states().includes('transferred'));
  }),
  row('vgwPauseSTT', 'Yes or No', async (call) => {
    assert.equal(texts(await call('No', speaking))[1], 'yes');
    assert.equal(texts(await call('Yes', speaking))[1], 'vgwPostResponseTimeout');
  }),
  row('vgwAllowBargeIn', 'Yes or No', async (call) => {
    const early = { phone: { speaksFirst: true, lines: ['wait'] } };
    const isInterrupted = async (value: Json): Promise<unknown> =>
      (await call(value, early)).records[0]?.turns[0]?.isInterrupted === true;
    assert.deepEqual([await isInterrupted('Yes'), await isInterrupted('No')], [true, false]);
  }),
  row('vgwAllowDTMF', 'Yes or No', async (call) => {
    const keys = { keys: ['5', 4000] } as const;
    assert.equal(texts(await call('Yes', keys))[1], '5');
    assert.equal(texts(await call('No', keys))[1], 'vgwPostResponseTimeout');
  }),
  row('vgwForceNoInputTurn', 'Yes', async (call) => {
    assert.equal(texts(await call('Yes'))[1], 'vgwNoInputTurn');
    assert.equal(texts(await call('No'))[1], 'vgwPostResponseTimeout');
  }),
  row('vgwMusicOnHoldURL', 'URL of a WAV file', async (call) => {
    const music = 'http://a.example/music.wav';
    const stepOf = (world: World): unknown => world.records[0]?.turns[0]?.reply?.steps.at(-1);
    const world = await call(music, { audioFiles: { [music]: 'la la' } });
    assert.deepEqual(stepOf(world), { type: 'play-audio', url: music, isLooping: true });
    assert.ok(world.phone.understood.join(' ').includes('la la'));
    assert.deepEqual(stepOf(await call('')), { type: 'say', text: 'hello there' });
  }),
  {
    ...row('vgwPreResponseTimeoutCount', 'ms', async (call) => {
      assert.match((await call(2000)).records[0]?.warnings.join() ?? '', /vgwPreResponseTimeoutCount is not supported/);
    }),
    instead: 'noted as not supported',
  },
  ...(['STT', 'TTS'] as const).map((service) =>
    row(`vgw${service}ConfigSettings`, 'object, as the parameters of the action', async (call) => {
      const steps = (await call({ config: { a: 1 } })).records[0]?.turns[0]?.reply?.steps ?? [];
      assert.ok(steps.some((step) => step.type === 'configure-speech' && step.service === service.toLowerCase()));
    }),
  ),
  row('vgwConversationConfigSettings', 'object, as the parameters of the action', async () => {
    const url = 'http://10.0.0.4/other';
    const configured = { vgwConversationConfigSettings: { watsonConversationURL: url } };
    const world = await callWith(commanding(configured, {}, hangUp));
    assert.ok(world.records[0]?.turns[0]?.reply?.steps.some(({ type }) => type === 'set-bot'));
    assert.deepEqual(world.askedOf.slice(1), [url, url]);
  }),
];
