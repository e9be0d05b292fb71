/**
 * Figures of whole calls, with real sockets, real threads and the local engines: three calls to the scripted phone on
 * loopback. Prints what the callee hears of the gateway's timing, and whose part of it is whose.
 * Run by `npm run bench:call`; OUTDIAL_PREPARED_PROMPTS=0 shows what it is without texts spoken ahead.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, startGateway } from '../src/app/index.ts';
import { type CallEvent, latencyParts, type TurnReport } from '../src/call/index.ts';
import { startDemoPhone } from '../src/cli/demo/demo-phone.ts';
import { readSettings } from '../src/config/index.ts';
import type { RtpSummary } from '../src/media/index.ts';

const calls = 3;
const lines = ['Sorry, who is calling please?', 'Could you repeat that?', 'Yes, I will be there.'];
const { OUTDIAL_PREPARED_PROMPTS: prompts } = process.env;
const folder = await mkdtemp(join(tmpdir(), 'outdial-bench-'));
const read = readSettings({
  ENABLE_OUTBOUND_CALLS: 'true',
  HTTP_PORT: '0',
  SIP_PORT: '0',
  RTP_UDP_PORT_RANGE: '34000-34998',
  OUTDIAL_DATA_DIR: folder,
  ...(prompts === undefined ? {} : { OUTDIAL_PREPARED_PROMPTS: prompts }),
});
assert.ok(read.ok);
const { settings } = read.value;

const turns: TurnReport[] = [];
const firstAudioMs: number[] = [];
const rtp: RtpSummary[] = [];
let answeredAtMs = 0;
let onMediaClosed: () => void = () => undefined;

function observe(_sessionId: string, event: CallEvent): void {
  if (event.type === 'call.answered') answeredAtMs = event.atMs;
  if (event.type === 'media.closed') {
    rtp.push(event.rtp);
    onMediaClosed();
  }
  if (event.type !== 'turn.spoken') return;
  if (event.turn.cause.type === 'start') firstAudioMs.push((event.turn.firstAudioAtMs ?? NaN) - answeredAtMs);
  if (event.turn.cause.type === 'speech') turns.push(event.turn);
}

const phone = await startDemoPhone(
  { ringMs: 1500, lines, speaksFirst: false, hangsUp: false, patienceMs: 500 },
  { model: 'tiny', voice: 'rms' },
  () => undefined,
);
const started = await startGateway({ settings, log: createLog('silent'), observe });
assert.ok(started.ok);
const gateway = started.value;
// What is spoken ahead of calls is spoken by then.
await new Promise((resolve) => {
  setTimeout(resolve, 5000);
});
for (let call = 0; call < calls; call += 1) {
  const closed = new Promise<void>((resolve) => {
    onMediaClosed = resolve;
  });
  const response = await fetch(`${gateway.httpUrl}/vgw/outboundCalls/bench/startOutboundCall`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to: phone.uri }),
  });
  assert.equal(response.status, 200);
  await closed;
}
await gateway.stop(0);
await phone.close();
await rm(folder, { recursive: true, force: true });

const spread = (values: readonly number[]): string => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return `median ${at(0.5).toFixed(1)} ms, worst ${at(1).toFixed(1)} ms (${values.length} values)`;
};
const part = (name: string): number[] =>
  turns.map((turn) => latencyParts(turn).find((each) => each.name === name)?.durationMs ?? NaN);

console.log(
  `${calls} calls, each with ${lines.length} answers of the callee; model ${settings.speechModel}, voice ${settings.voice}`,
);
console.log(`send interval, |interval - 20 ms|: p50 ${spread(rtp.map(({ sendJitterP50Ms }) => sendJitterP50Ms))}`);
console.log(`                                   p99 ${spread(rtp.map(({ sendJitterP99Ms }) => sendJitterP99Ms))}`);
console.log(`200 OK to first audio packet:      ${spread(firstAudioMs)}`);
console.log(
  `last caller voice to first audio:  ${spread(turns.map((turn) => latencyParts(turn).reduce((sum, { durationMs }) => sum + durationMs, 0)))}`,
);
console.log(`voice, first call:                  ${spread(part('voice').slice(0, lines.length))}`);
for (const name of ['end of speech', 'words', 'gateway', 'bot', 'voice', 'packet']) {
  console.log(`  of which ${name.padEnd(24)} ${spread(part(name))}`);
}
