/** The `outdial` command as people run it, in a process of its own, against a gateway on real sockets. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { createLog, serve, startGateway } from '../../src/app/index.ts';
import { startDemoPhone } from '../../src/cli/demo/demo-phone.ts';
import { readSettings } from '../../src/config/index.ts';
import { listenOnLoopback } from '../../src/host/loopback-server.fixture.ts';

const speechModule = new URL('../../src/testing/fake-speech-engines.js', import.meta.url).href;
const program = fileURLToPath(new URL('../../src/cli/outdial.js', import.meta.url));
const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Running {
  readonly child: ChildProcess;
  readonly over: Promise<Ran>;
  /** Resolves when the text has been printed. */
  printed(text: string): Promise<void>;
}

function start(environment: Readonly<Record<string, string>>, ...args: readonly string[]): Running {
  const child = spawn(process.execPath, [program, ...args], { env: { PATH: process.env['PATH'], ...environment } });
  let [out, err] = ['', ''];
  const waiting: { readonly text: string; readonly resolve: () => void }[] = [];
  const look = (): void => {
    for (const { text, resolve } of waiting) if (out.includes(text)) resolve();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const over = new Promise<Ran>((resolve) => {
    child.on('close', (code) => resolve({ code, out, err }));
  });
  return {
    child,
    over,
    printed: (text) =>
      new Promise((resolve, reject) => {
        waiting.push({ text, resolve });
        look();
        void over.then(() => reject(new Error(`ended without "${text}": ${out}${err}`)));
      }),
  };
}

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** Resolves when so many bodies hold the word. */
  has(count: number, word: string): Promise<void>;
}

async function receiver(t: TestContext): Promise<Receiver> {
  const received: Received[] = [];
  let look = (): void => undefined;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      look();
      response.writeHead(204).end();
    });
  });
  const listening = await listenOnLoopback(server);
  t.after(() => listening.close());
  return {
    url: `http://${listening.host}/hook`,
    received,
    has: (count, word) =>
      new Promise((resolve) => {
        look = () => {
          if (received.filter(({ body }) => body.includes(word)).length >= count) resolve();
        };
        look();
      }),
  };
}

