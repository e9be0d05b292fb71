/** `outdial talk`: the real engine and the real connections of bots, with a callee who types. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { runTalk } from '../../src/cli/talk/run-talk.ts';
import type { TalkOrder } from '../../src/cli/talk/talk-order.ts';
import type { Environment } from '../../src/config/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../../src/kit/index.ts';
import { listenOnLoopback } from '../../src/host/loopback-server.fixture.ts';

interface Talked {
  readonly code: number;
  /** Without the times. */
  readonly lines: readonly string[];
  readonly errors: readonly string[];
}

const bare: TalkOrder = { to: 'sip:callee@127.0.0.1', context: {}, lines: [], isJson: false };

/** Types these lines, and then nothing more; `interrupts`: Ctrl-C in place of the line after the last. */
async function talk(
  order: Partial<TalkOrder>,
  typed: readonly string[],
  environment: Environment = {},
  interrupts = false,
): Promise<Talked> {
  const lines: string[] = [];
  const errors: string[] = [];
  const rest = [...typed];
  let interrupt = (): void => undefined;
  const code = await runTalk(
    { ...bare, ...order },
    {
      environment,
      print: (line) => void lines.push(line),
      printError: (line) => void errors.push(line),
      look: { isStyled: false },
      onInterrupt: (listener) => {
        interrupt = listener;
        return () => undefined;
      },
      openKeyboard: () => ({
        isEchoed: false,
        nextLine: async () => {
          const line = rest.shift();
          if (line === undefined && interrupts) interrupt();
          return line;
        },
        close: () => undefined,
      }),
    },
  );
  const told = lines.map((line) => line.replace(/^ *\d+\.\d\d {2}/, '').replace(/answered in \d+ ms/, 'answered'));
  return { code, lines: told, errors };
}

interface Bot {
  readonly url: string;
  readonly asked: readonly JsonObject[];
}

/** A JSON webhook that answers turn by turn. A number is the status of an empty answer. */
async function webhookBot(t: TestContext, ...answers: readonly (Json | number)[]): Promise<Bot> {
  const asked: JsonObject[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const question = JSON.parse(body) as Json;
      const answer = answers[asked.length] ?? {};
      if (isJsonObject(question)) asked.push(question);
      if (typeof answer === 'number') response.writeHead(answer).end();
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  const listening = await listenOnLoopback(server);
  t.after(() => listening.close());
  return { url: `http://${listening.host}/bot?key=hidden`, asked };
}

test('the built-in dialog is held by typing, with silence as a turn, and ends when the bot hangs up', async () => {
  const { code, lines, errors } = await talk({ context: { name: 'Ann' } }, ['hmm', '/silence', 'never said']);
  assert.deepEqual(errors, []);
  assert.deepEqual(lines, [
    'outdial talk: tenant default, the built-in dialog',
    'bot      “Hello Ann, this is your clinic. Your appointment is tomorrow at ten. Can you come?”  answered',
    'bot      sets dialog = {"step":"greet","asked":1,"misses":0}',
    'callee   “hmm”',
    'bot      “Sorry, I did not get that. Can you come to your appointment? Please say yes or no.”  answered',
    'bot      sets dialog = {"step":"greet","asked":2,"misses":1}',
    'gateway  tells the bot vgwPostResponseTimeout  nobody spoke',
    'bot      “Thank you. Goodbye.”  answered',
    'bot      hangs up',
    'bot      sets dialog = {"step":"bye","asked":1,"misses":2}',
    'bot      sets outcome = "unclear"',
    'gateway  tells the bot vgwHangUp  the call is over',
    'bot      says nothing  answered',
    '',
    '✓ ended by the bot (completed.bot)',
  ]);
  assert.equal(code, 0);
});

test('a dialog file is talked to whatever bot is configured, by lines that were given', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-talk-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'menu.yaml');
  await writeFile(
    file,
    'steps:\n  ask: { say: Press one or say bye., listen: { 1: one, bye: end }, otherwise: end }\n' +
      '  one: { say: You pressed one., set: { chosen: one }, next: ask }\n  end: { say: Goodbye., hangup: true }\n',
  );
  const environment = { WATSON_CONVERSATION_URL: 'http://127.0.0.1:9/', OUTDIAL_BOT_TYPE: 'webhook' };
  const { code, lines } = await talk({ dialogFile: file, lines: ['/keys 1', 'bye'] }, [], environment);
  assert.ok(lines[0]?.endsWith(file));
  for (const line of ['callee   keys 1', 'bot      sets chosen = "one"', 'callee   “bye”', 'bot      hangs up']) {
    assert.ok(lines.includes(line), `${line} is missing in\n${lines.join('\n')}`);
  }
  assert.ok(lines.some((line) => line.startsWith('bot      “You pressed one. Press one or say bye.”')));
  assert.equal(code, 0);

  const broken = await talk({ dialogFile: join(folder, 'none.yaml') }, []);
  assert.equal(broken.code, 1);
  assert.match(broken.errors.join('\n'), /none\.yaml.*cannot be read[^]*fix: .*[^]*code: config\.invalid/);
});

