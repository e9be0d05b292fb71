/** Whole simulated calls and exactly the reports they make: which, where to, in which order, and what is not in them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createReporting, type Reporting } from '../../src/app/reporting.ts';
import { createAuthorizationBook } from '../../src/authorization/index.ts';
import { callFacts } from '../../src/call/index.ts';
import { readSettings } from '../../src/config/index.ts';
import { readMessageResponse } from '../../src/conversation/index.ts';
import { err, gatewayError, type JsonObject, ok, seededRandom } from '../../src/kit/index.ts';
import { createMemoryReportQueue, type ReportNews } from '../../src/reporting/index.ts';
import { buildCallRecord } from '../../src/reports/index.ts';
import { createTenantDirectory, type StartCallOrder } from '../../src/tenants/index.ts';
import { answers, type FakeBot, says, World, type WorldOptions } from './world.ts';

interface Posted {
  readonly url: string;
  readonly document: JsonObject;
}

interface Watched {
  /** Bodies of the exchanges of keys for tokens, and every `authorization` that reports were sent with. */
  readonly exchanged: readonly string[];
  readonly authorized: ReadonlySet<string>;
  readonly world: World;
  readonly reporting: Reporting;
  readonly posted: Posted[];
  readonly news: ReportNews[];
  readonly order: Partial<StartCallOrder>;
  run(order?: Partial<StartCallOrder>): Promise<void>;
}

const everyType = {
  REPORTING_URL: 'https://events.example.net/hec',
  REPORTING_CDR_EVENT_INDEX: 'cdr',
  REPORTING_CDR_EVENT_SOURCE_TYPE: 'vgwSessionID',
  REPORTING_CONVERSATION_EVENT_INDEX: 'conv',
  REPORTING_CONVERSATION_REQUEST_EVENT_INDEX: 'convRequest',
  REPORTING_TRANSCRIPTION_EVENT_INDEX: 'transcription',
};

function watch(options: WorldOptions, environment: Record<string, string>, isDead = false): Watched {
  const read = readSettings({ ENABLE_OUTBOUND_CALLS: 'true', ...environment });
  assert.ok(read.ok, JSON.stringify(read));
  const directory = createTenantDirectory(read.value.settings);
  assert.ok(directory.ok);
  const posted: Posted[] = [];
  const news: ReportNews[] = [];
  const exchanged: string[] = [];
  const authorized = new Set<string>();
  const world: World = new World({
    ...options,
    observe: (_sessionId, _tenantId, event, state) => {
      reporting.onCallEvent(event, state);
    },
  });
  const { clock } = world;
  const reporting = createReporting({
    directory: () => directory.value,
    queue: createMemoryReportQueue(),
    authorizations: createAuthorizationBook({
      clock,
      post: async ({ body }) => {
        exchanged.push(body);
        return ok({ status: 200, bodyText: '{"access_token":"token-of-the-key","expires_in":3600}' });
      },
    }),
    post: async ({ url, body, headers }) => {
      if (isDead) return err({ kind: 'connect', detail: 'Nobody is there.' });
      authorized.add(headers['authorization'] ?? 'nothing');
      const parsed = JSON.parse(body) as JsonObject & { readonly docs?: readonly JsonObject[] };
      for (const document of parsed.docs ?? [parsed]) posted.push({ url, document });
      return ok({ status: 200, bodyText: '[]' });
    },
    host: 'gw-1',
    clock,
    after: (ms, fire) => clock.at(clock.nowMs() + ms, fire),
    random: seededRandom(1),
    gatherMs: 0,
    onNews: (each) => void news.push(each),
  });
  const tenant = { ...directory.value.deployment, id: '+390612340001' };
  return {
    world,
    reporting,
    posted,
    news,
    exchanged,
    authorized,
    order: { tenant },
    async run(order = {}) {
      const { accepted } = world.call({ tenant, ...order });
      await world.runToTheEnd();
      assert.ok((await accepted).ok);
      for (const state of world.records) {
        const facts = callFacts(state);
        assert.ok(facts);
        reporting.onCallOver(facts);
      }
      await world.clock.runUntil(() => false, 1000);
      assert.deepEqual(world.faults, []);
    },
  };
}

