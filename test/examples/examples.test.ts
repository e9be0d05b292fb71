/** The examples as people run them: each a process of its own, against one gateway and one telephone on real sockets. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { createLog, startGateway } from '../../src/app/index.ts';
import { startDemoPhone } from '../../src/cli/demo/demo-phone.ts';
import { readSettings } from '../../src/config/index.ts';
import type { PhoneReaction } from '../../src/testing/index.ts';
import { notificationHeaders, signingKeys } from '../../src/webhooks/index.ts';
import { startAssistant, startModel } from './stand-ins.ts';

const secret = `whsec_${Buffer.from('the secret of these examples 32 b').toString('base64')}`;
const otherSecret = `whsec_${Buffer.from('a secret of somebody else, 32 by').toString('base64')}`;
const speechModule = new URL('../../src/testing/quick-speech-engines.js', import.meta.url).href;

/**
 * What the callee of each example does, each time the bot has fallen silent: by its name in the URI, and not by words, of which some
 * may be lost on a busy machine.
 */
const callees: Readonly<Record<string, readonly PhoneReaction[]>> = {
  patient: [{ say: 'yes' }],
  customer: [{ say: 'sure' }, { press: '4' }, { say: 'yes' }, { say: 'tea, please' }],
  caller: [{ press: '1' }, { press: '2' }, { press: '4711#' }],
  alice: [{ say: 'yes I can' }],
  bob: [{ say: 'it is me' }, { say: 'bye' }],
};

interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Resolves with what was found in the output. */
  prints(pattern: RegExp): Promise<RegExpExecArray>;
  readonly over: Promise<number | null>;
}

function run(command: readonly string[], environment: Readonly<Record<string, string>>): Running {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env: { PATH: process.env['PATH'], ...environment } });
  after(() => child.kill());
  let output = '';
  let look = (): void => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      look();
    });
  }
  const over = new Promise<number | null>((onOver, onError) => child.on('error', onError).on('close', onOver));
  return {
    child,
    output: () => output,
    over,
    prints: (pattern) =>
      new Promise((onFound, onMissing) => {
        look = () => {
          const found = pattern.exec(output);
          if (found !== null) onFound(found);
        };
        look();
        over.then(
          () => onMissing(new Error(`${command.join(' ')} ended without ${String(pattern)}:\n${output}`)),
          onMissing,
        );
      }),
  };
}

interface Receiver extends Running {
  readonly url: string;
}

async function receiver(command: readonly string[], secrets: string): Promise<Receiver> {
  const running = run(command, { OUTDIAL_WEBHOOK_SECRETS: secrets, PORT: '0' });
  const [, port] = await running.prints(/listening on (\d+)/);
  return { ...running, url: `http://127.0.0.1:${port}/` };
}

/** From Node.js 22.18 on TypeScript runs as it is; before, as it was built. */
const runsTypes = 'typescript' in process.features && process.features.typescript !== false;
const inTypeScript = [
  process.execPath,
  runsTypes ? 'examples/webhook-receiver/receiver.ts' : 'dist/examples/webhook-receiver/receiver.js',
];
const inPython = ['python3', 'examples/webhook-receiver/receiver.py'];

const folder = await mkdtemp(join(tmpdir(), 'outdial-examples-'));
after(() => rm(folder, { recursive: true, force: true }));
const [typescript, python, stranger, model, assistant, phone] = await Promise.all([
  receiver(inTypeScript, secret),
  receiver(inPython, `${otherSecret},${secret}`),
  receiver(inPython, otherSecret),
  startModel('MODEL-KEY'),
  startAssistant('ASSISTANT-KEY'),
  startDemoPhone(
    {
      ringMs: 20,
      lines: [],
      speaksFirst: false,
      hangsUp: false,
      patienceMs: 0,
      reaction: (_heard, { requestUri, count }) => callees[/^sip:(\w+)@/.exec(requestUri)?.[1] ?? '']?.[count],
    },
    { model: 'base', voice: 'slt' },
    () => undefined,
    speechModule,
  ),
]);
after(() => {
  model.close();
  assistant.close();
});

