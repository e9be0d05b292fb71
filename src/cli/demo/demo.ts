/**
 * The demo: a whole call on loopback, live in the terminal. A gateway with embedded defaults, a scripted phone that
 * answers and speaks, a webhook receiver, and the documented curl that starts it all. Succeeds only when the call went as
 * scripted and the words were understood on both sides.
 */
import { randomBytes } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog, type Gateway, startGateway } from '../../app/index.ts';
import type { CallEvent } from '../../call/index.ts';
import type { CallRecord } from '../../client/index.ts';
import { readSettings, type Settings } from '../../config/index.ts';
import { monotonicClock } from '../../host/index.ts';
import { explainEnd } from '../../kit/index.ts';
import { outcomeLines } from '../calls/call-outcome.ts';
import type { DemoOptions } from '../program.ts';
import { lookOf } from '../terminal.ts';
import { painted, type TerminalOptions } from '../terminal-lines.ts';
import { indented, labelled } from '../wrap-text.ts';
import { type CallView, createCallView } from './call-view.ts';
import { type DemoPhone, startDemoPhone } from './demo-phone.ts';
import { judgeDemo } from './judge-demo.ts';
import { placeCall, printCurl, type StartCallCommand } from './place-call.ts';
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts';

/** What the callee says, each line when the bot has finished speaking. */
const lines = ['Sorry, who is calling please?', 'Yes, I will be there.'] as const;
const context = { name: 'Alice', clinic: 'the dental clinic', day: 'on Monday', time: 'half past nine' };
/** A demo that has not ended by then never will. */
const limitMs = 90_000;
const tenantId = 'demo';
/** Apart from the data of a gateway that may be running here. */
const dataDir = 'outdial-data/demo';

interface Parts {
  /** The call has been told, and the gateway waits for Ctrl-C. */
  isStaying?: true;
  gateway?: Gateway;
  phone?: DemoPhone;
  webhook?: WebhookReceiver;
}

/** Runs the demo; resolves with the exit code. Ctrl-C leaves nothing behind. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const parts: Parts = {};
  let onInterrupt = (): void => undefined;
  const interrupted = new Promise<number>((resolveCode) => {
    onInterrupt = () => {
      resolveCode(130);
    };
    process.once('SIGINT', onInterrupt);
    process.once('SIGTERM', onInterrupt);
  });
  try {
    return await conductUntil(options, parts, interrupted);
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
    await Promise.allSettled([parts.gateway?.stop(0)]);
    await Promise.allSettled([parts.phone?.close(), parts.webhook?.close()]);
  }
}

/** Ctrl-C ends it at once, and a gateway that stays with the outcome of its call. */
async function conductUntil(options: DemoOptions, parts: Parts, interrupted: Promise<number>): Promise<number> {
  const conducted = conduct(options, parts, interrupted);
  // Whoever has left does not hear of it any more.
  conducted.catch(() => undefined);
  const first = await Promise.race([conducted, interrupted]);
  return parts.isStaying === true ? await conducted : first;
}

async function conduct(options: DemoOptions, parts: Parts, interrupted: Promise<unknown>): Promise<number> {
  const screen = openScreen();
  const { say, bold } = screen;
  const view = createCallView(screen);
  say(`${bold('outdial demo')}: a real SIP call on this machine. Loading the speech engines ...`);
  const events: CallEvent[] = [];
  const over = watchForTheEnd(events);
  const credentials = { username: 'demo', password: randomBytes(9).toString('base64url') };
  const settings = demoSettings(credentials, options);
  parts.webhook = await openWebhook(credentials, view);
  parts.phone = await openPhone(settings, view);
  const started = await startGateway({
    settings,
    log: createLog('silent'),
    observe: (_sessionId, event) => {
      if (over.isOver()) return;
      events.push(event);
      view.onEvent(event);
      over.look();
    },
  });
  if (!started.ok) throw new Error(started.error.join('\n'));
  const gateway = (parts.gateway = started.value);
  const command = commandOf(gateway, parts.phone, parts.webhook, credentials);
  say(`\nThe phone is ${parts.phone.uri}. This places the call:\n\n${printCurl(command)}\n`);
  const sessionId = await placeCall(command);
  await over.done;
  if (options.isKeptOpen !== true) await gateway.stop(0);
  const code = await conclude({ sessionId, settings, options, events, parts, screen });
  if (options.isKeptOpen !== true) return code;
  tellDoors(gateway, sessionId, credentials, screen);
  parts.isStaying = true;
  await interrupted;
  return code;
}

/** How the demo is printed. */
interface Screen extends TerminalOptions {
  readonly say: (text: string) => void;
  readonly bold: (text: string) => string;
}

