/** A sprayer: 1,000 packets a second from foreign addresses during a call, on real sockets. */
import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeWav, encodeUlaw, tone, toneShare, wavChannel } from '../audio/index.ts';
import type { MediaEncryption, MediaEvent } from '../media/index.ts';
import { encodeRtpPacket } from '../rtp/index.ts';
import { startMediaThreads } from './media-threads.ts';
import { SrtpSession } from './srtp-session.ts';

const speechModule = new URL('./tone-engines.fixture.js', import.meta.url).href;
/** Of the phone, one in answer to each packet of the gateway: 50 a second. */
const packetCount = 40;
/** Of the strangers for each of these: 1,000 a second. */
const sprayPerPacket = 20;
const suite = 'AES_CM_128_HMAC_SHA1_80';
const [ours, theirs] = ['o', 't'].map((letter) => Buffer.alloc(30, letter).toString('base64'));

async function bound(address: string): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, address);
  await once(socket, 'listening');
  return socket;
}

/** Packets of a tone, each a whole number of its periods. */
function talker(frequencyHz: number, ssrc: number): () => Uint8Array {
  const payload = new Uint8Array(160);
  encodeUlaw(tone(frequencyHz, 8000, 20), payload);
  let sequenceNumber = 0;
  return () => {
    const bytes = new Uint8Array(172);
    const timestamp = sequenceNumber * 160;
    encodeRtpPacket({ marker: false, payloadType: 0, sequenceNumber, timestamp, ssrc, payload }, bytes);
    sequenceNumber += 1;
    return bytes;
  };
}

for (const [name, sourcePolicy, isEncrypted, foreigners] of [
  ['strict', 'strict', false, ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4']],
  ['strict with SRTP', 'strict', true, ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4']],
  ['latch', 'latch', false, ['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5']],
] as const) {
  test(
    `RFC 3711 §3.3, RFC 4961: ${name}: nothing of a sprayer is heard, nothing is sent to it, and the call is whole`,
    { timeout: 30_000, skip: process.platform !== 'linux' && 'only on Linux all of 127/8 is there' },
    async (context) => {
      const folder = await mkdtemp(join(tmpdir(), 'outdial-'));
      context.after(() => rm(folder, { recursive: true }));
      const filePath = join(folder, 'call.wav');
      const media = startMediaThreads({
        rtpPorts: { min: 41_000, max: 41_099 },
        bindAddress: '0.0.0.0',
        speech: {},
        speechModule,
      });
      context.after(() => media.close());
      const events: MediaEvent[] = [];
      let onEvent: () => void = () => undefined;
      media.onEvent((_sessionId, event) => {
        events.push(event);
        onEvent();
      });
      const told = async <T extends MediaEvent['type']>(type: T): Promise<Extract<MediaEvent, { type: T }>> => {
        for (;;) {
          const found = events.find((event) => event.type === type);
          if (found !== undefined) return found as Extract<MediaEvent, { type: T }>;
          await new Promise<void>((resolve) => (onEvent = resolve));
        }
      };
      const phone = await bound('127.0.0.1');
      const strangers = await Promise.all(foreigners.map(bound));
      context.after(() => {
        for (const socket of [phone, ...strangers]) socket.close();
      });
      let sentToStrangers = 0;
      for (const stranger of strangers) stranger.on('message', () => (sentToStrangers += 1));
      const recognition = { endOfSpeechMs: 500, confidenceThreshold: 0 };
      const recording = { filePath, layout: 'stereo' } as const;
      media.send('c', { type: 'open', recognition, sourcePolicy, recording });
      const { port } = await told('opened');
      const srtp = new SrtpSession();
      const keys: MediaEncryption = { suite, localKey: theirs ?? '', remoteKey: ours ?? '' };
      if (isEncrypted) srtp.use(keys);
      const nextOfPhone = talker(1000, 5);
      const nextOfStranger = talker(440, 6);
      let [answered, sprayed] = [0, 0];
      const spray = (): void => {
        for (let i = 0; i < sprayPerPacket; i++) {
          // Every tenth goes to the port of RTCP; the strangers know the SSRC of the phone as well as one of their own.
          const bytes = nextOfStranger();
          if (i % 2 === 0) bytes.set([0, 0, 0, 5], 8);
          strangers[i % strangers.length]?.send(bytes, i % 10 === 9 ? port + 1 : port, '127.0.0.1');
          sprayed += 1;
        }
      };
      const isOver = new Promise<void>((resolve) => {
        phone.on('message', (datagram) => {
          assert.ok(srtp.open(datagram).length === 172);
          spray();
          phone.send(srtp.seal(nextOfPhone()) ?? assert.fail(), port, '127.0.0.1');
          answered += 1;
          if (answered === packetCount) resolve();
        });
      });
      // Before anybody is expected, too.
      spray();
      const remote = {
        remoteAddress: '127.0.0.1',
        remotePort: phone.address().port,
        codec: 'PCMU',
        payloadType: 0,
      } as const;
      const encryption = { suite, localKey: ours ?? '', remoteKey: theirs ?? '' } as const;
      media.send('c', {
        type: 'connect',
        remote: { ...remote, canSend: true, canReceive: true, ...(isEncrypted ? { encryption } : {}) },
      });
      media.send('c', { type: 'listen' });
      await isOver;
      media.send('c', { type: 'close' });
      const { rtp } = await told('closed');
      assert.equal(sentToStrangers, 0);
      const words = events.flatMap((event) => (event.type === 'recognition' ? [event.event] : []));
      // A machine that is busy may leave too few whole windows of the phone's tone for this ear; the recording has it.
      const tones = words.flatMap((word) => (word.type === 'partial' ? [word.text] : []));
      assert.deepEqual(
        tones.filter((text) => text !== '1000'),
        [],
      );
      const wav = decodeWav(await readFile(filePath));
      assert.ok(wav.ok);
      const callee = wavChannel(wav.value, 'right');
      const middle = callee.subarray(callee.length >> 2, (callee.length * 3) >> 2);
      assert.ok(toneShare(middle, 8000, 1000) > 0.5, `${toneShare(middle, 8000, 1000)}`);
      assert.ok(toneShare(middle, 8000, 440) < 0.01);
      assert.equal(rtp.packetsMalformed, 0);
      assert.ok(rtp.packetsReceived > packetCount * 0.9, `${rtp.packetsReceived} of ${answered}`);
      const toRtp = sprayed * 0.9;
      assert.ok(
        rtp.packetsFromStrangers > toRtp * 0.9 && rtp.packetsFromStrangers <= toRtp,
        `${rtp.packetsFromStrangers}`,
      );
    },
  );
}
