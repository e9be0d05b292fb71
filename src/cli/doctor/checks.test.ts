import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ConversationService } from '../../conversation/index.ts';
import { err, gatewayError, ok, type Result } from '../../kit/index.ts';
import type { RecognitionEvent, TextToSpeech } from '../../speech/index.ts';
import { judgeAddresses } from './address-check.ts';
import { checkBots } from './bot-check.ts';
import { checkClock, checkDns, checkTlsFiles, checkWebhooks, type FarEnd } from './network-checks.ts';
import { readDeployment } from './settings-check.ts';
import { checkSpeech, type OpenEngines } from './speech-check.ts';
import { checkDataDirectory, checkFileDescriptors } from './system-checks.ts';
import { checkVoiceProgram } from './voice-program-check.ts';

const { signal } = new AbortController();

test('settings: every problem with its fix, and no secret', async () => {
  const { finding, deployment } = readDeployment(
    { HTTP_PORT: '70000', REST_API_PASSWORD: 'hunter2', OUTDIAL_VOICES: 'x' },
    [],
  );
  assert.equal(finding.status, 'bad');
  assert.equal(deployment, undefined);
  for (const word of ['HTTP_PORT', 'REST_API_USERNAME', 'OUTDIAL_VOICES'])
    assert.match(finding.detail, new RegExp(word));
  assert.match(finding.fix ?? '', /Did you mean OUTDIAL_VOICE\?/);
  assert.ok(!JSON.stringify(finding).includes('hunter2'));
});

test('settings: what can be read, with its notices', async () => {
  const { finding, deployment } = readDeployment({ STEREO_RECORDING: 'true' }, ['127.0.0.1']);
  assert.equal(finding.status, 'good');
  assert.match(finding.detail, /^1 setting given, 1 tenant; STEREO_RECORDING has no effect/);
  assert.equal(deployment?.tenants.length, 1);
});

test('settings: tenant and dialog files are read, too', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-doctor-'));
  context.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'tenants.json');
  const read = async (environment: Record<string, string>) => readDeployment(environment, []);
  assert.match((await read({ MULTI_TENANT_CONFIG_FILE: file })).finding.detail, /cannot be read \(ENOENT\)/);
  await writeFile(file, '{"tenants":[{"tenantURI":"a"},{"tenantURL":"b"}]}');
  const wrong = await read({ MULTI_TENANT_CONFIG_FILE: file });
  assert.equal(wrong.finding.status, 'bad');
  assert.match(wrong.finding.detail, /tenants\[1\]/);
  await writeFile(file, '{"tenants":[{"tenantURI":"a"},{"tenantURI":"b"}]}');
  assert.equal((await read({ MULTI_TENANT_CONFIG_FILE: file })).deployment?.tenants.length, 2);
  assert.equal((await read({ OUTDIAL_DIALOG_FILE: join(folder, 'none.yaml') })).finding.status, 'bad');
});

test('addresses: who can reach them, seen from the trunk', () => {
  const judge = (address: string, trunk?: string, local = ['127.0.0.1', '10.1.2.3', '203.0.113.5']) =>
    judgeAddresses({
      told: [{ variable: 'SDP_ADDRESS', host: 'gw', addresses: address === '' ? [] : [address] }],
      localAddresses: local,
      trunkAddresses: trunk === undefined ? [] : [trunk],
    }).status;
  assert.equal(judge('127.0.0.1', '203.0.113.9'), 'bad');
  assert.equal(judge('::1', '10.0.0.9'), 'bad');
  assert.equal(judge('127.0.0.1', '127.0.0.2'), 'good');
  assert.equal(judge('127.0.0.1'), 'warning');
  assert.equal(judge('10.1.2.3', '203.0.113.9'), 'warning');
  assert.equal(judge('10.1.2.3', '192.168.3.4'), 'good');
  assert.equal(judge('10.1.2.3'), 'good');
  assert.equal(judge('100.64.0.1', '203.0.113.9'), 'warning');
  assert.equal(judge('fd00::1', '2001:db8::9'), 'warning');
  assert.equal(judge('203.0.113.5', '198.51.100.9'), 'good');
  assert.equal(judge('203.0.113.6', '198.51.100.9'), 'warning');
  assert.equal(judge(''), 'bad');
});

const bot: FarEnd = { role: 'bot', host: 'bot.example.net', port: 443, origin: 'https://bot.example.net' };
const webhook: FarEnd = {
  role: 'webhook',
  host: 'hook.example.net',
  port: 8080,
  origin: 'http://hook.example.net:8080',
};

