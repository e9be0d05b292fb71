/**
 * A whole gateway on real sockets whose ears and voice are Watson services on loopback: what the callee says reaches the
 * bot by the recognition service, what the bot says reaches the callee by the synthesis service.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { inspect } from 'node:util';
import { type Gateway, type GatewayLog, startGateway } from '../../src/app/index.ts';
import type { CallEvent } from '../../src/call/index.ts';
import { startDemoPhone } from '../../src/cli/demo/demo-phone.ts';
import { readSettings } from '../../src/config/index.ts';
import { startWatsonService } from '../speech/watson-service.ts';

const speechModule = new URL('../../src/testing/fake-speech-engines.js', import.meta.url).href;
const secrets = ['C4NARY-stt-password', 'C4NARY-tts-token', 'C4NARY-bot-given'];

interface Asked {
  readonly text: string;
  readonly context: Readonly<Record<string, unknown>>;
}

const folder = await mkdtemp(join(tmpdir(), 'outdial-watson-'));
const service = await startWatsonService();
const asked: Asked[] = [];
let answer: (turn: Asked) => object = () => ({});
const bot = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
  request.on('end', () => {
    const { input, context } = JSON.parse(body) as { input: { text: string }; context: Record<string, unknown> };
    asked.push({ text: input.text, context });
    response.writeHead(200, { 'content-type': 'application/json' });
    const output = input.text === '' ? { text: ['good day'] } : answer({ text: input.text, context });
    response.end(JSON.stringify({ output, context }));
  });
});
await new Promise<void>((resolve) => {
  bot.listen(0, '127.0.0.1', resolve);
});
const phone = await startDemoPhone(
  { ringMs: 50, lines: ['hello?', 'tuesday please'], speaksFirst: false, hangsUp: false, patienceMs: 300 },
  { model: 'base', voice: 'slt' },
  () => undefined,
  speechModule,
);
const logged: string[] = [];
const write = (fields: object, text: string): void =>
  void logged.push(`${text} ${JSON.stringify(fields)} ${inspect(fields, { depth: 9 })}`);
const log: GatewayLog = { debug: write, info: write, warn: write, error: write, audit: write };
const ends: Extract<CallEvent, { type: 'call.over' }>[] = [];
const warnings: string[] = [];
let onOver: () => void = () => undefined;
const gateway = await open();

after(async () => {
  await gateway.stop(0);
  await Promise.allSettled([phone.close(), service.close()]);
  bot.closeAllConnections();
  bot.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<Gateway> {
  const read = readSettings({
    ENABLE_OUTBOUND_CALLS: 'true',
    HTTP_PORT: '0',
    SIP_PORT: '0',
    RTP_UDP_PORT_RANGE: '34000-34998',
    OUTDIAL_DATA_DIR: folder,
    WATSON_CONVERSATION_URL: `http://127.0.0.1:${(bot.address() as AddressInfo).port}/`,
    WATSON_STT_URL: service.url,
    WATSON_STT_USERNAME: 'stt',
    WATSON_STT_PASSWORD: secrets[0] ?? '',
    WATSON_STT_MODEL: 'en-US_Telephony',
    WATSON_TTS_URL: service.url,
    TTS_CACHE_TIME_TO_LIVE: '1',
    OUTDIAL_PREPARED_PROMPTS: '0',
  });
  assert.ok(read.ok);
  assert.deepEqual(read.value.notices, []);
  const started = await startGateway({
    settings: read.value.settings,
    log,
    speechModule,
    observe: (_sessionId, event) => {
      if (event.type === 'call.warning') warnings.push(event.message);
      if (event.type === 'call.over') ends.push(event);
      onOver();
    },
  });
  assert.ok(started.ok, inspect(started));
  return started.value;
}

/** Places a call, waits for its end and returns how it ended, and its record as text. */
async function call(tenantConfig: object = {}): Promise<{ readonly endCode: string; readonly record: string }> {
  const before = ends.length;
  asked.length = 0;
  service.connections.length = 0;
  warnings.length = 0;
  const response = await fetch(`${gateway.httpUrl}/vgw/outboundCalls/t/startOutboundCall`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to: phone.uri, tenantConfig }),
  });
  const { vgwSessionID } = (await response.json()) as { vgwSessionID: string };
  assert.equal(response.status, 200);
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`only ${JSON.stringify(asked)}`)), 20_000);
    onOver = () => {
      if (ends.length <= before) return;
      clearTimeout(timer);
      resolve();
    };
    onOver();
  });
  const path = join(folder, 'calls', `${vgwSessionID}.json`);
  for (let attempt = 0; attempt < 100; attempt++) {
    const record = await readFile(path, 'utf8').catch(() => undefined);
    if (record !== undefined) return { endCode: ends.at(-1)?.end.endCode ?? '', record };
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error('no record');
}

