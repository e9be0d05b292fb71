/**
 * How evenly a media thread sends, with real sockets on loopback. usage: node dist/bench/media-pace.js [calls] [seconds]
 * Prints the worst and the median call's |interval - 20 ms| and the CPU time of the process.
 */
import type { RtpSummary } from '../src/media/index.ts';
import { startMediaWorker } from '../src/host/media-worker.ts';

const callCount = Number(process.argv[2] ?? 50);
const seconds = Number(process.argv[3] ?? 10);
const plane = startMediaWorker({
  rtpPorts: { min: 43_000, max: 43_000 + 8 * callCount },
  bindAddress: '127.0.0.1',
  speech: {},
  speechModule: new URL('../src/host/media-worker.fixture.js', import.meta.url).href,
});
await plane.whenReady();
const summaries: RtpSummary[] = [];
const ports: number[] = [];
const opened = new Promise<void>((resolve) => {
  plane.onEvent((_, event) => {
    if (event.type === 'opened' && ports.push(event.port) === callCount) resolve();
    if (event.type === 'closed') summaries.push(event.rtp);
  });
});
const recognition = { sampleRateHz: 8000, endOfSpeechMs: 500, confidenceThreshold: 0 } as const;
for (let i = 0; i < callCount; i++) plane.send(String(i), { type: 'open', recognition, sourcePolicy: 'strict' });
await opened;
// Calls are joined in pairs: each one's packets arrive at another.
for (let i = 0; i < callCount; i++) {
  const remote = { remoteAddress: '127.0.0.1', remotePort: ports[i ^ 1] ?? 9, codec: 'PCMU', payloadType: 0 } as const;
  plane.send(String(i), { type: 'connect', remote: { ...remote, canSend: true, canReceive: true } });
  plane.send(String(i), { type: 'listen' });
  plane.send(String(i), { type: 'play', playbackId: 'a', text: `440:${seconds * 1000}` });
}
const cpuBefore = process.cpuUsage();
await new Promise<void>((resolve) => {
  setTimeout(resolve, seconds * 1000);
});
const { user, system } = process.cpuUsage(cpuBefore);
await plane.close();
const column = (pick: (summary: RtpSummary) => number): string => {
  const values = summaries.map(pick).sort((a, b) => a - b);
  return `median call ${values[values.length >> 1]?.toFixed(2)}, worst ${values.at(-1)?.toFixed(2)}`;
};
console.log(`${callCount} calls, ${seconds} s, CPU ${((user + system) / 1e4 / seconds).toFixed(1)} % of a core`);
console.log(`send jitter p50 ms: ${column((summary) => summary.sendJitterP50Ms)}`);
console.log(`send jitter p99 ms: ${column((summary) => summary.sendJitterP99Ms)}`);
console.log(`send jitter max ms: ${column((summary) => summary.sendJitterMaxMs)}`);
console.log(`receive jitter ms:  ${column((summary) => summary.jitterMs)}`);
console.log(`packets lost:       ${column((summary) => summary.packetsLost)}`);