const eventsOf = (posted: readonly Posted[], index: string): JsonObject[] =>
  posted.flatMap(({ document }) => (document['index'] === index ? [document['event'] as JsonObject] : []));

const polite: FakeBot = (request, index) => {
  const outputs = [
    { text: ['good day'] },
    { text: ['goodbye'], vgwActionSequence: [{ command: 'vgwActPlayText' }, { command: 'vgwActHangup' }] },
  ];
  const body = {
    output: outputs[index] ?? {},
    context: {
      ...request.context,
      conversation_id: 'c-1',
      integrations: { voice_telephony: { cdr_custom_data: { turn: index } } },
    },
  };
  const read = readMessageResponse(body, request.context);
  return read.ok
    ? ok({ ...read.value, exchange: { request: { input: { text: request.text } }, response: body } })
    : read;
};

test('one call, all types on: each turn asked and answered, each utterance, and the record, in this order', async () => {
  const watched = watch({ bot: polite, phone: { lines: ['yes please'], speaksFirst: false } }, everyType);
  await watched.run();
  const { posted, world } = watched;
  assert.deepEqual(
    posted.map(({ document }) => document['index']),
    [
      'convRequest',
      'conv',
      'transcription',
      'transcription',
      'convRequest',
      'conv',
      'transcription',
      'convRequest',
      'conv',
      'cdr',
    ],
  );
  assert.deepEqual(
    eventsOf(posted, 'transcription').map(({ speaker, text }) => [speaker, text]),
    [
      ['bot', 'good day'],
      ['callee', 'yes please'],
      ['bot', 'goodbye'],
    ],
  );
  assert.deepEqual(
    eventsOf(posted, 'convRequest').map(({ input }) => input),
    [{ text: '' }, { text: 'yes please' }, { text: 'vgwHangUp' }],
  );
  assert.deepEqual(eventsOf(posted, 'conv')[0]?.['output'], { text: ['good day'] });
  const facts = callFacts(world.records[0]!);
  assert.ok(facts);
  assert.deepEqual(eventsOf(posted, 'cdr'), [JSON.parse(JSON.stringify(buildCallRecord(facts)))]);
  assert.deepEqual([facts.customData, facts.conversationId, facts.activeCalls], [{ turn: 2 }, 'c-1', 1]);
  for (const { url, document } of posted) {
    assert.equal(url, 'https://events.example.net/hec');
    assert.deepEqual((document['fields'] as JsonObject)['vgwSessionID'], facts.sessionId);
    assert.equal(document['host'], 'gw-1');
  }
  // Nothing of the exchanges stays with the call.
  assert.ok(!world.records[0]?.turns.some(({ reply }) => reply !== undefined && 'exchange' in reply));
});

test('a type without an index is off; without any nothing is reported', async () => {
  const { REPORTING_URL, REPORTING_CDR_EVENT_INDEX } = everyType;
  const some = watch({ bot: polite }, { REPORTING_URL, REPORTING_CDR_EVENT_INDEX });
  await some.run();
  assert.deepEqual(
    some.posted.map(({ document }) => document['index']),
    ['cdr'],
  );
  const none = watch({ bot: polite }, { REPORTING_URL });
  await none.run();
  assert.deepEqual([none.posted, none.news], [[], []]);
});