/** The last words before a BYE are still on their way to the callee when the call is over. */
async function isUnderstood(words: string): Promise<boolean> {
  for (let attempt = 0; attempt < 100 && phone.phone.understood.at(-1) !== words; attempt++) {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  return phone.phone.understood.at(-1) === words;
}

async function understood(words: string): Promise<void> {
  await isUnderstood(words);
  assert.equal(phone.phone.understood.at(-1), words);
}

const spoken = (): unknown[] =>
  service.connections.map(({ start }) => start['text']).filter((text) => text !== undefined);
const hangUp = (text: string): object => ({ text: [text], vgwAction: { command: 'vgwActHangup' } });

test('words go both ways by the services', { timeout: 30_000 }, async () => {
  answer = ({ text }) => (text === 'hello?' ? hangUp('all is well, goodbye') : { text: [] });
  const { endCode } = await call();
  assert.equal(endCode, 'completed.bot');
  assert.deepEqual(
    asked.map(({ text }) => text),
    ['', 'hello?', 'vgwHangUp'],
  );
  const [, heard] = asked;
  assert.match(JSON.stringify(heard?.context['vgwSTTResponse']), /"confidence":0\.87/);
  const ear = service.connections.find(({ path }) => path.endsWith('recognize'));
  assert.equal(ear?.query['model'], 'en-US_Telephony');
  assert.equal(ear?.headers.authorization, `Basic ${Buffer.from(`stt:${secrets[0]}`).toString('base64')}`);
  assert.deepEqual(spoken(), ['good day', 'all is well, goodbye']);
  // A media thread that is held up for more than 60 ms, as may be in the first call of a process, costs a character.
  for (let again = 0; again < 2 && !(await isUnderstood('all is well, goodbye')); again++) await call();
  await understood('all is well, goodbye');
});

test(
  'a text that was spoken lately is not asked for again, unless the bot excludes it',
  { timeout: 30_000 },
  async () => {
    answer = ({ text }) => (text === 'hello?' ? hangUp('all is well, goodbye') : { text: [] });
    await call();
    assert.deepEqual(spoken(), []);
    const excluded = [
      { command: 'vgwActExcludeFromTTSCache' },
      { command: 'vgwActPlayText' },
      { command: 'vgwActHangup' },
    ];
    answer = ({ text }) =>
      text === 'hello?' ? { text: ['your pin is 1'], vgwActionSequence: excluded } : { text: [] };
    await call();
    await call();
    assert.deepEqual(spoken(), ['your pin is 1']);
    await understood('your pin is 1');
  },
);

test('a bot changes recognition and voice in the call, for good and for one turn', { timeout: 30_000 }, async () => {
  const configure = [
    {
      command: 'vgwActSetSTTConfig',
      parameters: { config: { model: 'es-ES_Telephony' }, updateMethod: 'replaceOnce' },
    },
    {
      command: 'vgwActSetTTSConfig',
      parameters: { name: 'theirs', config: { voice: 'es-ES_Laura' }, updateMethod: 'merge' },
    },
    { command: 'vgwActSetTTSConfig', parameters: { cacheTimeToLive: 'soon' } },
    { command: 'vgwActPlayText' },
  ];
  answer = ({ text }) => {
    if (text === 'hello?') return { text: ['when do you come?'], vgwActionSequence: configure };
    return text === 'tuesday please' ? hangUp('until then') : { text: [] };
  };
  const { endCode, record } = await call();
  assert.equal(endCode, 'completed.bot');
  assert.deepEqual(
    asked.map(({ text }) => text),
    ['', 'hello?', 'tuesday please', 'vgwHangUp'],
  );
  const ears = service.connections.filter(({ path }) => path.endsWith('recognize'));
  assert.deepEqual(
    ears.map(({ query }) => query['model']),
    ['en-US_Telephony', 'es-ES_Telephony', 'en-US_Telephony'],
  );
  const voices = service.connections.filter(({ path }) => path.endsWith('synthesize'));
  assert.deepEqual(
    voices.map(({ query }) => query['voice']),
    ['es-ES_Laura', 'es-ES_Laura'],
  );
  assert.match(warnings.join(), /vgwActSetTTSConfig was not carried out: tts\.cacheTimeToLive/);
  assert.ok(record.includes('"configure-speech"') && !record.includes('es-ES_Laura'));
});

test(
  'a recognition service that stays away gives way to the next, and the bot is told',
  { timeout: 30_000 },
  async () => {
    answer = ({ text }) => (text === 'hello?' ? hangUp('goodbye') : { text: [] });
    const gone = { name: 'gone', credentials: { url: 'http://127.0.0.1:1/', bearerToken: secrets[1] } };
    const standby = { name: 'standby', credentials: { url: service.url } };
    const { endCode } = await call({ config: { stt: [gone, standby], tts: [{ ...gone }, { name: 'inside' }] } });
    assert.equal(endCode, 'completed.bot');
    assert.deepEqual(
      asked.map(({ text, context }) => [text, context['vgwSTTProvider'], context['vgwTTSProvider']]),
      [
        ['', 'gone', 'gone'],
        ['hello?', 'standby', 'inside'],
        ['vgwHangUp', 'standby', 'inside'],
      ],
    );
    await understood('goodbye');
  },
);

test('when no recogniser is left the call fails with its reason', { timeout: 30_000 }, async () => {
  answer = () => ({ text: [] });
  const { endCode, record } = await call({ config: { stt: { credentials: { url: 'http://127.0.0.1:1/' } } } });
  assert.equal(endCode, 'speech.recognition-failed');
  assert.match(record, /Recognition: 127\.0\.0\.1:1 could not be connected to/);
});

test('no secret of a speech service is in the log', () => {
  assert.ok(logged.length > 10);
  for (const line of logged) for (const secret of secrets) assert.ok(!line.includes(secret), line);
});