const uriOf = (callee: string): string => phone.uri.replace('callee', callee);
const restAPI = { username: 'clinic', password: 'secret word' };
const tenant = (tenantURI: string, { url }: Receiver, dialog?: string): object => ({
  tenantURI,
  restAPI,
  enableOutboundCalls: true,
  outboundCalls: { statusWebhook: url },
  outdial: { webhookSecrets: secret, ...(dialog === undefined ? {} : { dialogFile: resolve(dialog) }) },
});
const tenantFile = join(folder, 'tenants.json');
await writeFile(
  tenantFile,
  JSON.stringify({
    tenants: [
      tenant('clinic', typescript, 'examples/appointment-reminder/dialog.yaml'),
      tenant('survey', python, 'examples/survey/dialog.yaml'),
      tenant('bots', stranger),
    ],
  }),
);
const read = readSettings({
  MULTI_TENANT_CONFIG_FILE: tenantFile,
  HTTP_PORT: '0',
  SIP_PORT: '0',
  RTP_UDP_PORT_RANGE: '36000-36998',
  OUTDIAL_DATA_DIR: folder,
  OUTDIAL_SIP_ALLOW: '127.0.0.1',
  OUTDIAL_ALLOW_NETWORKS: '127.0.0.0/8',
  WATSON_STT_FIRMUP_SILENCE_TIME: '0.3',
});
assert.ok(read.ok, JSON.stringify(read));
const started = await startGateway({ settings: read.value.settings, log: createLog('silent'), speechModule });
assert.ok(started.ok, JSON.stringify(started));
const gateway = started.value;
after(async () => {
  await gateway.stop(0);
  await phone.close();
});

async function example(tenantId: string, more: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const environment = {
    OUTDIAL_GATEWAY: gateway.httpUrl,
    OUTDIAL_TENANT: tenantId,
    OUTDIAL_USERNAME: restAPI.username,
    OUTDIAL_PASSWORD: restAPI.password,
    ...more,
  };
  const running = run([process.execPath, ...args], environment);
  const code = await running.over;
  return { code, lines: running.output().trimEnd().split('\n') };
}

describe('the examples', { concurrency: 3, timeout: 60_000 }, () => {
  test('appointment-reminder tells the call and what came of it', async () => {
    const place = 'examples/appointment-reminder/remind.mjs';
    const { code, lines } = await example(
      'clinic',
      {},
      place,
      uriOf('patient'),
      'Alice',
      'on Monday',
      'half past nine',
    );
    assert.deepEqual(
      [code, ...lines],
      [
        0,
        '  bot: Hello Alice, this is your clinic. Your appointment is on Monday at half past nine. Can you come?',
        'started',
        'ringing',
        'active',
        '  Alice: yes',
        '  bot: Great, see you then. Goodbye.',
        'ended',
        'Alice: confirmed',
      ],
    );
    // The receiver in TypeScript was told, each state once and in order.
    await typescript.prints(/call\.ended/);
    assert.match(
      typescript.output(),
      /^listening on \d+\ncall\.started ([\da-f-]{36})\ncall\.ringing \1\ncall\.active \1\ncall\.ended \1\n$/,
    );
  });

  test('survey asks everybody and prints CSV', async () => {
    const customer = uriOf('customer');
    const { code, lines } = await example('survey', {}, 'examples/survey/ask.mjs', customer, 'no:uri', customer);
    const row = `${customer},completed.bot,4,yes,"tea, please"`;
    assert.deepEqual(
      [code, ...lines.toSorted()],
      [0, ...['to,endCode,rating,recommend,comment', 'no:uri,request.bad-uri,,,', row, row].toSorted()],
    );
    await python.prints(/(?:call\.ended[^]*){2}/);
    const told = python.output().match(/^call\.\w+ [\da-f-]{36} $/gm) ?? [];
    assert.equal(new Set(told).size, 8);
    assert.equal(told.length, 8);
    assert.ok(!python.output().includes('refused'));
  });

  test('dtmf-menu tells keys and the number', async () => {
    const { code, lines } = await example('bots', {}, 'examples/dtmf-menu/call.mjs', uriOf('caller'));
    assert.deepEqual(
      [code, ...lines],
      [0, ...'124711#'.split('').map((key) => `key: ${key}`), 'number: 4711 (completed.bot)'],
    );
    // Who has another key believes nothing of it.
    await stranger.prints(/refused: wrong signature/);
    assert.ok(!stranger.output().includes('call.'));
  });

  test('llm-bot holds the call with a model', async () => {
    const environment = { LLM_URL: `${model.url}/v1`, LLM_API_KEY: 'MODEL-KEY', LLM_MODEL: 'small' };
    const { code, lines } = await example('bots', environment, 'examples/llm-bot/call.mjs', uriOf('alice'), 'Alice');
    assert.deepEqual(model.faults, []);
    assert.deepEqual(
      [code, ...lines.filter((line) => !/^ {2}\(answered in \d+ ms\)$/.test(line))],
      [
        0,
        'bot: Hello Alice, this is the Rossi clinic. Can you come on Monday at ten?',
        'Alice: yes I can',
        'bot: Great, see you on Monday.',
        'Alice: coming',
      ],
    );
    assert.equal(lines.length, 5, 'one answer with its latency');
  });

  test('watson-assistant-bot prints transcript and variables', async () => {
    const environment = {
      ASSISTANT_URL: assistant.url,
      ASSISTANT_ID: 'a-1',
      ASSISTANT_APIKEY: 'ASSISTANT-KEY',
      ASSISTANT_TOKEN_URL: `${assistant.url}/identity/token`,
    };
    const place = 'examples/watson-assistant-bot/call.mjs';
    const { code, lines } = await example('bots', environment, place, uriOf('bob'), 'Bob');
    assert.deepEqual(assistant.faults, []);
    assert.deepEqual(
      [code, ...lines.slice(0, -1)],
      [
        0,
        ...['started', 'ringing', 'active', 'ended'],
        ...['bot: Hello.', 'bot: Who is there?', 'callee: it is me', 'bot: You said: it is me.', 'callee: bye'],
        'bot: Goodbye, Bob.',
      ],
    );
    const { endCode, context }: { endCode: string; context: object } = JSON.parse(lines.at(-1) ?? '');
    assert.equal(endCode, 'completed.bot');
    assert.deepEqual(context, { ...context, name: 'Bob', heard: 'it is me' });
  });
});

