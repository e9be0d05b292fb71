/** Tones to and from a foreign peer: what a network plays before it refuses a call, and keys in the audio. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { decodeWav, DtmfDetector, DtmfGenerator, encodeUlaw, tone, wavChannel } from '../../src/audio/index.ts';
import { skipWithout } from './programs.ts';
import { type RealGateway, startRealGateway } from './real-gateway.ts';
import { runSipp, step } from './sipp.ts';

const to = 'sip:callee@127.0.0.1:25080';
const peer = { port: 25_080, mediaPort: 26_200 };
const hangUp = { vgwAction: { command: 'vgwActHangup' } };

/** As SIPp wants it. */
function ulawOf(...parts: readonly Int16Array[]): Uint8Array {
  const encoded = parts.map((pcm) => {
    const bytes = new Uint8Array(pcm.length);
    encodeUlaw(pcm, bytes);
    return bytes;
  });
  return Buffer.concat(encoded);
}

const pause = (durationMs: number): Int16Array => new Int16Array(8 * durationMs);

function key(digit: string): Int16Array {
  const pcm = new Int16Array(8 * 100);
  new DtmfGenerator(digit, 8000, 12).generate(pcm);
  return pcm;
}

describe('tones with SIPp', { skip: skipWithout('sipp') }, () => {
  let gateway: RealGateway;
  before(async () => {
    gateway = await startRealGateway({ POST_RESPONSE_TIMEOUT: '6000' });
  });
  after(() => gateway.close());

  it('RFC 3960 §3.2: a special information tone before a 480 is in the record and in the reason', async () => {
    const vacantCode = ulawOf(
      pause(200),
      tone(985.2, 8000, 380, 2000),
      tone(1370.6, 8000, 274, 2000),
      tone(1776.7, 8000, 380, 2000),
      pause(400),
    );
    const sipp = await runSipp({
      ...peer,
      files: { 'tones.ulaw': vacantCode },
      steps: [
        step.receiveInviteAndKeep,
        step.trying,
        step.soundOnly(step.answerKept('183 Session Progress', { hasSdp: true })),
        step.play('tones.ulaw'),
        step.pause(2000),
        step.answerKept('480 Temporarily Unavailable'),
        step.receive('ACK'),
      ],
    });
    const call = await gateway.call(to, () => ({}));
    await sipp.done;
    assert.deepEqual(call.states, ['started', 'failed']);
    assert.equal(call.record.endCode, 'sip.unavailable');
    assert.deepEqual(
      call.record.earlyMedia.map(({ sound, category }) => [sound, category]),
      [['special-information', 'vacant-code']],
    );
    assert.match(call.failureReason ?? '', /480 .*special information tone \(the number is not assigned\) was heard/);
  });

  it('ITU-T Q.24, RFC 6086 §2: keys come as tones and by INFO where no telephone events were agreed on, each once', async () => {
    const sipp = await runSipp({
      ...peer,
      files: { 'keys.ulaw': ulawOf(pause(300), key('4'), pause(100), key('#'), pause(2000)) },
      steps: [
        step.receive('INVITE'),
        step.trying,
        step.soundOnly(step.answer),
        step.receiveAckAndKeep,
        step.play('keys.ulaw'),
        step.pause(500),
        // The same press once more.
        step.infoKey(1, '4'),
        step.receiveResponse(200),
        step.pause(500),
        step.infoKey(2, '7'),
        step.receiveResponse(200),
        step.receive('BYE'),
        step.ok,
      ],
    });
    await gateway.call(to, ({ text }) => (text === '7' ? hangUp : {}));
    await sipp.done;
    assert.deepEqual(
      gateway.turns.map(({ text }) => text),
      ['', '4', '#', '7', 'vgwHangUp'],
    );
  });

  it('keys are sent as tones to a far end without telephone events, and come back from it as they were', async () => {
    const sipp = await runSipp({
      ...peer,
      echoesRtp: true,
      steps: [
        step.receive('INVITE'),
        step.trying,
        step.withoutEvents(step.answer),
        step.receiveAckAndKeep,
        step.pause(300),
        step.infoKey(1, '1'),
        step.receiveResponse(200),
        step.pause(2000),
        step.infoKey(2, '2'),
        step.receiveResponse(200),
        step.receive('BYE'),
        step.ok,
      ],
    });
    const dtmfDigits = [5, 11, 0].map((code) => ({ code, duration: 120, volume: -10 }));
    const send = { vgwAction: { command: 'vgwActSendDTMF', parameters: { dtmfDigits, sendInterval: 100 } } };
    const call = await gateway.call(to, ({ text }) => (text === '1' ? send : text === '2' ? hangUp : {}));
    await sipp.done;
    const recorded = decodeWav(await readFile(call.recording));
    assert.ok(recorded.ok);
    for (const channel of ['left', 'right'] as const) {
      let keys = '';
      const pcm = wavChannel(recorded.value, channel);
      new DtmfDetector(8000, (digit) => (keys += digit)).push(pcm, 0, pcm.length, 0);
      assert.equal(keys, '5#0', channel);
    }
    // The echo was no key of the callee.
    assert.deepEqual(
      gateway.turns.map(({ text }) => text),
      ['', '1', '2', 'vgwHangUp'],
    );
  });
});
