import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
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
const account = `<sip:callee@127.0.0.1:${phonePort}>;regint=0;answermode=auto;audio_codecs=PCMU/8000/1,PCMA/8000/1\n`;
const config = `poll_method epoll
sip_listen 127.0.0.1:${phonePort}
call_local_timeout 120
audio_source aufile,callee.wav
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
rtp_ports 26500-26700
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module sndfile.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
`;

/** A minute of silence: it hangs up when its file ends. */
function silence(): Buffer {
  const samples = Buffer.alloc(60 * 8000 * 2);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(16_000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

describe('baresip as the one who is transferred', { skip: skipWithout('baresip') || skipWithout('sipp') }, () => {
  it('calls the agent, which SIPp is: transferred', async () => {
    const gateway = await startRealGateway({ POST_RESPONSE_TIMEOUT: '500', OUTDIAL_RTP_SOURCE_POLICY: 'learn' });
    const folder = await mkdtemp(join(tmpdir(), 'outdial-baresip-'));
    await writeFile(join(folder, 'callee.wav'), silence());
    await writeFile(join(folder, 'config'), config);
    await writeFile(join(folder, 'accounts'), account);
    await writeFile(join(folder, 'contacts'), '');
    const baresip = spawn('baresip', ['-f', folder], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const isReady = new Promise<void>((resolve) => {
      baresip.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
        if (output.includes('baresip is ready')) resolve();
      });
    });
    baresip.stderr.resume();
    try {
      await Promise.race([isReady, once(baresip, 'exit').then(() => assert.fail(`baresip ended: ${output}`))]);
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
      assert.deepEqual(call.states.slice(-2), ['transferred', 'ended'], `${JSON.stringify(call.record)}\n${output}`);
      assert.deepEqual([call.record.endedBy, call.record.transfer?.sipStatus], ['bot', 200]);
      await sipp.done;
    } finally {
      const ended = once(baresip, 'exit');
      baresip.kill('SIGTERM');
      await ended;
      await gateway.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
