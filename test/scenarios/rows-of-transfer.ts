/** The rows of §5.2 to §5.4 that transfers bring about. */
import assert from 'node:assert/strict';
import { err, gatewayError, type Json, type JsonObject } from '../../src/kit/index.ts';
import type { TransferScript } from '../../src/testing/index.ts';
import { act, callWith, hangUp, setting, silentPhone, type StateRow, tenantWith, texts, values } from './state-row.ts';
import type { World } from './world.ts';

const agent = 'sip:agent@10.0.0.9';
const accepts: TransferScript = { status: 202, notices: [{ afterMs: 500, status: 200 }] };
const refuses: TransferScript = { status: 603 };
const toAgent = act('vgwActTransfer', { transferTarget: agent });

/** A call that its first answer transfers, with variables set. */
async function transfer(
  script: TransferScript,
  variables: JsonObject = {},
  { action = toAgent, isKept = false }: { readonly action?: JsonObject; readonly isKept?: boolean } = {},
): Promise<World> {
  const of = tenantWith({ isDisconnectedOnTransferFailure: !isKept, transferFailedMessage: 'no agent' });
  return callWith(setting(variables, action, hangUp), { of, phone: { ...silentPhone, transfer: script } });
}

const row = (
  section: StateRow['section'],
  name: string,
  type: string,
  moment: string,
  check: () => Promise<void>,
): StateRow => ({ section, name, place: section === '5.3' ? 'input.text' : 'context', type, moment, check });

const referHeader = (world: World, name: string): string | undefined =>
  world.phone.refers[0]?.headers.find((header) => header.name === name)?.value;

export const rowsOfTransfer: readonly StateRow[] = [
  row('5.2', 'vgwCallTransferred', 'Yes', 'transfer done', async () => {
    assert.deepEqual(values(await transfer(accepts), 'vgwCallTransferred'), [undefined, 'Yes', undefined]);
  }),
  row('5.2', 'vgwCallTransferFailed', 'Yes', 'transfer failed and call kept', async () => {
    const world = await transfer(refuses, {}, { isKept: true });
    assert.deepEqual(values(world, 'vgwCallTransferFailed'), [undefined, 'Yes', undefined]);
  }),
  row('5.2', 'vgwTransferReason', 'string', 'the turn of a transfer', async () => {
    const [, reason] = values(await transfer(refuses, {}, { isKept: true }), 'vgwTransferReason');
    assert.match(String(reason), /603/);
  }),
  row('5.3', 'vgwCallTransferred / vgwCallTransferFailed', 'string', 'the result of a transfer', async () => {
    assert.deepEqual(texts(await transfer(accepts)), ['', 'vgwCallTransferred', 'vgwHangUp']);
    assert.deepEqual(texts(await transfer(refuses, {}, { isKept: true })), ['', 'vgwCallTransferFailed', 'vgwHangUp']);
  }),
  row('5.4', 'vgwDisconnectCallOnTransferFailure', 'Yes or No; the setting', 'a transfer fails', async () => {
    assert.deepEqual(texts(await transfer(refuses)), ['', 'vgwHangUp']);
    const kept = await transfer(refuses, { vgwDisconnectCallOnTransferFailure: 'No' });
    assert.deepEqual(texts(kept), ['', 'vgwCallTransferFailed', 'vgwHangUp']);
    const ended = await transfer(refuses, { vgwDisconnectCallOnTransferFailure: 'Yes' }, { isKept: true });
    assert.deepEqual(texts(ended), ['', 'vgwHangUp']);
  }),
  row('5.4', 'vgwTransferFailedMessage', 'text; the setting', 'a transfer fails and ends the call', async () => {
    assert.deepEqual((await transfer(refuses)).phone.understood, ['no agent']);
    const world = await transfer(refuses, { vgwTransferFailedMessage: 'nobody is there' });
    assert.deepEqual(world.phone.understood, ['nobody is there']);
  }),
  row('5.4', 'vgwTransferFailedAudioURL', 'URL of a WAV file', 'a transfer fails, and the voice does', async () => {
    const url = 'http://audio.example/nobody.wav';
    const variables = { vgwTransferFailedMessage: '(cannot be spoken)', vgwTransferFailedAudioURL: url };
    const world = await callWith(setting(variables, toAgent), {
      audioFiles: { [url]: 'nobody is there' },
      phone: { ...silentPhone, transfer: refuses },
    });
    assert.deepEqual(world.phone.understood, ['nobody is there']);
    assert.equal(world.records[0]?.end?.endCode, 'sip.transfer-failed');
  }),
  ...(['vgwByeCustomHeader', 'vgwByeCustomHeaderVal'] as const).map((name) =>
    row('5.4', name, 'header name and value', 'our BYE', async () => {
      const variables = { vgwByeCustomHeader: 'X-Result', vgwByeCustomHeaderVal: 'done' };
      assert.match((await callWith(setting(variables, {}, hangUp))).byes[0] ?? '', /^X-Result: done\r$/m);
    }),
  ),
  row(
    '5.4',
    'vgwTransferTarget',
    'SIP or tel URI',
    'a transfer without a target, and of a call whose bot fails',
    async () => {
      const variables: Record<string, Json> = { vgwTransferTarget: 'sip:desk@10.0.0.9' };
      const asked = await transfer(accepts, variables, { action: act('vgwActTransfer') });
      assert.equal(asked.phone.refers[0]?.target, 'sip:desk@10.0.0.9');
      const first = setting(variables, {});
      const down = err(gatewayError('bot.timeout', 'It was late.'));
      const failed = await callWith((turn, index) => (index === 0 ? first(turn, index) : down), {
        phone: { ...silentPhone, transfer: accepts },
      });
      assert.equal(failed.phone.refers[0]?.target, 'sip:desk@10.0.0.9');
    },
  ),
  ...(['vgwTransferHeader', 'vgwTransferHeaderVal'] as const).map((name) =>
    row('5.4', name, 'header name and value', 'a transfer without headers of its own', async () => {
      const world = await transfer(accepts, { vgwTransferHeader: 'X-Ticket', vgwTransferHeaderVal: '42' });
      assert.equal(referHeader(world, 'X-Ticket'), '42');
    }),
  ),
  row('5.4', 'vgwTransferTargetHeader', 'header name; Transfer-Target', 'a transfer by BYE', async () => {
    const action = act('vgwActTransfer', { transferTarget: agent, transferMethod: 'HANGUP' });
    const world = await transfer(accepts, { vgwTransferTargetHeader: 'X-Where' }, { action });
    assert.match(world.byes[0] ?? '', /^X-Where: sip:agent/m);
  }),
];
