/** Sound from one call to another over real sockets, plain and SRTP, behind a relay that loses, delays and reorders packets. */
import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { test } from 'node:test';
import { tone, toneShare } from '../audio/index.ts';
import { seededRandom } from '../kit/index.ts';
import {
  type AudioCodec,
  createMediaCore,
  type MediaCore,
  type MediaEncryption,
  type MediaEvent,
} from '../media/index.ts';
import { MediaPacer } from './media-pacer.ts';
import { monotonicClock } from './monotonic-clock.ts';
import { RtpPorts } from './rtp-ports.ts';
import { RtpSockets } from './rtp-sockets.ts';

const address = '127.0.0.1';
const random = seededRandom(11);
const share = (): number => random.uint32() / 2 ** 32;

/** Hands what either of two ports sends to the other one. */
class Relay {
  readonly #socket: Socket = createSocket('udp4');
  #ends: readonly [number, number] = [0, 0];
  #isClosed = false;
  port = 0;

  async open(lossShare: number): Promise<void> {
    this.#socket.on('message', (bytes, { port }) => {
      if (share() < lossShare) return;
      const to = port === this.#ends[0] ? this.#ends[1] : this.#ends[0];
      // One in ten is overtaken.
      const hand = (): void => {
        if (!this.#isClosed) this.#socket.send(bytes, to, address);
      };
      setTimeout(hand, share() < 0.1 ? 30 : 0);
    });
    await new Promise<void>((resolve) => {
      this.#socket.bind(0, address, resolve);
    });
    this.port = this.#socket.address().port;
  }

  join(one: number, other: number): void {
    this.#ends = [one, other];
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.close();
  }
}

const key = (letter: string): string => Buffer.alloc(30, letter).toString('base64');
const encryptionOf = (local: string, remote: string): MediaEncryption => ({
  suite: 'AES_CM_128_HMAC_SHA1_80',
  localKey: key(local),
  remoteKey: key(remote),
});

interface Line {
  readonly codec: AudioCodec;
  readonly isEncrypted: boolean;
  readonly lossShare: number;
  /** Of the 50 windows of 20 ms in a second of tone, those in which it must be found. */
  readonly leastWindows: number;
}

const lines: readonly Line[] = [
  { codec: 'PCMU', isEncrypted: false, lossShare: 0, leastWindows: 47 },
  { codec: 'PCMA', isEncrypted: true, lossShare: 0.01, leastWindows: 45 },
  { codec: 'PCMU', isEncrypted: true, lossShare: 0.05, leastWindows: 42 },
  { codec: 'PCMA', isEncrypted: false, lossShare: 0.2, leastWindows: 35 },
];
const payloadTypes: Partial<Record<AudioCodec, number>> = { PCMU: 0, PCMA: 8 };

test('a tone and keys as tones arrive over real sockets, plain and SRTP, through loss and reordering', async () => {
  const heard = new Map<string, number[]>();
  const events = new Map<string, MediaEvent[]>();
  const range = { min: 33_000, max: 33_998 };
  const take = (...packet: Parameters<MediaCore['packet']>): void => core.packet(...packet);
  const ports = new RtpPorts(range, random);
  const sockets = new RtpSockets(range, ports, [address], take, () => undefined);
  const core: MediaCore = createMediaCore({
    openSocket: (sessionId) => sockets.open(sessionId),
    openSpeech: (sessionId) => ({
      speechToText: {
        spec: 'stt/1',
        name: 'listener',
        open: () => {
          const pcm: number[] = [];
          heard.set(sessionId, pcm);
          return { write: (samples) => pcm.push(...samples), close: () => undefined };
        },
      },
      textToSpeech: {
        spec: 'tts/1',
        name: 'tone',
        async *synthesize() {
          yield tone(1000, 8000, 1000);
        },
      },
    }),
    fetchAudio: () => Promise.reject(new Error('none')),
    openRecording: () => assert.fail('nothing is recorded'),
    random,
    nowMs: () => monotonicClock.nowMs(),
    wallOffsetMs: 0,
    emit: (sessionId, event) => events.set(sessionId, [...(events.get(sessionId) ?? []), event]),
    newAbort: () => new AbortController(),
  });
  const command = (id: string, order: Parameters<MediaCore['command']>[1]): void =>
    core.command(id, order, monotonicClock.nowMs());
  const open = (id: string): number => {
    command(id, { type: 'open', recognition: { endOfSpeechMs: 500, confidenceThreshold: 0 }, sourcePolicy: 'strict' });
    const opened = events.get(id)?.find((event) => event.type === 'opened');
    return opened?.type === 'opened' ? opened.port : assert.fail(`no port for ${id}`);
  };
  const relays: Relay[] = [];
  const pacer = new MediaPacer((nowMs, skipped) => core.tick(nowMs, skipped));
  try {
    for (const [i, { codec, isEncrypted, lossShare }] of lines.entries()) {
      const relay = new Relay();
      relays.push(relay);
      await relay.open(lossShare);
      const names = [`call-${i}`, `phone-${i}`] as const;
      relay.join(open(names[0]), open(names[1]));
      const remote = { remoteAddress: address, remotePort: relay.port, codec, payloadType: payloadTypes[codec] ?? 0 };
      for (const [side, name] of names.entries()) {
        const encryption = side === 0 ? encryptionOf('a', 'b') : encryptionOf('b', 'a');
        const secured = isEncrypted ? { encryption } : {};
        command(name, { type: 'connect', remote: { ...remote, canSend: true, canReceive: true, ...secured } });
        command(name, { type: 'listen' });
      }
      command(names[1], { type: 'play', playbackId: 'tone', text: 'tone' });
    }
    pacer.start();
    await new Promise((resolve) => {
      setTimeout(resolve, 1200);
    });
    const keys = ['7', '#'].map((digit) => ({ digit, durationMs: 200, attenuationDb: 10 }));
    for (const i of lines.keys()) {
      command(`phone-${i}`, { type: 'send-keys', playbackId: 'keys', keys, gapMs: 100 });
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 1000);
    });
  } finally {
    pacer.stop();
    core.close(monotonicClock.nowMs());
    for (const relay of relays) relay.close();
  }
  for (const [i, line] of lines.entries()) {
    const what = JSON.stringify(line);
    const pcm = Int16Array.from(heard.get(`call-${i}`) ?? []);
    let windows = 0;
    for (let at = 0; at + 160 <= pcm.length; at += 160) {
      if (toneShare(pcm.subarray(at, at + 160), 8000, 1000) > 0.8) windows++;
    }
    assert.ok(windows >= line.leastWindows, `${windows} windows: ${what}`);
    const digits = (events.get(`call-${i}`) ?? []).flatMap((event) => (event.type === 'digit' ? [event.digit] : []));
    // A key of 200 ms that loses 40 ms in a row is two.
    const once = digits.filter((digit, n) => digit !== digits[n - 1]);
    assert.deepEqual(once, ['7', '#'], what);
    const closed = events.get(`call-${i}`)?.find((event) => event.type === 'closed');
    assert.ok(closed?.type === 'closed' && closed.rtp.packetsMalformed === 0, what);
    if (line.lossShare === 0.2) assert.ok(closed.rtp.packetsLost > 5, what);
  }
});
