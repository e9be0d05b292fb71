import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { wordErrorRate } from '../../src/testing/index.ts';
import { skipWithout } from './programs.ts';
import { type RealGateway, startRealGateway } from './real-gateway.ts';
import { runSipp, step } from './sipp.ts';
import { Words } from './words.ts';

const hangUp = { vgwAction: { command: 'vgwActHangup' } };
const to = 'sip:callee@127.0.0.1:25060';
const peer = { port: 25_060, mediaPort: 26_000 };

describe('SIPp as callee', { skip: skipWithout('sipp') }, () => {
  let gateway: RealGateway;
  let words: Words;
  before(async () => {
    gateway = await startRealGateway({ OUTDIAL_RING_TIMEOUT: '2', POST_RESPONSE_TIMEOUT: '500' });
    words = await Words.open();
  });
  after(async () => {
    await gateway.close();
    await words.close();
  });

  it('answers and echoes RTP: the words of the bot come back into the recording of the callee', async () => {
    const said = 'Thank you very much. We are looking forward to seeing you on Tuesday. Goodbye.';
    const sipp = await runSipp({
      ...peer,
      echoesRtp: true,
      steps: [
        step.receive('INVITE'),
        step.trying,
        step.ringing,
        step.pause(200),
        step.answer,
        step.receive('ACK'),
        step.receive('BYE'),
        step.ok,
      ],
    });
    const call = await gateway.call(to, ({ text }) =>
      text === 'vgwPostResponseTimeout' ? { text: said, ...hangUp } : {},
    );
    await sipp.done;
    assert.deepEqual(call.states, ['started', 'ringing', 'active', 'ended']);
    assert.deepEqual(
      gateway.turns.map(({ text }) => text),
      ['', 'vgwPostResponseTimeout', 'vgwHangUp'],
    );
    const rtp = call.record.rtpNetworkSummary;
    assert.ok(rtp !== null && rtp.packetsReceived > 100 && rtp.packetsReceived >= rtp.packetsSent - 10);
    assert.equal(rtp.packetsMalformed, 0);
    const echoed = await words.recognise(call.recording, 'right');
    assert.ok(wordErrorRate(said, echoed) <= 0.2, `the callee's side of the recording says: ${echoed}`);
  });

  for (const [status, phrase] of [
    [486, 'Busy Here'],
    [603, 'Decline'],
    [503, 'Service Unavailable'],
  ] as const) {
    it(`answers ${status}: failed, with the status in the reason and in the record`, async () => {
      const sipp = await runSipp({
        ...peer,
        steps: [step.receive('INVITE'), step.trying, step.reject(`${status} ${phrase}`), step.receive('ACK')],
      });
      const call = await gateway.call(to, () => ({}));
      await sipp.done;
      assert.deepEqual(call.states, ['started', 'failed']);
      assert.match(call.failureReason ?? '', new RegExp(`${status} ${phrase}`));
      assert.equal(call.record.sipStatus, status);
      assert.equal(gateway.turns.at(-1)?.text, 'vgwHangUp');
    });
  }

  it('rings and never answers: CANCEL when the ring time is over', async () => {
    const sipp = await runSipp({
      ...peer,
      steps: [step.receiveInviteAndKeep, step.trying, step.ringing, step.cancelled],
    });
    const call = await gateway.call(to, () => ({}));
    await sipp.done;
    assert.deepEqual(call.states, ['started', 'ringing', 'failed']);
    assert.equal(call.record.endCode, 'sip.no-answer');
  });

  it('hangs up itself: ended by the callee, and the bot has its last turn', async () => {
    const sipp = await runSipp({
      ...peer,
      steps: [
        step.receive('INVITE'),
        step.trying,
        step.answer,
        step.receiveAckAndKeep,
        step.pause(300),
        step.bye,
        step.receiveResponse(200),
      ],
    });
    const call = await gateway.call(to, () => ({}));
    await sipp.done;
    assert.deepEqual(call.states, ['started', 'active', 'ended']);
    assert.equal(call.record.endedBy, 'callee');
    assert.equal(gateway.turns.at(-1)?.text, 'vgwHangUp');
  });
});
