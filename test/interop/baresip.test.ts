import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { decodeWav } from '../../src/audio/index.ts';
import type { CallRecordShape } from './real-gateway.ts';
import { recordingsIn, startBaresip } from './baresip.ts';
import { skipWithout } from './programs.ts';
import { appointment, withSpokenCall } from './spoken-call.ts';

const port = 25_070;

describe('baresip as callee', { skip: skipWithout('baresip') }, () => {
  it('plays speech: the words reach the bot, and its own recording holds the words of the bot', async () => {
    await withSpokenCall(appointment, {}, async ({ gateway, folder, answer, checkHeard, checkRecorded }) => {
      const baresip = await startBaresip(folder, port);
      try {
        const call = await gateway.call(`sip:callee@127.0.0.1:${port}`, answer);
        assert.deepEqual(
          call.states.filter((state) => state !== 'ringing'),
          ['started', 'active', 'ended'],
        );
        checkHeard(call.record, baresip.output());
        checkReports(call.record, baresip.output());
      } finally {
        await baresip.close();
      }
      const recordings = await recordingsIn(folder);
      assert.equal(recordings.length, 1, baresip.output());
      await checkRecorded(recordings[0], baresip.output());
    });
  });

  it('RFC 3551 §4.5.2, RFC 7587: words both ways in G.722 and in Opus, recorded at 16 kHz', async () => {
    const environment = { OUTDIAL_CODECS: 'opus,G722,PCMU', ENABLE_RECORDING: 'true' };
    await withSpokenCall(
      appointment,
      environment,
      async ({ gateway, folder, answer, checkHeard, checkRecorded }) => {
        const users = { wide: 'G722/16000/1', opus: 'opus/48000/2' };
        const baresip = await startBaresip(folder, port, undefined, '', undefined, users);
        try {
          for (const [user, codec] of [
            ['wide', 'G722'],
            ['opus', 'opus'],
          ]) {
            const { record, recording: file } = await gateway.call(`sip:${user}@127.0.0.1:${port}`, answer);
            assert.equal(record.codec, codec, baresip.output());
            checkHeard(record, baresip.output());
            assert.equal(record.rtpNetworkSummary?.packetsMalformed, 0);

            const wav = decodeWav(await readFile(file));
            assert.equal(wav.ok && wav.value.sampleRateHz, 16_000);
          }
        } finally {
          await baresip.close();
        }
        const recordings = await recordingsIn(folder);
        assert.equal(recordings.length, 2, baresip.output());
        for (const recording of recordings) await checkRecorded(recording, baresip.output());
      },
      16_000,
    );
  });
});

/** RFC 3550 §6: each side knows what the other one says of its stream. baresip prints both, its own first. */
function checkReports({ rtpNetworkSummary: rtp }: CallRecordShape, output: string): void {
  assert.ok(rtp !== null);
  const { roundTripMs, farJitterMs, farName, farMos } = rtp;
  assert.ok(rtp.rtcpPacketsReceived >= 1 && rtp.rtcpPacketsSent >= 2, JSON.stringify(rtp));
  assert.ok(roundTripMs !== null && roundTripMs >= 0 && roundTripMs < 500, String(roundTripMs));
  assert.ok(farMos !== null && farMos > 3.5, String(farMos));
  assert.match(farName ?? '', /^sip:callee@/);
  const told = (name: string): number[] => {
    const [, sent, received] = new RegExp(`${name}:\\s+([\\d.-]+)\\s+([\\d.-]+)`).exec(output) ?? [];
    return [Number(sent), Number(received)];
  };
  const [reported = 0] = told('pkt.report');
  assert.ok(reported > 50, output);
  assert.equal(told('lost')[1], rtp.farPacketsLost);
  assert.ok(Math.abs((told('jitter')[1] ?? -1) - (farJitterMs ?? 0)) < 5, output);
}
