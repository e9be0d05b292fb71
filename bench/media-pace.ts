/**
 * How evenly a media thread sends, with real sockets on loopback. usage: node dist/bench/media-pace.js [calls] [seconds]
 * Prints the worst and the median call's |interval - 20 ms| and the CPU time of the process.
 */
import type { RtpSummary } from '../src/media/index.ts';
import { startMediaThreads } from '../src/host/media-threads.ts';

const callCount = Number(process.argv[2] ?? 50);
const seconds = Number(process.argv[3] ?? 20);
const plane = startMediaThreads({
  rtpPorts: { min: 43_000, max: 43_000 + 8 * callCount },
  bindAddress: '127.0.0.1',
  speech: {},
  speechModule: new URL('../src/host/tone-engines.fixture.js', import.meta.url).href,
});
await plane.whenReady();
const summaries: RtpSummary[] = [];
const ports = new Map<string, number>();
let onEvent: () => void = () => undefined;
plane.onEvent((sessionId, event) => {
  if (event.type === 'opened') ports.set(sessionId, event.port);
  if (event.type === 'closed') summaries.push(event.rtp);
  onEvent();
});

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise<void>((resolve) => (onEvent = resolve));
}

async function rest(ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Opens all calls 20 ms apart, joins them in pairs so that each one's packets arrive at another, and closes them. */
async function runRound(name: string, durationMs: number): Promise<void> {
  const sessionIds = Array.from({ length: callCount }, (_, i) => `${name}-${i}`);
  const recognition = { endOfSpeechMs: 500, confidenceThreshold: 0 } as const;
  summaries.length = 0;
  for (const sessionId of sessionIds) {
    plane.send(sessionId, { type: 'open', recognition, sourcePolicy: 'strict' });
    await rest(20);
  }
  await until(() => sessionIds.every((sessionId) => ports.has(sessionId)));
  for (const [i, sessionId] of sessionIds.entries()) {
    const remotePort = ports.get(sessionIds[i ^ 1] ?? '') ?? 9;
    const remote = {
      remoteAddress: '127.0.0.1',
      remotePort,
      codec: 'PCMU',
      payloadType: 0,
      telephoneEventPayloadType: 101,
    } as const;
    plane.send(sessionId, { type: 'connect', remote: { ...remote, canSend: true, canReceive: true } });
    plane.send(sessionId, { type: 'listen' });
    plane.send(sessionId, { type: 'play', playbackId: 'a', text: '440:20000' });
  }
  await rest(durationMs);
  for (const sessionId of sessionIds) plane.send(sessionId, { type: 'close' });
  await until(() => summaries.length === callCount);
}

// The first round warms the compiler up.
await runRound('warm', 3000);
const cpuBefore = process.cpuUsage();
await runRound('measured', seconds * 1000);
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
