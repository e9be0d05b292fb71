/**
 * The delay that the jitter buffer adds, over networks of several jitters: simulated time, five minutes of a G.711 stream each, and
 * a seed, so that every run prints the same. Jitter here is a random wait of each packet: half of a normal distribution of the given
 * deviation, and for one packet in a hundred ten times that.
 */
import { seededRandom } from '../src/kit/index.ts';
import { JitterBuffer } from '../src/rtp/index.ts';

const frameMs = 20;
const frameSamples = 160;
const packets = (5 * 60_000) / frameMs;
const settledMs = 10_000;

interface Row {
  readonly delays: readonly number[];
  readonly lateShare: number;
  readonly concealedShare: number;
}

function run(deviationMs: number): Row {
  const random = seededRandom(3);
  const share = (): number => (random.uint32() + 1) / 2 ** 32;
  const normal = (): number => Math.sqrt(-2 * Math.log(share())) * Math.cos(2 * Math.PI * share());
  const arrivals = Array.from({ length: packets }, (_, index) => ({
    index,
    atMs: index * frameMs + Math.abs(normal()) * deviationMs * (share() < 0.01 ? 10 : 1),
  })).toSorted((a, b) => a.atMs - b.atMs);
  const buffer = new JitterBuffer(8000, frameSamples);
  const samples = new Int16Array(frameSamples).fill(1000);
  const into = new Int16Array(frameSamples);
  const delays: number[] = [];
  let next = 0;
  let concealed = 0;
  for (let nowMs = 0; nowMs < packets * frameMs; nowMs += frameMs) {
    for (; (arrivals[next]?.atMs ?? Infinity) <= nowMs; next++) {
      const { index = 0, atMs = 0 } = arrivals[next] ?? {};
      const header = {
        marker: false,
        payloadType: 0,
        sequenceNumber: index & 0xffff,
        timestamp: index * frameSamples,
        ssrc: 1,
      };
      buffer.push(header, samples, frameSamples, atMs);
    }
    const kind = buffer.pull(nowMs, into);
    if (nowMs < settledMs) continue;
    delays.push(buffer.delayMs(nowMs));
    if (kind === 'concealed') concealed++;
  }
  return {
    delays: delays.toSorted((a, b) => a - b),
    lateShare: buffer.packetsLate / packets,
    concealedShare: concealed / delays.length,
  };
}

const percent = (value: number): string => `${(100 * value).toFixed(2)} %`.padStart(8);
console.log('jitter buffer, G.711, 5 minutes each, simulated');
console.log('deviation of the wait   delay p50 / p95   packets late   frames concealed');
for (const deviationMs of [0, 2, 5, 10, 20]) {
  const { delays, lateShare, concealedShare } = run(deviationMs);
  const at = (part: number): string => `${Math.round(delays[Math.floor(delays.length * part)] ?? 0)}`.padStart(4);
  console.log(
    `${String(deviationMs).padStart(15)} ms   ${at(0.5)} / ${at(0.95)} ms   ${percent(lateShare)}       ${percent(concealedShare)}`,
  );
}
