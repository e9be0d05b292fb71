/**
 * What a codec costs the media core, without sockets: each call is given back what it sends, 50 times a second, so that every
 * packet is encoded once and decoded once and goes through the jitter buffer to a recogniser and a recording.
 * usage: node dist/bench/codecs.js [calls] [seconds of call]
 */
import { tone } from '../src/audio/index.ts';
import { openOpus } from '../src/host/index.ts';
import { ok, seededRandom } from '../src/kit/index.ts';
import { type AudioCodec, createMediaCore } from '../src/media/index.ts';

const callCount = Number(process.argv[2] ?? 50);
const seconds = Number(process.argv[3] ?? 20);
const address = '127.0.0.1';
const payloadTypes: Readonly<Record<AudioCodec, number>> = { PCMU: 0, PCMA: 8, G722: 9, opus: 111 };

/** CPU in microseconds for one call and 20 ms. */
async function costOf(codec: AudioCodec): Promise<number> {
  const sent = new Map<string, Uint8Array>();
  let nowMs = 0;
  const core = createMediaCore({
    openSocket: (sessionId) =>
      ok({
        port: 10_000,
        send: (bytes) => {
          sent.set(sessionId, bytes.slice());
          return nowMs;
        },
        sendControl: () => undefined,
        encrypt: () => undefined,
        open: (bytes) => bytes,
        openControl: (bytes) => bytes,
        close: () => undefined,
      }),
    openSpeech: () => ({
      speechToText: { spec: 'stt/1', name: 'none', open: () => ({ write: () => undefined, close: () => undefined }) },
      textToSpeech: {
        spec: 'tts/1',
        name: 'chord',
        async *synthesize({ sampleRateHz }) {
          const low = tone(320, sampleRateHz, 100_000);
          const high = tone(2100, sampleRateHz, 100_000);
          yield low.map((sample, i) => sample / 2 + (high[i] ?? 0) / 2);
        },
      },
    }),
    fetchAudio: () => Promise.reject(new Error('there are no files')),
    openRecording: () => ({ write: () => undefined, skip: () => undefined, close: () => undefined }),
    openOpus,
    random: seededRandom(1),
    emit: () => undefined,
    nowMs: () => nowMs,
    wallOffsetMs: 0,
    newAbort: () => new AbortController(),
  });
  const sessionIds = Array.from({ length: callCount }, (_, i) => `call-${i}`);
  const remote = { remoteAddress: address, remotePort: 4000, codec, payloadType: payloadTypes[codec] };
  for (const sessionId of sessionIds) {
    const recording = { filePath: 'none.wav', layout: 'stereo' } as const;
    const recognition = { endOfSpeechMs: 500, confidenceThreshold: 0 };
    core.command(sessionId, { type: 'open', recognition, recording, sourcePolicy: 'strict' }, 0);
    core.command(sessionId, { type: 'connect', remote: { ...remote, canSend: true, canReceive: true } }, 0);
    core.command(sessionId, { type: 'listen' }, 0);
    core.command(sessionId, { type: 'play', playbackId: 'a', text: 'chord' }, 0);
  }
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
  const run = (frames: number): void => {
    for (let frame = 0; frame < frames; frame++) {
      nowMs += 20;
      for (const [sessionId, bytes] of sent) core.packet(sessionId, bytes, address, 4000, nowMs);
      core.tick(nowMs);
    }
  };
  run(200);
  const before = process.cpuUsage();
  run(seconds * 50);
  const { user, system } = process.cpuUsage(before);
  core.close(nowMs);
  return (user + system) / (seconds * 50 * callCount);
}

console.log(
  `${callCount} calls, ${seconds} s each; media core with recogniser feed and recording, no sockets, no engines`,
);
for (const codec of ['PCMU', 'PCMA', 'G722', 'opus'] as const) {
  const micros = await costOf(codec);
  console.log(
    `${codec.padEnd(5)} ${micros.toFixed(1).padStart(7)} us for 20 ms  ${Math.floor(20_000 / micros)} calls per core`,
  );
}