test('dns: each host once, and the one that does not resolve', async () => {
  const asked: string[] = [];
  const finding = await checkDns([bot, bot, webhook], async (host) => {
    asked.push(host);
    if (host === webhook.host) throw new Error('ENOTFOUND');
    return ['192.0.2.1'];
  });
  assert.deepEqual(asked, [bot.host, webhook.host]);
  assert.equal(finding.status, 'bad');
  assert.equal(finding.detail, 'webhook hook.example.net: ENOTFOUND');
  assert.equal((await checkDns([bot], async () => ['192.0.2.1'])).detail, 'bot bot.example.net is 192.0.2.1');
  assert.equal((await checkDns([], async () => [])).status, 'skipped');
  const many = Array.from({ length: 5000 }, (_, index) => ({ ...bot, host: `h${index}` }));
  let count = 0;
  await checkDns(many, async () => [`${(count += 1)}`]);
  assert.equal(count, 50);
});

test('webhooks: a connection each, nothing more', async () => {
  const places: string[] = [];
  const connect = async (host: string, port: number): Promise<void> => void places.push(`${host} ${port}`);
  assert.equal((await checkWebhooks([webhook, webhook], connect)).status, 'good');
  assert.deepEqual(places, ['hook.example.net 8080']);
  const refused = await checkWebhooks([webhook], () => Promise.reject(new Error('ECONNREFUSED')));
  assert.deepEqual([refused.status, refused.detail], ['bad', 'hook.example.net port 8080: ECONNREFUSED']);
  assert.equal((await checkWebhooks([], connect)).status, 'skipped');
});

test('clock: within 10 s of the first that tells the time', async () => {
  const noon = Date.UTC(2026, 0, 1, 12);
  const told = (ms: number) => async () => new Date(ms).toUTCString();
  const check = (dateOf: (origin: string) => Promise<string | undefined>, wallMs = noon) =>
    checkClock(['http://a', 'http://b'], dateOf, () => wallMs);
  assert.equal((await check(told(noon - 500))).status, 'good');
  const ahead = await check(told(noon - 3_600_000));
  assert.deepEqual([ahead.status, ahead.detail], ['bad', '3600 s ahead of http://a']);
  assert.match((await check(told(noon + 60_000))).detail, /^60 s behind/);
  const second = await check(async (origin) => {
    if (origin === 'http://a') throw new Error('refused');
    return new Date(noon).toUTCString();
  });
  assert.match(second.detail, /http:\/\/b$/);
  assert.equal((await check(async () => 'yesterday')).status, 'skipped');
  assert.equal((await checkClock([], told(noon), () => noon)).status, 'skipped');
});

test('tls: expired, soon to expire, unreadable', async () => {
  const day = 86_400_000;
  const file = (validToMs: number | undefined) => ({ variable: 'CERT', read: async () => ({ validToMs }) });
  const check = async (validToMs: number | undefined) => (await checkTlsFiles([file(validToMs)], 100 * day)).status;
  assert.equal(await check(99 * day), 'bad');
  assert.equal(await check(105 * day), 'warning');
  assert.equal(await check(200 * day), 'good');
  assert.equal(await check(undefined), 'good');
  const unreadable = { variable: 'KEY', read: () => Promise.reject(new Error('EACCES')) };
  assert.equal((await checkTlsFiles([file(undefined), unreadable], 0)).detail, 'KEY: EACCES');
  assert.equal((await checkTlsFiles([], 0)).status, 'skipped');
});

function engines(words: string | Error): OpenEngines & { closed: boolean } {
  const opened = {
    closed: false,
    textToSpeech: {
      spec: 'tts/1' as const,
      name: 'fake',
      async *synthesize() {
        yield new Int16Array(800).fill(1000);
      },
    },
    speechToText: {
      spec: 'stt/1' as const,
      name: 'fake',
      open: (_options: object, onEvent: (event: RecognitionEvent) => void) => {
        let hasHeard = false;
        return {
          write: (pcm: Int16Array, atMs: number) => {
            if (pcm.some((sample) => sample !== 0)) hasHeard = true;
            else if (hasHeard) {
              hasHeard = false;
              if (words instanceof Error) {
                onEvent({ type: 'failed', error: gatewayError('speech.recognition-failed', words.message) });
              } else {
                onEvent({
                  type: 'final',
                  text: words,
                  confidence: 1,
                  lastVoiceAtMs: atMs,
                  speechEndedAtMs: atMs,
                  atMs,
                });
              }
            }
          },
          close: () => undefined,
        };
      },
    },
    close: async () => {
      opened.closed = true;
    },
  };
  return opened;
}

