/**
 * What one call costs the media core, without sockets: a packet in, a frame to the recogniser, a frame of speech out,
 * 50 times a second. usage: node dist/bench/media-core.js [calls] [seconds of call]
 * Prints calls per core and, with node --expose-gc, the bytes that stay allocated per packet.
 */
import { tone } from '../src/audio/index.ts';
import { ok, seededRandom } from '../src/kit/index.ts';
import { createMediaCore } from '../src/media/index.ts';
import { encodeRtpPacket } from '../src/rtp/index.ts';

const callCount = Number(process.argv[2] ?? 200);
const seconds = Number(process.argv[3] ?? 60);
const address = '127.0.0.1';
let sent = 0;

const core = createMediaCore({
  openSocket: () =>
    ok({
      port: 10_000,
      send: () => ++sent,
      sendControl: () => undefined,
      encrypt: () => undefined,
      open: (bytes) => bytes,
      openControl: (bytes) => bytes,
      close: () => undefined,
    }),
  openSpeech: () => ({
    speechToText: {
      spec: 'stt/1',
      name: 'none',
      open: () => ({ write: () => undefined, skip: () => undefined, close: () => undefined }),
    },
    textToSpeech: {
      spec: 'tts/1',
      name: 'tone',
      async *synthesize() {
        yield tone(440, 8000, 100_000);
      },
    },
  }),
  fetchAudio: () => Promise.resolve(tone(440, 8000, 1000)),
  openRecording: () => ({ write: () => undefined, skip: () => undefined, close: () => undefined }),
  random: seededRandom(1),
  emit: () => undefined,
  wallOffsetMs: 0,
  nowMs: () => 0,
  newAbort: () => new AbortController(),
});

const sessionIds = Array.from({ length: callCount }, (_, i) => `call-${i}`);
for (const sessionId of sessionIds) {
  core.command(
    sessionId,
    {
      type: 'open',
      recognition: { endOfSpeechMs: 500, confidenceThreshold: 0 },
      sourcePolicy: 'strict',
    },
    0,
  );
  const remote = {
    remoteAddress: address,
    remotePort: 4000,
    codec: 'PCMU',
    payloadType: 0,
    telephoneEventPayloadType: 101,
  } as const;
  core.command(sessionId, { type: 'connect', remote: { ...remote, canSend: true, canReceive: true } }, 0);
  core.command(sessionId, { type: 'listen' }, 0);
  core.command(sessionId, { type: 'play', playbackId: 'a', text: 'tone' }, 0);
}
await new Promise<void>((resolve) => {
  setImmediate(resolve);
});

const datagram = new Uint8Array(172);
const payload = Uint8Array.from({ length: 160 }, (_, i) => i);
let frame = 0;

function run(frames: number): void {
  for (const end = frame + frames; frame < end; frame++) {
    const nowMs = frame * 20;
    const header = { marker: false, payloadType: 0, ssrc: 1, sequenceNumber: frame & 0xffff, timestamp: frame * 160 };
    encodeRtpPacket({ ...header, payload }, datagram);
    for (const sessionId of sessionIds) core.packet(sessionId, datagram, address, 4000, nowMs);
    core.tick(nowMs);
  }
}

run(500);
globalThis.gc?.();
const heapBefore = process.memoryUsage().heapUsed;
const cpuBefore = process.cpuUsage();
const frames = seconds * 50;
run(frames);
const { user, system } = process.cpuUsage(cpuBefore);
const heapGrown = process.memoryUsage().heapUsed - heapBefore;
const microsPerFrame = (user + system) / frames / callCount;
console.log(`${callCount} calls, ${seconds} s each`);
console.log(`${microsPerFrame.toFixed(2)} us of CPU per call and 20 ms, ${sent} packets sent`);
console.log(`${Math.floor(20_000 / microsPerFrame)} calls per core (media core only, no sockets, no engines)`);
const perMillion = (heapGrown / (frames * callCount)) * 1e6;
console.log(`heap: ${(perMillion / 1e6).toFixed(2)} bytes per packet pair between collections`);
