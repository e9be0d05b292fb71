/**
 * How fast a turn is, measured on the audio, in whole calls over real sockets and the real media thread. First with a bot
 * and speech engines that take no time, so that what is left is the gateway's own; then with the speech engines inside
 * outdial and a bot that takes 300 ms, in the turn and ahead of it. Run by `npm run bench:turn`; `instant` or `local`
 * as an argument measures only that part.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, startGateway } from '../src/app/index.ts';
import { type CallEvent, latencyParts, type TurnReport } from '../src/call/index.ts';
import { startDemoPhone } from '../src/cli/demo/demo-phone.ts';
import { readSettings } from '../src/config/index.ts';
import type { PhoneScript } from '../src/testing/index.ts';

const endOfSpeechMs = 600;

interface Trial {
  readonly engines: 'instant' | 'local';
  readonly botDelayMs: number;
  readonly isSpeculative: boolean;
  readonly greeting: string;
  readonly phone: Pick<PhoneScript, 'lines' | 'speaksFirst'>;
  /** So many calls at a time, so many times, after one more time that is told apart: its code runs for the first time. */
  readonly calls: number;
  readonly rounds: number;
}

interface Figures {
  /** Of the first calls of a new process. */
  readonly firstTurns: TurnReport[];
  /** Turns about what the callee said, those that were answered aloud. */
  readonly turns: TurnReport[];
  /** From the 200 OK to the first packet of the greeting. */
  readonly greetingMs: number[];
  /** From the first packet of a voice to the last one of what it interrupted. */
  readonly silenceMs: number[];
  readonly speculations: Record<'asked' | 'used' | 'wasted', number>;
}

/** A webhook bot: greets, says something short after every utterance, and hangs up after the last one. */
async function startBot({ botDelayMs, greeting, phone }: Trial) {
  const server = createServer((request, response) => {
    void request.toArray().then((chunks) => {
      const { event, context }: { event: string; context: { turn?: number } } = JSON.parse(
        Buffer.concat(chunks).toString(),
      );
      const turn = (context.turn ?? 0) + (event === 'speech' ? 1 : 0);
      const hangup = event !== 'start' && turn >= phone.lines.length;
      const say = event === 'start' ? greeting : 'All right.';
      const answer = JSON.stringify({ say, hangup, context: { turn } });
      // A timer of 0 ms takes one or two.
      if (event === 'speech' && botDelayMs > 0) setTimeout(() => response.end(answer), botDelayMs);
      else response.end(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}

async function measure(trial: Trial): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-bench-'));
  const bot = await startBot(trial);
  const read = readSettings({
    ENABLE_OUTBOUND_CALLS: 'true',
    HTTP_PORT: '0',
    SIP_PORT: '0',
    RTP_UDP_PORT_RANGE: '34000-34998',
    OUTDIAL_DATA_DIR: folder,
    OUTDIAL_BOT_TYPE: 'webhook',
    OUTDIAL_MAX_CPU: '0',
    WATSON_CONVERSATION_URL: bot.url,
    WATSON_STT_FIRMUP_SILENCE_TIME: String(endOfSpeechMs / 1000),
    OUTDIAL_SPECULATION: String(trial.isSpeculative),
  });
  assert.ok(read.ok, JSON.stringify(read));
  const instant = new URL('../src/testing/fake-speech-engines.js', import.meta.url).href;
  const speech = trial.engines === 'instant' ? ([instant] as const) : ([] as const);
  const phone = await startDemoPhone(
    { ringMs: 200, hangsUp: false, patienceMs: 100, ...trial.phone },
    { model: 'tiny', voice: 'rms' },
    () => undefined,
    ...speech,
  );
  const nothing = (): Figures => ({
    firstTurns: [],
    turns: [],
    greetingMs: [],
    silenceMs: [],
    speculations: { asked: 0, used: 0, wasted: 0 },
  });
  const first = nothing();
  const figures = nothing();
  const watch = watcher(() => (isFirst ? first : figures));
  let isFirst = true;
  const [speechModule] = speech;
  const started = await startGateway({
    settings: read.value.settings,
    log: createLog('silent'),
    observe: watch.observe,
    ...(speechModule === undefined ? {} : { speechModule }),
  });
  assert.ok(started.ok, JSON.stringify(started));
  for (let round = 0; round <= trial.rounds; round += 1) {
    isFirst = round === 0;
    const closed = watch.untilClosed(trial.calls);
    await Promise.all(
      Array.from({ length: trial.calls }, () =>
        startCall(`${started.value.httpUrl}/vgw/outboundCalls/bench`, phone.uri),
      ),
    );
    await closed;
  }
  await started.value.stop(0);
  await phone.close();
  bot.close();
  await rm(folder, { recursive: true, force: true });
  return { ...figures, firstTurns: first.turns };
}

async function startCall(url: string, to: string): Promise<void> {
  const response = await fetch(`${url}/startOutboundCall`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to }),
  });
  assert.equal(response.status, 200, await response.text());
}

function watcher(present: () => Figures) {
  const answeredAtMs = new Map<string, number>();
  const onsetAtMs = new Map<string, number>();
  let open = 0;
  let onClosed: () => void = () => undefined;
  const observe = (sessionId: string, event: CallEvent): void => {
    const figures = present();
    if (event.type === 'call.answered') answeredAtMs.set(sessionId, event.atMs);
    else if (event.type === 'voice.started') onsetAtMs.set(sessionId, event.onsetAtMs);
    else if (event.type === 'turn.speculated') figures.speculations[event.outcome] += 1;
    else if (event.type === 'turn.interrupted') {
      figures.silenceMs.push((event.turn.finishedAtMs ?? NaN) - (onsetAtMs.get(sessionId) ?? NaN));
    } else if (event.type === 'turn.spoken') {
      const { turn } = event;
      if (turn.cause.type === 'speech') figures.turns.push(turn);
      if (turn.cause.type !== 'start') return;
      figures.greetingMs.push((turn.firstAudioAtMs ?? NaN) - (answeredAtMs.get(sessionId) ?? NaN));
    } else if (event.type === 'media.closed') {
      open -= 1;
      if (open === 0) onClosed();
    }
  };
  const untilClosed = (calls: number): Promise<void> =>
    new Promise((resolve) => {
      open = calls;
      onClosed = resolve;
    });
  return { observe, untilClosed };
}

function spread(values: readonly number[]): string {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN).toFixed(1).padStart(7);
  return `median ${at(0.5)} ms   p95 ${at(0.95)} ms   worst ${at(1)} ms   (${sorted.length} values)`;
}