test('a database is opened by an API key: exchanged once for a token that every request carries', async () => {
  const watched = watch(
    { bot: polite },
    {
      REPORTING_CDR_CLOUDANT_URL: 'https://couch.example.net',
      REPORTING_CDR_CLOUDANT_DB_NAME: 'calls',
      REPORTING_CDR_CLOUDANT_EVENT_INDEX: 'calls-index',
      REPORTING_CDR_CLOUDANT_APIKEY: 'the-key',
    },
  );
  await watched.run();
  assert.equal(watched.posted.length, 1);
  assert.deepEqual([...watched.authorized], ['Bearer token-of-the-key']);
  assert.equal(watched.exchanged.length, 1);
  assert.match(watched.exchanged[0] ?? '', /apikey=the-key/);
});

test('databases: call records, turn responses and transcriptions, each to its own', async () => {
  const databaseOf = (event: string, name: string): Record<string, string> => ({
    [`REPORTING_${event}_CLOUDANT_URL`]: 'https://couch.example.net',
    [`REPORTING_${event}_CLOUDANT_DB_NAME`]: name,
    [`REPORTING_${event}_CLOUDANT_EVENT_INDEX`]: `${name}-index`,
  });
  const watched = watch(
    { bot: polite },
    {
      ...databaseOf('CDR', 'calls'),
      ...databaseOf('CONVERSATION', 'turns'),
      ...databaseOf('TRANSCRIPTION', 'words'),
      OUTDIAL_CDR_FORMAT: 'both',
    },
  );
  await watched.run();
  const seen = watched.posted.map(
    ({ url, document }) => `${new URL(url).pathname} ${JSON.stringify(document['index'])}`,
  );
  assert.deepEqual([...new Set(seen)].sort(), [
    '/calls/_bulk_docs "calls-index"',
    '/turns/_bulk_docs "turns-index"',
    '/words/_bulk_docs "words-index"',
  ]);
  assert.deepEqual(
    eventsOf(watched.posted, 'calls-index').map((event) => event['event'] ?? event['endCode']),
    ['completed.bot', 'cdr_logged'],
  );
});

test('utterances are not reported where the tenant or the request says so, and nothing else is missing', async () => {
  const options = { bot: polite };
  for (const [environment, context] of [
    [{ ...everyType, OUTDIAL_TRANSCRIPTION_REPORTS: 'false' }, {}],
    [{ ...everyType, OUTDIAL_TRANSCRIPTION_REPORTS: 'false' }, { outdialTranscriptionReport: 'Yes' }],
    [everyType, { outdialTranscriptionReport: 'No' }],
    [everyType, { outdialTranscriptionReport: false }],
  ] as const) {
    const watched = watch(options, environment);
    await watched.run({ context });
    assert.deepEqual(eventsOf(watched.posted, 'transcription'), []);
    assert.equal(eventsOf(watched.posted, 'conv').length, 3);
    assert.equal(eventsOf(watched.posted, 'cdr').length, 1);
  }
});

test('a turn that fails is reported with its error, and the record says why the call failed', async () => {
  const bot: FakeBot = (request, index) =>
    index === 1
      ? err(gatewayError('bot.bad-status', 'The bot answered with HTTP status 500.'))
      : polite(request, index);
  const watched = watch({ bot }, everyType);
  await watched.run();
  assert.deepEqual(eventsOf(watched.posted, 'conv')[1], {
    error: 'The bot answered with HTTP status 500.',
    code: 'bot.bad-status',
  });
  assert.equal(eventsOf(watched.posted, 'cdr')[0]?.['endCode'], 'bot.bad-status');
});

test('a dead collector changes nothing about a call', async () => {
  const storyOf = async (isDead: boolean): Promise<unknown> => {
    const watched = watch({ bot: polite, seed: 5 }, everyType, isDead);
    await watched.run();
    const sent = watched.news.filter(({ type }) => type === 'sent').length;
    assert.equal(sent === 0, isDead);
    return [watched.world.told, watched.world.phone.understood];
  };
  assert.deepEqual(await storyOf(true), await storyOf(false));
});

