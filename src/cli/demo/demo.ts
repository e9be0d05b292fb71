/**
 * The demo: a whole call on loopback, live in the terminal. A gateway with embedded defaults, a scripted phone that
 * answers and speaks, a webhook receiver, and the documented curl that starts it all. Succeeds only when the call went as
 * scripted and the words were understood on both sides.
 */
import { randomBytes } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { styleText } from 'node:util';
import { createLog, type Gateway, startGateway } from '../../app/index.ts';
import type { CallEvent } from '../../call/index.ts';
import { readSettings, type Settings } from '../../config/index.ts';
import { monotonicClock } from '../../host/index.ts';
import type { DemoOptions } from '../program.ts';
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
/** Apart from the data of a gateway that may be running here. */
const dataDir = 'outdial-data/demo';

interface Parts {
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
    return await Promise.race([conduct(options, parts), interrupted]);
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
    await Promise.allSettled([parts.gateway?.stop(0)]);
    await Promise.allSettled([parts.phone?.close(), parts.webhook?.close()]);
  }
}

async function conduct(options: DemoOptions, parts: Parts): Promise<number> {
  const isStyled = process.stdout.isTTY;
  const bold = (text: string): string => (isStyled ? styleText('bold', text) : text);
  const view = createCallView({
    isStyled,
    print: (line) => {
      console.log(line);
    },
  });
  console.log(`${bold('outdial demo')}: a real SIP call on loopback. Loading the speech engines ...`);
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
      events.push(event);
      view.onEvent(event);
      over.look(event);
    },
  });
  if (!started.ok) throw new Error(started.error.join('\n'));
  parts.gateway = started.value;

  const command: StartCallCommand = {
    url: `${parts.gateway.httpUrl}/vgw/outboundCalls/demo/startOutboundCall`,
    ...credentials,
    body: {
      from: 'sip:clinic@example.com',
      to: parts.phone.uri,
      context,
      statusWebhook: parts.webhook.url,
      statusWebhookUsername: credentials.username,
      statusWebhookPassword: credentials.password,
    },
  };
  console.log(`\n${printCurl(command)}\n`);
  const sessionId = await placeCall(command);
  await over.done;
  await parts.gateway.stop(0);
  return await conclude({ sessionId, settings, options, events, parts, bold });
}

/** Resolves when the call is over and its media is closed, or when the demo has taken too long. */
function watchForTheEnd(events: readonly CallEvent[]): { done: Promise<void>; look(event: CallEvent): void } {
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolveDone) => {
    const timer = setTimeout(resolveDone, limitMs);
    finish = () => {
      clearTimeout(timer);
      // The callee's phone still listens for the last words.
      setTimeout(resolveDone, 2000);
    };
  });
  return {
    done,
    look() {
      if (events.some(({ type }) => type === 'call.over') && events.some(({ type }) => type === 'media.closed'))
        finish();
    },
  };
}

function demoSettings(credentials: { username: string; password: string }, options: DemoOptions): Settings {
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

function openWebhook(
  credentials: { readonly username: string; readonly password: string },
  view: CallView,
): Promise<WebhookReceiver> {
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
  readonly bold: (text: string) => string;
}

async function conclude({ sessionId, settings, options, events, parts, bold }: Conclusion): Promise<number> {
  const recordFile = join(settings.dataDir, 'calls', `${sessionId}.json`);
  const recordText = await readFile(recordFile, 'utf8');
  console.log(`\n${bold('The call record')} ${recordFile}\n${recordText.trim()}`);
  let recording = join(settings.dataDir, 'recordings', `${sessionId}-audio.wav`);
  if (options.outFile !== undefined) {
    await rename(recording, options.outFile);
    recording = options.outFile;
  }
  console.log(`\n${bold('The conversation')} (left: bot, right: callee) ${resolve(recording)}\n`);
  const findings = judgeDemo({
    lines,
    events,
    notifications: parts.webhook?.received ?? [],
    understoodByCallee: parts.phone?.phone.understood ?? [],
    recordText,
  });
  for (const { isGood, text } of findings) console.log(`${isGood ? '✓' : '✗'} ${text}`);
  return findings.every(({ isGood }) => isGood) ? 0 : 1;
}