test('a bot behind HTTP: actions in words, keys of a collection in one turn, the context, a transfer', async (t) => {
  const bot = await webhookBot(
    t,
    {
      say: 'Your number, please.',
      context: { asked: true, kept: 'as it is' },
      actions: [{ command: 'vgwActCollectDTMF', parameters: { dtmfMinCount: 1, dtmfMaxCount: 4 } }],
    },
    {
      say: 'I put you through.',
      actions: [{ command: 'vgwActTransfer', parameters: { transferTarget: 'tel:+15551234' } }],
    },
  );
  const { code, lines } = await talk({ botUrl: bot.url, botType: 'webhook' }, ['/nonsense', '/context', '/keys 12']);
  const text = lines.join('\n');
  assert.match(text, /a JSON webhook at http:\/\/127\.0\.0\.1:\d+\/bot$/m);
  assert.ok(!text.includes('hidden'), 'what may be a credential in the URL was printed');
  for (const line of ['bot      collects keys, 1 to 4 of them', 'bot      sets asked = true', 'callee   keys 12']) {
    assert.ok(lines.includes(line), `${line} is missing in\n${text}`);
  }
  assert.match(text, /"asked": true,\n {2}"kept": "as it is"/);
  assert.match(text, /bot {6}“I put you through\.”.*\nbot {6}transfers the call to tel:\+15551234/);
  assert.match(text, /call {5}transferred/);
  assert.deepEqual(
    bot.asked.map(({ event, text: said }) => [event, said]),
    [
      ['start', ''],
      ['digits', '12'],
      ['transferred', ''],
      ['end', ''],
    ],
  );
  assert.equal(code, 0);
});

test('a bot that fails is told with its code, and how the call would have ended', async (t) => {
  const atOnce = await webhookBot(t, 500, 500);
  const first = await talk({ botUrl: atOnce.url, botType: 'webhook' }, []);
  assert.match(
    first.lines.join('\n'),
    /bot\.bad-status[^]*failed by the gateway \(bot\.bad-status\)[^]*fix {7}The bot/,
  );
  assert.equal(first.code, 4);

  const later = await webhookBot(t, { say: 'Hello.' }, 500, 500);
  const second = await talk({ botUrl: later.url, botType: 'webhook' }, ['hello']);
  assert.match(second.lines.join('\n'), /“hello”[^]*bot\.bad-status[^]*failed by the gateway \(bot\.bad-status\)/);
  assert.equal(second.code, 4);
});

test('the callee hangs up by /hangup, by the end of the input and by Ctrl-C, and the bot is told', async (t) => {
  for (const [typed, interrupts, expected] of [
    [['/hangup'], false, 0],
    [[], false, 0],
    [['hello'], true, 130],
  ] as const) {
    const bot = await webhookBot(t, { say: 'Hello.' }, { say: 'Yes?' });
    const { code, lines } = await talk({ botUrl: bot.url, botType: 'webhook' }, typed, {}, interrupts);
    assert.equal(code, expected);
    assert.equal(lines.at(-1), '✓ ended by the callee (completed.callee)');
    assert.equal(bot.asked.at(-1)?.['event'], 'end');
  }
});

test('as JSON it is one event a line in the words of the API, and the record at last', async () => {
  const { lines, code } = await talk({ isJson: true, lines: ['yes'] }, []);
  const all = lines.map((line) => JSON.parse(line) as { type: string; data?: JsonObject; record?: JsonObject });
  // When an answer has been spoken, and when what follows it begins, is a matter of moments.
  const items = all.filter(({ type }) => type !== 'turn.finished');
  assert.equal(all.length - items.length, 2);
  assert.deepEqual(
    items.map(({ type }) => type),
    [
      ...['turn.asked', 'turn.answered', 'call.active', 'turn.spoken', 'speech.recognized', 'turn.asked'],
      ...['turn.answered', 'turn.spoken', 'turn.asked', 'turn.answered', 'record'],
    ],
  );
  assert.deepEqual(items[6]?.data?.['actions'], ['hangs up']);
  assert.equal(JSON.stringify(items[6]?.data?.['variables']).includes('"outcome":"confirmed"'), true);
  assert.equal(items.at(-1)?.record?.['endCode'], 'completed.bot');
  assert.equal(code, 0);
});

test('tenants are those of the gateway: one of the file is talked to, and an unknown one is told with the known', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-talk-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const bot = await webhookBot(t, { say: 'This is the clinic.', hangup: true });
  const file = join(folder, 'tenants.json');
  const tenants = ['clinic', 'shop'].map((tenantURI) => ({
    tenantURI,
    conversation: { url: bot.url, type: 'webhook' },
  }));
  await writeFile(
    file,
    JSON.stringify({ tenants: tenants.map(({ tenantURI, conversation }) => ({ tenantURI, conversation })) }),
  );
  const environment = { MULTI_TENANT_CONFIG_FILE: file, OUTDIAL_MEDIA_ENCRYPTION: 'required' };
  const { lines, code } = await talk({ tenant: 'clinic', lines: ['hi'] }, [], environment);
  assert.match(lines[0] ?? '', /tenant clinic, a JSON webhook/);
  assert.ok(lines.some((line) => line.includes('This is the clinic.')));
  assert.equal(code, 0);
  const unknown = await talk({ tenant: 'bank' }, [], environment);
  assert.match(unknown.errors.join('\n'), /no tenant bank.*clinic, shop[^]*code: tenant\.unknown/);
  assert.equal(unknown.code, 1);
  const none = await talk({}, [], { POST_RESPONSE_TIMEOUT: 'soon' });
  assert.match(none.errors.join('\n'), /POST_RESPONSE_TIMEOUT="soon": .*[^]*code: config\.invalid/);
});
