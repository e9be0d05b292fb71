/**
 * What listening to the sound of a call costs: CPU per second of one call, of a voice-like sound and of silence, at 8 kHz.
 * usage: node dist/bench/signals.js [seconds]
 */
import { CallProgress, DtmfDetector } from '../src/audio/index.ts';
import { seededRandom } from '../src/kit/index.ts';
import { JitterBuffer } from '../src/rtp/index.ts';

const seconds = Number(process.argv[2] ?? 4000);
const frameSamples = 160;
const random = seededRandom(1);
const share = (): number => random.uint32() / 2 ** 32;

const loud = Int16Array.from({ length: 8000 }, () => Math.round((share() - 0.5) * 8000));
const silent = new Int16Array(8000);

/** Runs one second of a call `seconds` times, after a tenth of that to warm up; microseconds for each. */
function cost(second: () => void): number {
  for (let i = 0; i < seconds / 10; i++) second();
  const before = process.cpuUsage();
  for (let i = 0; i < seconds; i++) second();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / seconds;
}

function listen(listener: { push(pcm: Int16Array, from: number, count: number, atMs: number): void }, pcm: Int16Array) {
  return () => {
    for (let from = 0; from < pcm.length; from += frameSamples) listener.push(pcm, from, frameSamples, 0);
  };
}

function receive(lossShare: number): () => void {
  const buffer = new JitterBuffer(8000, frameSamples);
  const into = new Int16Array(frameSamples);
  const piece = loud.slice(0, frameSamples);
  let n = 0;
  return () => {
    for (let frame = 0; frame < 50; frame++, n++) {
      const header = { marker: false, payloadType: 0, ssrc: 1, sequenceNumber: n & 0xffff, timestamp: n * 160 };
      if (share() >= lossShare) buffer.push(header, piece, frameSamples, n * 20);
      buffer.pull(n * 20 + 1, into);
    }
  };
}

const nothing = (): void => undefined;
for (const [what, second] of [
  ['keys as tones, amid sound', listen(new DtmfDetector(8000, nothing), loud)],
  ['keys as tones, amid silence', listen(new DtmfDetector(8000, nothing), silent)],
  ['early media, sound', listen(new CallProgress(8000, nothing), loud)],
  ['early media, silence', listen(new CallProgress(8000, nothing), silent)],
  ['jitter buffer, nothing lost', receive(0)],
  ['jitter buffer, 5 % lost', receive(0.05)],
  ['jitter buffer, 20 % lost', receive(0.2)],
] as const) {
  console.log(`${what}: ${cost(second).toFixed(0)} us of CPU per second of a call`);
}