function isGenuine({ headers, body }: Received): boolean {
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return headers['webhook-signature'] === `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

/** A pseudo terminal of this width, by the `script` of util-linux. */
async function inTerminal(
  columns: number,
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Ran> {
  const quoted = [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', `stty cols ${columns}; exec ${quoted}`, '/dev/null'], {
    env: { PATH: process.env['PATH'], TERM: 'xterm-256color', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, out: out.replaceAll('\r\n', '\n'), err: '' }));
  });
}

/** The one of BSD knows no such option. */
const isScriptThere = spawnSync('script', ['--version']).status === 0;
const noTerminal = isScriptThere ? false : 'the script of util-linux is not installed';

/** What is to be copied is never broken. */
const copied = /^ {2,}(?:\S+ +)?(?:outdial |https?:)/;

/** The layout of a call that is followed, in terminals of three widths. */
async function checkTerminal(environment: Readonly<Record<string, string>>, sessionId: string): Promise<void> {
  for (const [columns, more] of [
    [60, {}],
    [80, {}],
    [120, { NO_COLOR: '1' }],
  ] as const) {
    const { code, out } = await inTerminal(columns, { ...environment, ...more }, 'call', sessionId);
    assert.equal(code, 0, out);
    assert.equal(out.includes('\u001b['), !('NO_COLOR' in more), `colours at ${columns}`);
    const lines = stripVTControlCharacters(out).trimEnd().split('\n');
    for (const line of lines) {
      assert.ok(line.length <= columns || copied.test(line), `wider than ${columns}: ${line}`);
    }
    const end = lines.indexOf('');
    for (const line of lines.slice(0, end)) {
      assert.match(line, /^(?: {2,}\d+\.\d\d {2}(?=\S)[a-z ]{9}|[ ]{18})\S/, `not in its column: ${line}`);
    }
    assert.match(lines[end + 1] ?? '', /^✓ ended by the callee \(completed\.callee\)/);
    assert.ok(lines.some((line) => line.endsWith(`outdial calls show ${sessionId}`)));
    assert.ok(lines.some((line) => line.endsWith(`/console/calls/${sessionId}`)));
  }
}

/** What is refused before any gateway is asked, and what `serve` says when it cannot begin. */
async function checkRefusals(
  environment: Readonly<Record<string, string>>,
  gatewayUrl: string,
  folder: string,
): Promise<void> {
  const [nothing, usage, unsigned, settings, taken] = await Promise.all([
    start({}).over,
    start(environment, 'calls', 'list', '--limit', '0').over,
    start({ ...environment, OUTDIAL_WEBHOOK_SECRETS: 'whsec_short' }, 'trigger', 'call.ended', '--to', gatewayUrl).over,
    start({ POST_RESPONSE_TIMEOUT: 'soon' }, 'serve').over,
    serveOnTakenPort(new URL(gatewayUrl).port, folder),
  ]);
  assert.deepEqual([nothing.code, nothing.err], [0, '']);
  assert.match(nothing.out, /Usage: outdial[^]*First steps:\n {2}outdial demo/);
  assert.equal(usage.code, 2);
  assert.match(usage.err, /1 to 1000[^]*outdial --help[^]*code: command\.usage/);
  assert.equal(unsigned.code, 2);
  assert.match(
    unsigned.err,
    /^The secret of OUTDIAL_WEBHOOK_SECRETS cannot be used\.\nfix: .*\ncode: command\.signing-secret/,
  );
  assert.ok(!unsigned.err.includes('whsec_short'), 'a secret was printed');
  assert.equal(settings.code, 2);
  assert.match(settings.err, /POST_RESPONSE_TIMEOUT="?soon[^]*code: config\.invalid/);
  assert.equal(taken.code, 1);
  assert.match(taken.err, /outdial cannot start: .*HTTP_PORT[^]*fix: outdial doctor[^]*code: serve\.cannot-start/);
}

async function serveOnTakenPort(port: string, folder: string): Promise<Pick<Ran, 'code' | 'err'>> {
  let err = '';
  const code = await serve({
    environment: {
      HTTP_PORT: port,
      SIP_PORT: '0',
      RTP_UDP_PORT_RANGE: '36000-36998',
      OUTDIAL_DATA_DIR: join(folder, 'second'),
      LOG_LEVEL: 'off',
    },
    printError: (line) => (err += `${line}\n`),
    onSignal: () => undefined,
    onReload: () => undefined,
    brokenEntries: 'refuse',
    speechModule,
  });
  return { code, err };
}

test('call --follow, calls, events, listen and trigger as processes of their own', { timeout: 240_000 }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-command-line-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const phone = await startDemoPhone(
    { ringMs: 50, lines: ['hello'], speaksFirst: true, hangsUp: true, patienceMs: 300 },
    { model: 'base', voice: 'slt' },
    () => undefined,
    speechModule,
  );
  t.after(() => phone.close());
  const hook = await receiver(t);
  const read = readSettings({
    ENABLE_OUTBOUND_CALLS: 'true',
    REST_API_USERNAME: 'operator',
    REST_API_PASSWORD: 'secret word',
    HTTP_PORT: '0',
    SIP_PORT: '0',
    RTP_UDP_PORT_RANGE: '35000-35998',
    OUTDIAL_DATA_DIR: folder,
    OUTBOUND_CALLS_STATUS_WEBHOOK: hook.url,
  });
  assert.ok(read.ok, JSON.stringify(read));
  const started = await startGateway({ settings: read.value.settings, log: createLog('silent'), speechModule });
  assert.ok(started.ok, JSON.stringify(started));
  const gateway = started.value;
  t.after(() => gateway.stop(0));
  const environment = {
    OUTDIAL_GATEWAY: gateway.httpUrl,
    OUTDIAL_TENANT: 'clinic',
    REST_API_USERNAME: 'operator',
    OUTDIAL_PASSWORD: 'secret word',
    OUTDIAL_WEBHOOK_SECRETS: secret,
  };
  const run = (...args: readonly string[]): Promise<Ran> => start(environment, ...args).over;

  const local = await receiver(t);
  const listening = start(environment, 'listen', '--forward-to', local.url);
  await listening.printed('Waiting for events');

  const told = await run('call', phone.uri, '--follow', '--context', 'name=Ann', '-c', '{"day":"today"}');
  assert.equal(told.code, 0, told.out + told.err);
  const sessionId = /^call ([\da-f-]{36})$/m.exec(told.out)?.[1] ?? '';
  for (const word of [
    'started',
    'ringing',
    'active',
    '“Hello Ann,',
    'today',
    'ended by the callee (completed.callee)',
  ]) {
    assert.ok(told.out.includes(word), `${word} is missing in\n${told.out}`);
  }
  assert.ok(!told.out.includes('\u001b['), 'colours where there is no terminal');

  await listening.printed('call.ended: HTTP 204');
  listening.child.kill('SIGINT');
  assert.equal((await listening.over).code, 0);
  const events = local.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  assert.deepEqual(
    events.flatMap(({ vgwSessionID, type }) => (String(type).startsWith('call.') ? [[vgwSessionID, type]] : [])),
    ['started', 'ringing', 'active', 'ended'].map((state) => [sessionId, `call.${state}`]),
  );
  assert.ok(local.received.every(isGenuine));

  await t.test('in a terminal', { skip: noTerminal }, async () => {
    await checkTerminal(environment, sessionId);
  });

  const list = await run('calls', 'list', '--state', 'ended');
  assert.match(list.out, new RegExp(`^${sessionId}  \\S+  ended .* completed\\.callee$`, 'm'));
  const shown = await run('calls', 'show', sessionId);
  assert.match(shown.out, /bot {6}Hello Ann,/);
  assert.match(
    shown.out,
    /✓ ended by the callee \(completed\.callee\) after \d+\.\d s, \d+\.\d s of it after the answer/,
  );
  const trace = await run('calls', 'trace', sessionId);
  assert.match(trace.out, /0\.000 {2}--> 127\.0\.0\.1:\d+ udp {2}INVITE sip:/);
  assert.match(trace.out, /<-- 127\.0\.0\.1:\d+ udp {2}SIP\/2\.0 200 OK/);
  const pcap = join(folder, 'call.pcap');
  assert.equal((await run('calls', 'trace', sessionId, '--pcap', pcap)).code, 0);
  // pcap's magic number, little-endian, in micro- or nanoseconds.
  assert.ok(['d4c3b2a1', '4d3cb2a1'].includes((await readFile(pcap)).subarray(0, 4).toString('hex')));

  const { sequence } = events.find(({ type }) => type === 'call.active') ?? {};
  const again = await run('events', 'resend', sessionId, String(sequence));
  assert.equal(again.code, 0, again.err);
  await hook.has(2, '"call.active"');
  assert.equal((await run('events', 'dead')).out, 'none was given up\n');
  const triggered = await run('trigger', 'call.failed', '--to', local.url);
  assert.deepEqual([triggered.code, triggered.out], [0, `call.failed handed to ${local.url}: HTTP 204\n`]);
  const made = local.received.at(-1);
  assert.ok(made !== undefined && isGenuine(made) && made.body.includes('"sipStatus":486'));

  const refused = await run('call', 'sip:not a uri');
  assert.equal(refused.code, 1);
  assert.match(refused.err, /code: request\.bad-uri/);
  const wrong = await start({ ...environment, OUTDIAL_PASSWORD: 'wrong' }, 'calls', 'list').over;
  assert.deepEqual([wrong.code, wrong.out], [1, '']);
  assert.match(wrong.err, /code: auth\.required/);
  const nobody = await start({ ...environment, OUTDIAL_GATEWAY: 'http://127.0.0.1:9' }, 'calls', 'list').over;
  assert.equal(nobody.code, 1);
  assert.match(
    nobody.err,
    /127\.0\.0\.1:9 does not answer: .*\nfix: .*outdial serve.*\ncode: command\.gateway-unreachable/,
  );

  await checkRefusals(environment, gateway.httpUrl, folder);

  const long = start(environment, 'call', phone.uri, '--follow', '--json');
  await long.printed('"call.active"');
  long.child.kill('SIGINT');
  const interrupted = await long.over;
  assert.equal(interrupted.code, 130, interrupted.out + interrupted.err);
  const items = interrupted.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const last = items.at(-1)?.['record'] as Record<string, unknown> | undefined;
  assert.equal(last?.['endCode'], 'completed.api');
  assert.equal(items[0]?.['callState'], 'accepted');
});
