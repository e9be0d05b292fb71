/**
 * Calls of G.711 over real UDP sockets on loopback: each gets a packet every 20 ms and sends one, is heard by the detection of
 * voices (a callee who speaks 40 % of the time) and handed to a recogniser. Far ends are in another process; counted is the processor
 * time of the gateway's threads, with that of the kernel for them. Beside it the floor: sockets that send back what comes.
 *
 * usage: node dist/bench/media.js [calls] [seconds] [media threads]; more than a core can carry makes all figures worse.
 * Linux only: times of threads are read from /proc.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { BroadcastChannel, Worker } from 'node:worker_threads';
import { monotonicClock, type MediaPace, startMediaThreads } from '../src/host/index.ts';
import type { MediaEvent, RtpSummary } from '../src/media/index.ts';
import { FliteSynthesizer } from '../src/providers/local-speech/flite-synthesizer.ts';
import type { FromLoad, ToLoad } from './media-load.ts';

const [callCount = 200, seconds = 20, threads = 1] = process.argv.slice(2).map(Number);
const watchedCount = Math.min(8, callCount);
const speechShare = 0.4;
const warmUpMs = 6000;
/** Ticks between two words of a media thread about its pace. */
const ticksOfPace = 250;
/** Ten seconds of it, over and over. */
const botText = '10';
/** For a voice to be noticed. */
const patienceMs = 3000;
const beside = (file: string): URL => new URL(`./${file}.js`, import.meta.url);

const rest = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Processor time so far in seconds, of each thread of this process by its number. */
function threadTimes(): Map<number, number> {
  const times = new Map<number, number>();
  for (const tid of readdirSync('/proc/self/task')) {
    try {
      const [nanoseconds] = readFileSync(`/proc/self/task/${tid}/schedstat`, 'utf8').split(' ');
      times.set(Number(tid), Number(nanoseconds) / 1e9);
    } catch {
      // It has ended meanwhile.
    }
  }
  return times;
}

const tids = new Map<number, string>([[process.pid, 'main']]);
const channel = new BroadcastChannel('bench-media');
channel.onmessage = ({ data }) => {
  const { name, tid } = data as { name: string; tid: number };
  tids.set(tid, name);
};
channel.unref();

/** Share of a core each named thread had between two readings; what has no name is `other`. */
function sharesBetween(
  before: Map<number, number>,
  after: Map<number, number>,
  durationS: number,
): Map<string, number> {
  const shares = new Map<string, number>();
  for (const [tid, time] of after) {
    const name = tids.get(tid) ?? 'other';
    shares.set(name, (shares.get(name) ?? 0) + (time - (before.get(tid) ?? 0)) / durationS);
  }
  return shares;
}

interface Load {
  readonly child: ChildProcess;
  readonly many: number;
  readonly watched: readonly number[];
  onMessage: (message: FromLoad) => void;
  tell(message: ToLoad): void;
  stop(): Promise<Extract<FromLoad, { type: 'stopped' }>>;
}

function startLoad(): Promise<Load> {
  const child = fork(beside('media-load'), [String(watchedCount)], { execArgv: [] });
  return new Promise((resolve) => {
    child.on('message', (message: FromLoad) => {
      if (message.type === 'stopped') return onStopped(message);
      if (message.type !== 'ports') return load.onMessage(message);
      load = { ...load, many: message.many, watched: message.watched };
      resolve(load);
    });
    let onStopped: (message: Extract<FromLoad, { type: 'stopped' }>) => void = () => undefined;
    let load: Load = {
      child,
      many: 0,
      watched: [],
      onMessage: () => undefined,
      tell: (message) => void child.send(message),
      stop: () =>
        new Promise((resolveStop) => {
          onStopped = resolveStop;
          child.send({ type: 'stop' });
        }),
    };
  });
}