const parts = (turn: TurnReport) => new Map(latencyParts(turn).map(({ name, durationMs }) => [name, durationMs]));
const responseMs = (turn: TurnReport): number => [...parts(turn).values()].reduce((sum, each) => sum + each, 0);

function printWaterfall({ firstTurns, turns, speculations }: Figures): void {
  console.log(`  last voice to first packet        ${spread(turns.map(responseMs))}`);
  console.log(
    `  ... less ${endOfSpeechMs} ms of silence        ${spread(turns.map((turn) => responseMs(turn) - endOfSpeechMs))}`,
  );
  console.log(
    `  ... of the first calls            ${spread(firstTurns.map((turn) => responseMs(turn) - endOfSpeechMs))}`,
  );
  for (const name of ['end of speech', 'words', 'gateway', 'bot', 'voice', 'packet']) {
    // The fakes have no clock: their words bear the instant at which the audio arrived.
    console.log(`  of which ${name.padEnd(24)} ${spread(turns.map((turn) => parts(turn).get(name) ?? NaN))}`);
  }
  const { asked, used, wasted } = speculations;
  if (asked > 0) console.log(`  asked ahead ${asked}, used ${used}, wasted ${wasted}`);
}

const instant = { engines: 'instant', botDelayMs: 0, isSpeculative: false } as const;
const answers = ['yes', 'no', 'maybe so', 'today', 'at ten', 'fine'];

const long = 'This is a rather long text that is meant to be interrupted, and nobody will hear the end of it.';

async function measureInstant(): Promise<void> {
  console.log('instant bot, instant engines:');
  const own = await measure({
    ...instant,
    greeting: 'Hi.',
    phone: { lines: answers, speaksFirst: false },
    calls: 4,
    rounds: 3,
  });
  printWaterfall(own);
  console.log(`  200 OK to greeting                ${spread(own.greetingMs)}`);
  const cut = await measure({
    ...instant,
    greeting: long,
    phone: { lines: ['stop'], speaksFirst: true },
    calls: 4,
    rounds: 5,
  });
  console.log(`  voice over a text to its silence  ${spread(cut.silenceMs)}`);
}

async function measureLocal(): Promise<void> {
  const local = { engines: 'local', greeting: 'Hello, who is there?', calls: 1, rounds: 3 } as const;
  const phone = {
    lines: ['Sorry, who is calling please?', 'Could you repeat that?', 'Yes, I will be there.'],
    speaksFirst: false,
  };
  for (const isSpeculative of [false, true]) {
    console.log(`local engines, a bot of 300 ms${isSpeculative ? ', asked ahead' : ''}:`);
    const figures = await measure({ ...local, phone, botDelayMs: 300, isSpeculative });
    printWaterfall(figures);
    console.log(`  200 OK to greeting                ${spread(figures.greetingMs)}`);
  }
  const spoken = await measure({
    ...local,
    greeting: long,
    phone: { lines: ['Stop, please stop talking now.'], speaksFirst: true },
    botDelayMs: 0,
    isSpeculative: false,
  });
  console.log(`local engines, voice over a text to its silence:\n  ${spread(spoken.silenceMs)}`);
}

const [, , only] = process.argv;
if (only !== 'local') await measureInstant();
if (only !== 'instant') await measureLocal();