test('property: at metadata-only no number, word or key of a call is in any report or record', async () => {
  const digits = fc.stringMatching(/^[1-9]\d{7}$/);
  const word = fc.stringMatching(/^[b-df-hj-np-tv-z]{9}$/);
  await fc.assert(
    fc.asyncProperty(fc.tuple(digits, digits, digits), fc.tuple(word, word, word, word), async (numbers, words) => {
      const [callee, caller, keys] = numbers;
      const [said, answered, secret, failed] = words;
      const bot: FakeBot = (request, index) => {
        if (index === 2)
          return err(gatewayError('bot.bad-reply', `The bot said "${failed}" of ${callee} and ${keys}.`));
        const context = {
          name: secret,
          phone: callee,
          integrations: { voice_telephony: { cdr_custom_data: { secret } } },
        };
        const collect = { command: 'vgwActCollectDTMF', parameters: { dtmfMaxCount: 8 } };
        const wrong = { command: secret, parameters: { keys } };
        const sequence = index === 0 ? [] : [{ command: 'vgwActPlayText' }, collect, wrong];
        const body = { output: { text: [answered], vgwActionSequence: sequence }, context };
        const read = readMessageResponse(body, request.context);
        return read.ok ? ok({ ...read.value, exchange: { request: { input: { text: said } }, response: body } }) : read;
      };
      const environment = { ...everyType, OUTDIAL_PERSONAL_DATA: 'metadata-only', OUTDIAL_CDR_FORMAT: 'both' };
      const watched = watch({ bot, phone: { lines: [said], speaksFirst: true } }, environment);
      watched.world.press(keys, 6000);
      const tenant = { ...watched.order.tenant!, id: `+${caller}` };
      await watched.run({
        tenant,
        to: `sip:+${callee}@10.0.0.2`,
        from: `sip:+${caller}@10.0.0.1`,
        context: { secret, callee },
      });
      const records = watched.world.records.map((state) => buildCallRecord(callFacts(state)!));
      const text = JSON.stringify([watched.posted, records]);
      for (const canary of [...numbers, ...words]) assert.ok(!text.includes(canary), `${canary} in ${text}`);
      assert.ok(watched.posted.length >= 6);
      // They were there to be told: the bot was asked with them.
      const asked = JSON.stringify(watched.world.asked);
      for (const canary of [callee, secret, said, keys]) assert.ok(asked.includes(canary), `${canary} was never said`);
    }),
    { numRuns: 15 },
  );
});

test('bots without a format of their own are reported too', async () => {
  const watched = watch(
    { bot: answers({ text: ['one'] }, { vgwAction: { command: 'vgwActHangup' }, text: ['two'] }) },
    everyType,
  );
  await watched.run();
  assert.deepEqual(
    eventsOf(watched.posted, 'conv').map(({ output }) => (output as JsonObject)['text']),
    [['one'], ['two'], []],
  );
});

test('an answer that comes in parts is one utterance: the whole of it, or what there was when it was given up', async () => {
  const parts = [
    [100, 'one moment please, i am going to look'],
    [4000, 'there are two dates'],
  ] as const;
  const linesOf = async (keyAtMs?: number): Promise<unknown[]> => {
    const streamed = { parts, endAfterMs: 100, end: 'hang-up' } as const;
    const bot: FakeBot = (_request, index) => says('', index > 1);
    const watched = watch({ bot, streams: { 1: streamed }, phone: { lines: ['hello?'] } }, everyType);
    if (keyAtMs !== undefined) watched.world.press('5', keyAtMs);
    await watched.run();
    return eventsOf(watched.posted, 'transcription').map(({ speaker, text }) => [speaker, text]);
  };
  assert.deepEqual(await linesOf(), [
    ['callee', 'hello?'],
    ['bot', 'one moment please, i am going to look there are two dates'],
  ]);
  assert.deepEqual(await linesOf(2500), [
    ['callee', 'hello?'],
    ['bot', 'one moment please, i am going to look'],
  ]);
});