for (const [name, target] of [
  ['TypeScript', typescript],
  ['Python', python],
] as const) {
  test(`the receiver in ${name} takes what is genuine, once, and nothing else`, async () => {
    const body = JSON.stringify({ type: `call.${name}`, vgwSessionID: 's-1', failureReason: null });
    const keys = signingKeys(secret);
    const nowMs = Date.now();
    let sequence = 0;
    const post = async (atMs: number, by: readonly Buffer[], sent = body): Promise<number> => {
      sequence += 1;
      const headers = notificationHeaders('s-1', sequence, atMs, body, by);
      const { status } = await fetch(target.url, { method: 'POST', headers, body: sent });
      return status;
    };
    assert.equal(await post(nowMs, keys), 204, 'good');
    sequence = 0;
    assert.equal(await post(nowMs, keys), 204, 'the same again');
    assert.equal(await post(nowMs, [...signingKeys(otherSecret), ...keys]), 204, 'two keys');
    assert.equal(await post(nowMs, keys, body.replace('s-1', 's-2')), 401, 'tampered with');
    assert.equal(await post(nowMs - 301_000, keys), 401, 'old');
    assert.equal(await post(nowMs + 302_000, keys), 401, 'from the future');
    assert.equal(await post(nowMs, signingKeys(`whsec_${Buffer.alloc(32, 7).toString('base64')}`)), 401, 'wrong key');
    assert.equal(await post(nowMs, []), 401, 'unsigned');
    assert.equal(await post(nowMs, keys, 'x'.repeat(70_000)), 400, 'too long');
    assert.equal(target.output().match(new RegExp(`^call\\.${name} s-1`, 'gm'))?.length, 2);
    const refusals = target.output().match(/^refused: .*$/gm);
    assert.deepEqual(refusals, [
      'refused: wrong signature',
      'refused: too old or too new',
      'refused: too old or too new',
      'refused: wrong signature',
      'refused: not signed',
    ]);
  });
}

for (const [name, args] of [
  ['appointment-reminder', ['examples/appointment-reminder/remind.mjs']],
  ['survey', ['examples/survey/ask.mjs']],
  ['dtmf-menu', ['examples/dtmf-menu/call.mjs']],
  ['llm-bot', ['examples/llm-bot/call.mjs']],
  ['watson-assistant-bot', ['examples/watson-assistant-bot/call.mjs']],
] as const) {
  test(`${name} without arguments says how it is used`, async () => {
    const { code, lines } = await example('clinic', {}, ...args);
    assert.equal(code, 2);
    assert.match(lines.join(), /^usage: /);
  });
}

test('the unit test of a bot passes', async () => {
  const { code, lines } = await example('clinic', {}, '--test', 'examples/unit-test/reminder.test.mjs');
  assert.equal(code, 0, lines.join('\n'));
});

test('every example is under 80 lines', async () => {
  const entries = await readdir('examples', { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  assert.ok(files.length >= 11, files.join());
  for (const file of files) {
    const lines = (await readFile(file, 'utf8')).split('\n').length - 1;
    assert.ok(lines < 80, `${file} has ${lines} lines`);
  }
});
