import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { encodeWav } from '../../src/audio/index.ts';
import { startBaresip } from './baresip.ts';
import { skipWithout } from './programs.ts';
import { type BotTurn, type RealGateway, startRealGateway } from './real-gateway.ts';
import { runSipp, step } from './sipp.ts';

const peer = { port: 25_080, mediaPort: 26_100 };
const to = `sip:callee@127.0.0.1:${peer.port}`;
const agent = { port: 25_084, mediaPort: 26_104 };
const target = `sip:agent@127.0.0.1:${agent.port}`;
const hangUp = { vgwAction: { command: 'vgwActHangup' } };

/** Transfers when nobody speaks, and hangs up when that has failed. */
const transfers =
  (parameters: Readonly<Record<string, unknown>>) =>
  ({ text }: BotTurn) => {
    if (text === 'vgwPostResponseTimeout') return { vgwAction: { command: 'vgwActTransfer', parameters } };
    return text === 'vgwCallTransferFailed' ? hangUp : {};
  };

/** A call that is answered, put on hold and asked to call the agent. */
const untilRefer = [
  step.receive('INVITE'),
  step.trying,
  step.ringing,
  step.answer,
  step.receiveAckAndKeep,
  step.receiveWithBody('INVITE', 'a=sendonly'),
  step.answerAgain,
  step.receive('ACK'),
  step.receiveWith('REFER', 'Refer-To', ['sip:agent@127.0.0.1']),
];

describe('SIPp as the one who is transferred', { skip: skipWithout('sipp') }, () => {
  let gateway: RealGateway;
  before(async () => {
    gateway = await startRealGateway({ POST_RESPONSE_TIMEOUT: '500', DISCONNECT_CALL_ON_TRANSFER_FAILURE: 'false' });
  });
  after(async () => {
    await gateway.close();
  });
  const texts = (): string[] => gateway.turns.map(({ text }) => text);

  it('takes the REFER and tells 100, 180 and 200: transferred, BYE, ended', async () => {
    const sipp = await runSipp({
      ...peer,
      steps: [
        ...untilRefer,
        step.accepted,
        step.notify(1, '100 Trying', 'active;expires=60'),
        step.receiveResponse(200),
        step.notify(2, '180 Ringing', 'active;expires=60'),
        step.receiveResponse(200),
        step.pause(200),
        step.notify(3, '200 OK', 'terminated;reason=noresource'),
        step.receiveResponse(200),
        step.receive('BYE'),
        step.ok,
      ],
    });
    const call = await gateway.call(to, transfers({ transferTarget: target }));
    await sipp.done;
    assert.deepEqual(call.states, ['started', 'ringing', 'active', 'transferred', 'ended']);
    assert.deepEqual(texts(), ['', 'vgwPostResponseTimeout', 'vgwCallTransferred', 'vgwHangUp']);
    assert.equal(call.record.endCode, 'completed.transfer');
    assert.equal(call.record.transfer?.sipStatus, 200);
  });

  it('tells 486: the callee is taken back and the bot is told', async () => {
    const sipp = await runSipp({
      ...peer,
      steps: [
        ...untilRefer,
        step.accepted,
        step.notify(1, '486 Busy Here', 'terminated;reason=noresource'),
        step.receiveResponse(200),
        step.receiveWithBody('INVITE', 'a=sendrecv'),
        step.answerAgain,
        step.receive('ACK'),
        step.receive('BYE'),
        step.ok,
      ],
    });
    const call = await gateway.call(to, transfers({ transferTarget: target }));
    await sipp.done;
    assert.deepEqual(call.states, ['started', 'ringing', 'active', 'ended']);
    assert.deepEqual(texts(), ['', 'vgwPostResponseTimeout', 'vgwCallTransferFailed', 'vgwHangUp']);
    assert.equal(call.record.transfer?.sipStatus, 486);
  });

  it('refuses the REFER with 603, which is an accepted code', async () => {
    const sipp = await runSipp({
      ...peer,
      steps: [...untilRefer, step.refuse('603 Decline'), step.receive('BYE'), step.ok],
    });
    const call = await gateway.call(to, transfers({ transferTarget: target, acceptTransferRejectCodes: '603' }));
    await sipp.done;
    assert.deepEqual(call.states.slice(-2), ['transferred', 'ended']);
  });

  it('takes the REFER and hangs up: transferred', async () => {
    const sipp = await runSipp({
      ...peer,
      steps: [...untilRefer, step.accepted, step.pause(200), step.bye, step.receiveResponse(200)],
    });
    const call = await gateway.call(to, transfers({ transferTarget: target }));
    await sipp.done;
    assert.deepEqual(call.states.slice(-2), ['transferred', 'ended']);
    assert.equal(call.record.endedBy, 'callee');
  });

  it('gets a BYE that names the target (HANGUP)', async () => {
    const sipp = await runSipp({
      ...peer,
      steps: [
        step.receive('INVITE'),
        step.trying,
        step.answer,
        step.receive('ACK'),
        step.receiveWith('BYE', 'Transfer-Target', ['sip:agent@127.0.0.1']),
        step.ok,
      ],
    });
    const call = await gateway.call(to, transfers({ transferTarget: target, transferMethod: 'HANGUP' }));
    await sipp.done;
    assert.deepEqual(call.states.slice(-2), ['transferred', 'ended']);
  });
});

const phonePort = 25_088;
describe('baresip as the one who is transferred', { skip: skipWithout('baresip') || skipWithout('sipp') }, () => {
  it('calls the agent, which SIPp is: transferred', async () => {
    const gateway = await startRealGateway({ POST_RESPONSE_TIMEOUT: '500', OUTDIAL_RTP_SOURCE_POLICY: 'learn' });
    const folder = await mkdtemp(join(tmpdir(), 'outdial-baresip-'));
    // A minute of silence: it hangs up when its file ends.
    const silence = encodeWav({ sampleRateHz: 8000, channelCount: 1, samples: new Int16Array(60 * 8000) });
    await writeFile(join(folder, 'callee.wav'), silence);
    const baresip = await startBaresip(folder, phonePort);
    try {
      const sipp = await runSipp({
        ...agent,
        steps: [
          step.receive('INVITE'),
          step.trying,
          step.ringing,
          step.pause(300),
          step.answer,
          step.receiveAckAndKeep,
          step.pause(1500),
          step.bye,
          step.receiveResponse(200),
        ],
      });
      const call = await gateway.call(`sip:callee@127.0.0.1:${phonePort}`, transfers({ transferTarget: target }));
      assert.deepEqual(
        call.states.slice(-2),
        ['transferred', 'ended'],
        `${JSON.stringify(call.record)}\n${baresip.output()}`,
      );
      assert.deepEqual([call.record.endedBy, call.record.transfer?.sipStatus], ['bot', 200]);
      await sipp.done;
    } finally {
      await baresip.close();
      await gateway.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