test('speech: the words that come back decide', async () => {
  for (const [words, status] of [
    ['One, two, 3.', 'good'],
    ['one two tree', 'warning'],
    ['wonderful', 'bad'],
  ] as const) {
    const opened = engines(words);
    const finding = await checkSpeech(
      async () => opened,
      () => 0,
      signal,
    );
    assert.deepEqual([finding.status, opened.closed], [status, true], words);
  }
  const missing = await checkSpeech(
    () => Promise.reject(new Error('model.onnx is missing')),
    () => 0,
    signal,
  );
  assert.deepEqual([missing.status, missing.detail], ['bad', 'cannot be loaded: model.onnx is missing']);
  const failing = engines(new Error('gave up'));
  await assert.rejects(
    checkSpeech(
      async () => failing,
      () => 0,
      signal,
    ),
    /gave up/,
  );
  assert.equal(failing.closed, true, 'closed also when it fails');
});

test('bots: the first turn as a call has it', async () => {
  const asked: unknown[] = [];
  const service = (answer: Awaited<ReturnType<ConversationService['turn']>>): ConversationService => ({
    spec: 'conversation/1',
    name: 'fake',
    turn: async ({ text, context, tenantId }) => {
      asked.push([tenantId, text, context['vgwIsOutboundCall'], context['vgwSessionID']]);
      return answer;
    },
  });
  const polite = service(ok({ steps: [{ type: 'say', text: 'hello' }], context: {}, problems: ['odd action'] }));
  const broken = service(err(gatewayError('bot.timeout', 'It is late.')));
  const finding = await checkBots([{ tenantId: 'a', service: polite }], () => 's-1', signal);
  assert.deepEqual(finding, { status: 'good', detail: 'a answered with something to say; odd action' });
  assert.deepEqual(asked, [['a', '', 'Yes', 's-1']]);
  const failed = await checkBots(
    [
      { tenantId: 'a', service: polite },
      { tenantId: 'b', service: broken },
    ],
    () => 's-2',
    signal,
  );
  assert.deepEqual([failed.status, failed.detail], ['bad', 'b: It is late.']);
});

test('data directory: writable, and a GiB of room', async () => {
  const check = async (free: number, writable: Result<void, string> = ok(undefined)) =>
    checkDataDirectory('/data', { checkWritable: async () => writable, freeBytes: async () => free });
  assert.deepEqual(await check(2 * 1024 ** 3), { status: 'good', detail: '/data, 2.0 GiB free' });
  assert.equal((await check(1024 ** 3 - 1)).status, 'bad');
  const refused = await check(1e12, err('EROFS'));
  assert.deepEqual([refused.status, refused.detail], ['bad', '/data takes no files (EROFS)']);
});

test('file descriptors: the soft limit', async () => {
  const limits = (soft: string): string =>
    `Limit                     Soft Limit           Hard Limit           Units     \nMax open files            ${soft.padEnd(20)} 524288               files     \n`;
  const status = async (soft: string) => (await checkFileDescriptors(async () => limits(soft))).status;
  assert.equal(await status('1024'), 'good');
  assert.equal(await status('1023'), 'bad');
  assert.equal(await status('unlimited'), 'good');
  assert.equal((await checkFileDescriptors(async () => 'nonsense')).status, 'skipped');
  assert.equal((await checkFileDescriptors(() => Promise.reject(new Error('ENOENT')))).status, 'skipped');
});

test('espeak-ng: only where a tenant speaks with it, each voice once', async () => {
  const asked: string[] = [];
  const voice = (name: string, samples: number): TextToSpeech => ({
    spec: 'tts/1',
    name,
    async *synthesize() {
      asked.push(name);
      if (samples < 0) throw new Error('no such voice');
      yield new Int16Array(samples);
    },
  });
  assert.equal((await checkVoiceProgram([], signal)).status, 'skipped');
  const fine = await checkVoiceProgram([voice('de', 5), voice('fr', 5), voice('de', 5)], signal);
  assert.deepEqual([fine.status, fine.detail, asked], ['good', 'de, fr', ['de', 'fr']]);
  assert.equal((await checkVoiceProgram([voice('de', 0)], signal)).status, 'bad');
  const broken = await checkVoiceProgram([voice('xx', -1)], signal);
  assert.equal(broken.detail, 'xx: no such voice');
  assert.match(broken.fix ?? '', /OUTDIAL_ESPEAK_PROGRAM/);
});