function openScreen(): Screen {
  const look = lookOf(process.stdout, process.env);
  const say = (text: string): void => {
    console.log(text);
  };
  return { ...look, print: say, say, bold: (text) => painted('bold', text, look.isStyled) };
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

function commandOf(
  gateway: Gateway,
  phone: DemoPhone,
  webhook: WebhookReceiver,
  credentials: Credentials,
): StartCallCommand {
  return {
    url: `${gateway.httpUrl}/vgw/outboundCalls/${tenantId}/startOutboundCall`,
    ...credentials,
    body: {
      from: 'sip:clinic@example.com',
      to: phone.uri,
      context,
      statusWebhook: webhook.url,
      statusWebhookUsername: credentials.username,
      statusWebhookPassword: credentials.password,
    },
  };
}

/** Where to look now that the gateway stays. */
function tellDoors(gateway: Gateway, sessionId: string, credentials: Credentials, { say, bold }: Screen): void {
  const { httpUrl } = gateway;
  say(`\n${bold('The gateway stays open')}; Ctrl-C ends it.`);
  const rows = [
    ['this call', `${httpUrl}/console/calls/${sessionId}`],
    ['log in', `tenant ${tenantId}, user ${credentials.username}, password ${credentials.password}`],
    ['API', `${httpUrl}/docs`],
  ] as const;
  for (const [label, text] of rows) for (const line of labelled(label, text, undefined)) say(line);
}

interface End {
  readonly done: Promise<void>;
  /** Whether nothing of the call is to come any more. */
  isOver(): boolean;
  look(): void;
}

/** Resolves when the call is over and its media is closed, or when the demo has taken too long. */
function watchForTheEnd(events: readonly CallEvent[]): End {
  let finish: () => void = () => undefined;
  let isDone = false;
  const done = new Promise<void>((resolve) => {
    const resolveDone = (): void => {
      isDone = true;
      resolve();
    };
    const timer = setTimeout(resolveDone, limitMs);
    finish = () => {
      clearTimeout(timer);
      // The callee's phone still listens for the last words.
      setTimeout(resolveDone, 2000);
    };
  });
  return {
    done,
    isOver: () => isDone,
    look() {
      if (events.some(({ type }) => type === 'call.over') && events.some(({ type }) => type === 'media.closed'))
        finish();
    },
  };
}

function demoSettings(credentials: Credentials, options: DemoOptions): Settings {
  const read = readSettings({
    ENABLE_OUTBOUND_CALLS: 'true',
    REST_API_USERNAME: credentials.username,
    REST_API_PASSWORD: credentials.password,
    HTTP_PORT: '0',
    SIP_PORT: '0',
    RTP_UDP_PORT_RANGE: '31000-31998',
    ENABLE_RECORDING: 'true',
    STEREO_RECORDING: 'true',
    OUTDIAL_DATA_DIR: dataDir,
    ...(options.voice === undefined ? {} : { OUTDIAL_VOICE: options.voice }),
  });
  if (!read.ok) throw new Error(read.error.map(({ variable, reason }) => `${variable}: ${reason}`).join('\n'));
  return read.value.settings;
}

function openWebhook(credentials: Credentials, view: CallView): Promise<WebhookReceiver> {
  return startWebhookReceiver(credentials, ({ callState, failureReason, isAuthorized }) => {
    const reason = failureReason === null ? '' : `: ${failureReason}`;
    view.note(monotonicClock.nowMs(), 'webhook', `${callState}${reason}${isAuthorized ? '' : ' (wrong credentials)'}`);
  });
}

function openPhone(settings: Settings, view: CallView): Promise<DemoPhone> {
  const script = { ringMs: 1200, lines, speaksFirst: false, hangsUp: false, patienceMs: 500 };
  // The callee has another voice than the bot.
  const voice = settings.voice === 'rms' ? 'slt' : 'rms';
  return startDemoPhone(script, { model: settings.speechModel, voice }, (event) => {
    if (event.type === 'says') view.note(monotonicClock.nowMs(), 'callee', `“${event.text}”`);
  });
}

interface Conclusion {
  readonly sessionId: string;
  readonly settings: Settings;
  readonly options: DemoOptions;
  readonly events: readonly CallEvent[];
  readonly parts: Parts;
  readonly screen: Screen;
}

async function conclude({ sessionId, settings, options, events, parts, screen }: Conclusion): Promise<number> {
  const { say, bold } = screen;
  const recordFile = join(settings.dataDir, 'calls', `${sessionId}.json`);
  const recordText = await readWhenWritten(recordFile);
  const record = JSON.parse(recordText) as CallRecord;
  const endExplanation = explainEnd(String(record['endCode']));
  // The file has it, and is told below.
  const shown = { ...record, recordingFile: null };
  for (const line of ['', ...outcomeLines(endExplanation, shown, { ...screen, isKept: false })]) say(line);
  let recording = join(settings.dataDir, 'recordings', `${sessionId}-audio.wav`);
  if (options.outFile !== undefined) {
    await rename(recording, options.outFile);
    recording = options.outFile;
  }
  say(`\n${bold('What was to happen, and did')}`);
  const findings = judgeDemo({
    lines,
    events,
    notifications: parts.webhook?.received ?? [],
    understoodByCallee: parts.phone?.phone.understood ?? [],
    recordText,
  });
  for (const { isGood, text } of findings) {
    const [first = '', ...rest] = indented(text, 4, screen.columns);
    say(`  ${isGood ? '✓' : '✗'} ${first}`);
    for (const line of rest) say(`    ${line}`);
  }
  const isGood = findings.every((finding) => finding.isGood);
  say(`\n${bold('Kept')}`);
  for (const line of labelled('record', recordFile, undefined)) say(line);
  for (const line of labelled('recording', recording, undefined)) say(line);
  for (const line of labelled('', 'left the bot, right the callee', undefined)) say(line);
  if (options.isKeptOpen !== true) tellNext(screen);
  return isGood ? 0 : 1;
}

/** What somebody who has seen the demo may try. */
function tellNext({ say, bold }: Screen): void {
  say(`\n${bold('Next')}`);
  const rows = [
    ['npx outdial demo --stay', 'the same, and look at the call in the console'],
    ['npx outdial talk', 'talk to the bot yourself, by typing'],
    ['npx outdial serve', 'a gateway for calls of your own'],
  ] as const;
  for (const [command, what] of rows) say(`  ${command.padEnd(24)} ${what}`);
}

/** How long the record of a call that is over may take to be written. */
const recordPatienceMs = 10_000;

async function readWhenWritten(file: string): Promise<string> {
  const untilMs = monotonicClock.nowMs() + recordPatienceMs;
  for (;;) {
    try {
      return await readFile(file, 'utf8');
    } catch (fault) {
      if (monotonicClock.nowMs() > untilMs) throw fault;
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
    }
  }
}