const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};
const line = (label: string, value: string): void => console.log(`${label.padEnd(58)} ${value}`);
const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} ms`;

/** `done`: which part of the work of `callCount` calls was done; the rest was left out by a thread that was held up. */
function printShares(shares: Map<string, number>, names: readonly string[], done: number): void {
  let sum = 0;
  for (const name of names) {
    const share = shares.get(name) ?? 0;
    sum += share;
    const micros = (share / callCount / 50 / done) * 1e6;
    line(`  ${name}`, `${(100 * share).toFixed(1)} % of a core, ${micros.toFixed(1)} us a call and 20 ms`);
  }
  if (names.length > 1)
    line('  all', `${(100 * sum).toFixed(1)} % of a core: ${Math.floor((callCount * done) / sum)} calls a core`);
}

/** The floor. */
async function runEcho(speech: readonly number[]): Promise<number> {
  const load = await startLoad();
  const worker = new Worker(beside('media-echo'), { workerData: callCount });
  const ports = await new Promise<number[]>((resolve) => {
    worker.once('message', resolve);
  });
  load.tell({ type: 'start', ports, speech, speechShare });
  await rest(warmUpMs / 2);
  const before = threadTimes();
  await rest((seconds * 1000) / 2);
  const shares = sharesBetween(before, threadTimes(), seconds / 2);
  await load.stop();
  worker.postMessage('stop');
  const share = shares.get('echo') ?? 0;
  line(
    'floor: sockets that send back what comes',
    `${(100 * share).toFixed(1)} % of a core: ${Math.floor(callCount / share)} calls a core`,
  );
  return share;
}

class Gateway {
  readonly plane = startMediaThreads({
    rtpPorts: { min: 36_000, max: Math.min(65_000, 36_000 + 4 * callCount + 64) },
    bindAddress: '127.0.0.1',
    speech: {},
    speechModule: beside('media-engines').href,
    mediaEntry: beside('media-media-thread'),
    threads,
  });
  readonly ports = new Map<string, number>();
  readonly summaries: RtpSummary[] = [];
  readonly paces: MediaPace[] = [];
  readonly detectorMs: number[] = [];
  readonly #waiting = new Map<string, (event: MediaEvent) => void>();

  constructor() {
    this.plane.onPace((pace) => this.paces.push(pace));
    this.plane.onEvent((sessionId, event) => {
      if (event.type === 'opened') this.ports.set(sessionId, event.port);
      if (event.type === 'closed') this.summaries.push(event.rtp);
      if (event.type === 'playback-finished' && event.isComplete) {
        this.plane.send(sessionId, { type: 'play', playbackId: event.playbackId, text: botText });
      }
      if (event.type === 'recognition') this.#waiting.get(`${sessionId} ${event.event.type}`)?.(event);
      this.#waiting.get(`${sessionId} ${event.type}`)?.(event);
    });
  }

  next(sessionId: string, type: string): Promise<MediaEvent> {
    return new Promise((resolve) => this.#waiting.set(`${sessionId} ${type}`, resolve));
  }

  async open(sessionId: string, remotePort: number): Promise<number> {
    const opened = this.next(sessionId, 'opened');
    const recognition = { sampleRateHz: 8000, endOfSpeechMs: 600, confidenceThreshold: 0 } as const;
    this.plane.send(sessionId, { type: 'open', recognition, sourcePolicy: 'strict' });
    await opened;
    this.plane.send(sessionId, { type: 'prepare', playbackId: 'a', text: botText });
    await rest(1);
    const connectedAtMs = monotonicClock.nowMs();
    const remote = {
      remoteAddress: '127.0.0.1',
      remotePort,
      codec: 'PCMU',
      payloadType: 0,
      telephoneEventPayloadType: 101,
    } as const;
    this.plane.send(sessionId, { type: 'connect', remote: { ...remote, canSend: true, canReceive: true } });
    this.plane.send(sessionId, { type: 'play', playbackId: 'a', text: botText });
    this.plane.send(sessionId, { type: 'listen' });
    return connectedAtMs;
  }
}

interface BargeIn {
  readonly onsetMs: number;
  readonly detectedMs: number;
}

/** Undefined when it took longer than `patienceMs`. */
function within<T>(promise: Promise<T>): Promise<T | undefined> {
  return Promise.race([promise, rest(patienceMs).then(() => undefined)]);
}

/** A callee begins to speak, and the bot falls silent: from the voice's first packet, and from its detection. */
async function bargeIn(gateway: Gateway, load: Load, call: number): Promise<BargeIn | undefined> {
  const sessionId = `call-${call}`;
  let spokeAtMs = Number.NaN;
  const silent = new Promise<number>((resolve) => {
    load.onMessage = (message) => {
      if (message.type === 'speaking') spokeAtMs = message.atMs;
      if (message.type === 'sound' && message.call === call && !message.isSound) resolve(message.atMs);
    };
  });
  const detected = gateway.next(sessionId, 'speech-started');
  load.tell({ type: 'speak', call });
  const event = await within(detected);
  gateway.plane.send(sessionId, { type: 'stop-playback' });
  const silentAtMs = await within(silent);
  const sureAtMs =
    event?.type === 'recognition' && event.event.type === 'speech-started' ? event.event.atMs : Number.NaN;
  gateway.plane.send(sessionId, { type: 'play', playbackId: String(Math.random()), text: botText });
  if (event === undefined || silentAtMs === undefined) return undefined;
  return { onsetMs: silentAtMs - spokeAtMs, detectedMs: silentAtMs - sureAtMs };
}

async function runGateway(speech: readonly number[]): Promise<number> {
  const gateway = new Gateway();
  await gateway.plane.whenReady();
  const load = await startLoad();
  const rssBefore = process.memoryUsage().rss;
  const firstMs: number[] = [];
  for (let call = 0; call < callCount; call++) {
    const heard = new Promise<number>((resolve) => {
      load.onMessage = (message) => {
        if (message.type === 'sound' && message.call === call) resolve(message.atMs);
      };
    });
    const connectedAtMs = await gateway.open(`call-${call}`, load.watched[call] ?? load.many);
    if (call < watchedCount) firstMs.push((await heard) - connectedAtMs);
  }
  load.tell({
    type: 'start',
    ports: Array.from({ length: callCount }, (_, i) => gateway.ports.get(`call-${i}`) ?? 9),
    speech,
    speechShare,
  });
  await rest(warmUpMs);
  gateway.paces.length = 0;
  const startedMs = performance.now();
  const before = threadTimes();
  const barges: BargeIn[] = [];
  let unheard = 0;
  for (let call = 0; performance.now() - startedMs < seconds * 1000; call = (call + 1) % watchedCount) {
    const barge = await bargeIn(gateway, load, call);
    if (barge === undefined) unheard++;
    else barges.push(barge);
    // What was said has to end before the same callee speaks again.
    await rest(600);
  }
  const shares = sharesBetween(before, threadTimes(), (performance.now() - startedMs) / 1000);
  const rssAfter = process.memoryUsage().rss;
  const { deviationsMs } = await load.stop();
  for (let call = 0; call < callCount; call++) gateway.plane.send(`call-${call}`, { type: 'close' });
  while (gateway.summaries.length < callCount) await rest(10);
  await gateway.plane.close();

  console.log(`gateway: ${callCount} calls on ${threads} media thread(s), ${seconds} s`);
  const skippedTicks = gateway.paces.reduce((sum, pace) => sum + pace.skippedTicks, 0);
  // What comes is taken all the same: half of the work.
  const done = 1 - skippedTicks / 2 / (ticksOfPace * gateway.paces.length + skippedTicks);
  printShares(shares, ['media', 'speech', 'detection', 'other'], done);
  const media = (shares.get('media') ?? 0) / done;
  line('calls a core, media threads alone', String(Math.floor(callCount / media)));
  line('memory of the process a call', `${((rssAfter - rssBefore) / callCount / 1024).toFixed(0)} KiB`);
  const worst = (pick: (pace: MediaPace) => number): string => ms(Math.max(...gateway.paces.map(pick)));
  line(
    'tick lateness p50 / p99 / max, worst 5 s',
    `${worst((pace) => pace.p50Ms)} / ${worst((pace) => pace.p99Ms)} / ${worst((pace) => pace.maxMs)}`,
  );
  line(
    'ticks skipped for want of time',
    `${skippedTicks}${skippedTicks > gateway.paces.length ? ': the machine was too busy for these calls' : ''}`,
  );
  const sent = gateway.summaries;
  line(
    '|send interval - 20 ms| p50 / p99, median call',
    `${ms(
      quantile(
        sent.map((s) => s.sendJitterP50Ms),
        0.5,
      ),
    )} / ${ms(
      quantile(
        sent.map((s) => s.sendJitterP99Ms),
        0.5,
      ),
    )}`,
  );
  line(
    '... on the wire, p50 / p99 / p99.9 of 8 calls',
    [0.5, 0.99, 0.999].map((share) => ms(quantile(deviationsMs, share))).join(' / '),
  );
  line(
    'packets received / late / lost, all calls',
    [
      sent.reduce((sum, s) => sum + s.packetsReceived, 0),
      sent.reduce((sum, s) => sum + s.packetsLate, 0),
      sent.reduce((sum, s) => sum + s.packetsLost, 0),
    ].join(' / '),
  );
  line('connect to the first packet, p50 / worst', `${ms(quantile(firstMs, 0.5))} / ${ms(Math.max(...firstMs))}`);
  line(
    'voice to silence on the wire, p50 / p95',
    `${ms(
      quantile(
        barges.map((b) => b.onsetMs),
        0.5,
      ),
    )} / ${ms(
      quantile(
        barges.map((b) => b.onsetMs),
        0.95,
      ),
    )} (${barges.length} times, ${unheard} not noticed)`,
  );
  line(
    '... of which after its detection, p50 / p95',
    `${ms(
      quantile(
        barges.map((b) => b.detectedMs),
        0.5,
      ),
    )} / ${ms(
      quantile(
        barges.map((b) => b.detectedMs),
        0.95,
      ),
    )}`,
  );
  return media;
}

const speaker = await FliteSynthesizer.open();
const speech = [
  ...speaker.speak('slt', 'I would like to speak with someone about my order, which was to come on Monday.', 8000),
];
line('processor', `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, load average ${loadavg()[0]?.toFixed(1)}`);
const floor = await runEcho(speech);
const media = await runGateway(speech);
line('media threads, against the floor', `${(media / floor).toFixed(2)} times`);
channel.close();
