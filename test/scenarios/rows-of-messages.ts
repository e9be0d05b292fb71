/** §5.2 and §5.3: the turns of text messages. */
import assert from 'node:assert/strict';
import type { ControlCommand } from '../../src/engine/index.ts';
import type { JsonObject } from '../../src/kit/index.ts';
import type { Tenant } from '../../src/tenants/index.ts';
import { act, hangUp, silentPhone, type StateRow, tenantWith, texts, values } from './state-row.ts';
import { answers, World, type WorldOptions } from './world.ts';

type Message = Extract<ControlCommand, { readonly type: 'receive-message' }>['message'];

export const message: Message = {
  text: 'Via Roma 1',
  media: [{ url: 'http://a.example/p.jpg', contentType: 'image/jpeg' }, { url: 'http://a.example/q' }],
  context: { provider: 'x' },
};
const enabled = tenantWith({ isInboundSmsEnabled: true });

/** A call to which messages come, the first 2 s after its start; and what became of each. */
export async function callWithMessages(
  messages: readonly Message[],
  {
    outputs = [{}, {}, hangUp],
    of = enabled,
    atMs = 2000,
    ...options
  }: Partial<WorldOptions> & { outputs?: readonly JsonObject[]; of?: Tenant; atMs?: number } = {},
): Promise<{ readonly world: World; readonly answered: readonly string[] }> {
  const world = new World({ phone: silentPhone, bot: answers(...outputs), ...options });
  const accepted = await world.call({ tenant: of }).accepted;
  const { sessionId } = accepted.ok ? accepted.value : assert.fail();
  const answered: string[] = [];
  world.clock.at(atMs, () => {
    for (const each of messages) {
      const done = world.engine.control(sessionId, { type: 'receive-message', message: each });
      answered.push(done.ok ? 'taken' : done.error.code);
    }
  });
  await world.runToTheEnd();
  assert.deepEqual(world.faults, []);
  return { world, answered };
}

const row = (name: string, type: string, check: StateRow['check']): StateRow => ({
  section: '5.2',
  name,
  place: 'context',
  type,
  moment: 'a turn of a text message, and no other',
  check,
});

async function told(name: string, sent: Message = message): Promise<unknown[]> {
  return values((await callWithMessages([sent])).world, name);
}

export const rowsOfMessages: readonly StateRow[] = [
  row('vgwReceivedOnChannel', 'SMS', async () => {
    assert.deepEqual(await told('vgwReceivedOnChannel'), [undefined, 'SMS', undefined, undefined]);
  }),
  row('vgwSMSMessage', 'string', async () => {
    assert.deepEqual(await told('vgwSMSMessage'), [undefined, 'Via Roma 1', undefined, undefined]);
  }),
  row('vgwSMSMedia', 'array of {mediaURL, mediaContentType}', async () => {
    const media = [
      { mediaURL: 'http://a.example/p.jpg', mediaContentType: 'image/jpeg' },
      { mediaURL: 'http://a.example/q' },
    ];
    assert.deepEqual(await told('vgwSMSMedia'), [undefined, media, undefined, undefined]);
    assert.deepEqual((await told('vgwSMSMedia', { text: 'a', media: [] }))[1], []);
  }),
  row('vgwSMSUserPhoneNumber', 'string; the number called where the message names none', async () => {
    assert.deepEqual(await told('vgwSMSUserPhoneNumber', { ...message, userNumber: '+39' }), [
      undefined,
      '+39',
      undefined,
      undefined,
    ]);
  }),
  row('vgwSMSContext', 'object', async () => {
    assert.deepEqual(await told('vgwSMSContext'), [undefined, { provider: 'x' }, undefined, undefined]);
  }),
  {
    section: '5.3',
    name: 'vgwSMSMessage',
    place: 'input.text',
    type: 'string',
    moment: 'a text message came; with setAsInputText the message itself',
    check: async () => {
      const { world } = await callWithMessages([message]);
      assert.deepEqual(texts(world), ['', 'vgwSMSMessage', 'vgwPostResponseTimeout', 'vgwHangUp']);
      const asks = act('vgwActSendSMS', { message: 'Where?', enableInboundSMS: 'Yes', setAsInputText: true });
      const asked = await callWithMessages([message], { of: tenantWith({}), outputs: [asks, hangUp] });
      assert.deepEqual(texts(asked.world), ['', 'Via Roma 1', 'vgwHangUp']);
      assert.equal(values(asked.world, 'vgwSMSMessage')[1], 'Via Roma 1');
    },
  },
  {
    section: '5.3',
    name: 'vgwSMSFailed',
    place: 'input.text',
    type: 'string',
    moment: 'a text message could not be sent',
    check: async () => {
      const world = new World({
        phone: silentPhone,
        bot: answers(act('vgwActSendSMS', { message: 'a', userPhoneNumber: '+39' }), hangUp),
        textMessageFailure: 'refused',
      });
      world.call();
      await world.runToTheEnd();
      assert.deepEqual(texts(world), ['', 'vgwSMSFailed', 'vgwHangUp']);
    },
  },
];
