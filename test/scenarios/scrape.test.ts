import assert from 'node:assert/strict';
import { memoryV1 } from '../api/memory-v1.ts';
import { test, type TestContext } from 'node:test';
import { createApi } from '../../src/api/index.ts';
import { createOperations, type Operations } from '../../src/app/operations.ts';
import { type Environment, readSettings } from '../../src/config/index.ts';
import { err, gatewayError, ok } from '../../src/kit/index.ts';
import { createLoginGuard } from '../../src/policy/index.ts';
import { createTenantDirectory } from '../../src/tenants/index.ts';
import { parseExposition, type Sample } from '../../src/testing/index.ts';
import { says, tenant, World, type WorldOptions } from './world.ts';

const noLoad = {
  uptimeS: 12,
  cpuS: 3.5,
  residentBytes: 1e8,
  heapUsedBytes: 2e7,
  heapTotalBytes: 3e7,
  eventLoopLagP99Ms: 4,
};

interface Watched {
  readonly world: World;
  readonly operations: Operations;
  /** Scrapes over HTTP; the value of a series by its name and labels as they are printed. */
  readonly scrape: () => Promise<(series: string) => number>;
}

function watch(context: TestContext, options: WorldOptions, environment: Environment = {}): Watched {
  const read = readSettings({ ENABLE_OUTBOUND_CALLS: 'true', ...environment });
  assert.ok(read.ok);
  const { settings } = read.value;
  const operations: Operations = createOperations({
    settings,
    log: { audit: () => undefined },
    activeCalls: () => world.engine.activeCalls(),
    after: () => () => undefined,
    process: { read: () => noLoad, close: () => undefined },
  });
  const world: World = new World({
    ...options,
    observe: (id, tenant, event) => operations.onCallEvent(id, tenant, event),
  });
  const directory = createTenantDirectory(settings, '{"tenants":[{"tenantURI":"clinic"}]}');
  assert.ok(directory.ok);
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const app = createApi({
    v1: memoryV1(),
    startCall: async () => err(gatewayError('gateway.full', 'no')),
    tenants: directory.value,
    isReady: () => ({ ready: true, reasons: [] }),
    isLive: () => true,
    checkCallUri: ok,
    checkRoutes: () => ok([]),
    checkRequestUrl: () => ok(undefined),
    loginGuard: createLoginGuard(),
    metrics: operations.metrics,
    audit: operations.audit,
    consoleFiles: new Map(),
    docsFiles: new Map(),
    onAnswer: (route, status) => {
      operations.onAnswer(route, status);
    },
    clock: world.clock,
    log,
    version: '1.2.3',
  });
  context.after(() => app.close());
  return {
    world,
    operations,
    async scrape() {
      const response = await app.inject({ url: '/metrics' });
      assert.equal(response.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
      const samples = [...parseExposition(response.body).values()].flatMap((metric) => metric.samples);
      const values = new Map(samples.map((sample) => [seriesName(sample), sample.value]));
      return (series) => values.get(series) ?? assert.fail(`no ${series} in\n${response.body}`);
    },
  };
}

function seriesName({ name, labels }: Sample): string {
  const inside = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
  return inside.length === 0 ? name : `${name}{${inside.join(',')}}`;
}

test('a scrape in the middle of a call and one after it', async (context) => {
  const { world, scrape } = watch(context, {
    bot: ({ text }, index) => (index === 0 ? says('') : says(text === 'hello?' ? 'good morning, goodbye' : '', true)),
  });
  world.call();
  await world.clock.runUntil(() => world.states().includes('active'), 60_000);
  const during = await scrape();
  assert.equal(during('outdial_calls_active'), 1);
  assert.equal(during('outdial_calls_accepted_total{tenant=default}'), 1);
  assert.equal(during('outdial_calls_answered_total{tenant=default}'), 1);
  assert.equal(during('outdial_call_ring_seconds_count'), 1);
  assert.equal(during('outdial_call_talk_seconds_count'), 0);
  assert.equal(during('outdial_rtp_packets_sent_total'), 0);

  await world.runToTheEnd();
  const after = await scrape();
  const [record] = world.records;
  assert.ok(record?.rtp !== undefined && record.answeredAtMs !== undefined && record.end !== undefined);
  assert.equal(after('outdial_calls_active'), 0);
  assert.equal(after('outdial_calls_ended_total{tenant=default,code=completed.bot}'), 1);
  // The phone rings for 500 ms.
  assert.equal(after('outdial_call_ring_seconds_bucket{le=1}'), 1);
  assert.equal(after('outdial_call_talk_seconds_sum'), (record.end.atMs - record.answeredAtMs) / 1000);
  assert.equal(after('outdial_rtp_packets_sent_total'), record.rtp.packetsSent);
  assert.equal(after('outdial_rtp_packets_received_total'), record.rtp.packetsReceived);
  assert.equal(after('outdial_rtp_packets_lost_total'), 0);
  assert.equal(after('outdial_rtp_send_jitter_p99_seconds_count'), 1);
  for (const cause of ['start', 'speech', 'hang-up']) assert.equal(after(`outdial_turns_total{cause=${cause}}`), 1);
  assert.equal(after('outdial_turn_bot_seconds_count'), 3);
  const turn = record.turns.find(({ cause }) => cause.type === 'speech');
  assert.ok(turn?.cause.type === 'speech' && turn.firstAudioAtMs !== undefined);
  const { lastVoiceAtMs, speechEndedAtMs } = turn.cause.heard;
  assert.equal(after('outdial_turn_end_of_speech_seconds_sum'), (speechEndedAtMs - lastVoiceAtMs) / 1000);
  assert.equal(after('outdial_turn_recognition_seconds_count'), 1);
  assert.equal(after('outdial_turn_voice_seconds_count'), 1);
  assert.equal(after('outdial_turn_response_seconds_sum'), (turn.firstAudioAtMs - lastVoiceAtMs) / 1000);
  assert.equal(after('outdial_turns_interrupted_total'), 0);
  assert.equal(after('outdial_api_requests_total{route=/metrics,status=200}'), 1, 'the scrape before');
  assert.equal(after('process_resident_memory_bytes'), 1e8);
  assert.equal(after('process_cpu_seconds_total'), 3.5, 'counted once, however often it is read');
  assert.equal(after('nodejs_eventloop_lag_p99_seconds'), 0.004);
});

test('the waits of a turn follow one another without a gap, from the last voice to the first packet', async (context) => {
  const { world, scrape } = watch(context, {
    botDelaysMs: [0, 250],
    bot: (_request, index) => says(index === 1 ? 'here' : '', index === 1),
  });
  world.call();
  await world.runToTheEnd();
  const value = await scrape();
  const sumOf = (name: string): number => value(`outdial_turn_${name}_seconds_sum`) ?? NaN;
  const steps = ['end_of_speech', 'recognition', 'asking', 'bot_first_byte', 'voice_ready', 'first_packet'] as const;
  const [, turn] = world.records[0]?.turns ?? [];
  assert.ok(turn?.firstAudioAtMs !== undefined && turn.cause.type === 'speech');
  // The first turn, which is silent, has a bot wait of nothing.
  const total = steps.reduce((sum, step) => sum + sumOf(step), 0);
  const heardMs = turn.firstAudioAtMs - turn.cause.heard.lastVoiceAtMs;
  assert.ok(Math.abs(total * 1000 - heardMs) < 0.001, `${total} s of ${heardMs} ms`);
  assert.equal(sumOf('bot_first_byte'), 0.25);
  for (const step of steps.slice(2)) assert.ok((value(`outdial_turn_${step}_seconds_count`) ?? 0) >= 1, step);
});

test('a failed call is counted by its end code, under its tenant when there is a tenant file', async (context) => {
  const { world, scrape } = watch(
    context,
    { phone: { rejectWith: 486 }, bot: () => says('') },
    { MULTI_TENANT_CONFIG_FILE: 'tenants.json' },
  );
  world.call({ tenant: { ...tenant, id: 'clinic "north"' } });
  await world.runToTheEnd();
  const value = await scrape();
  assert.equal(value('outdial_calls_failed_total{tenant=clinic "north",code=sip.busy}'), 1);
  assert.equal(value('outdial_call_ring_seconds_count'), 0);
  assert.equal(value('outdial_rtp_send_jitter_p99_seconds_count'), 0);
});

test('a bot that fails and a callee who interrupts are counted', async (context) => {
  const broken = watch(context, { bot: () => err(gatewayError('bot.timeout', 'late')) });
  broken.world.call();
  await broken.world.runToTheEnd();
  assert.equal((await broken.scrape())('outdial_turns_failed_total{code=bot.timeout}'), 1);

  const interrupted = watch(context, {
    phone: { speaksFirst: true, lines: ['stop'] },
    bot: (_request, index) =>
      index === 0 ? says('this is a long announcement that nobody wants to hear to its end') : says('', true),
  });
  interrupted.world.call();
  await interrupted.world.runToTheEnd();
  assert.equal((await interrupted.scrape())('outdial_turns_interrupted_total'), 1);
});

test('what the end of a call cuts short is no interruption', async (context) => {
  const { world, scrape } = watch(context, {
    bot: (_request, index) => says(index === 0 ? '' : 'a very long answer that is still being said at the end'),
  });
  world.call();
  await world.clock.runUntil(() => world.events.some(({ type }) => type === 'turn.spoken'), 60_000);
  world.engine.stopCalls(gatewayError('call.shutdown', 'The gateway was stopped'));
  await world.runToTheEnd();
  assert.equal((await scrape())('outdial_turns_interrupted_total'), 0);
});

test('what other parts report is counted', async (context) => {
  const { operations, scrape } = watch(context, { bot: () => says('') });
  const event = { sessionId: 's', tenantId: 't', sequence: 1, type: 'call.ended', atWallMs: 0, data: {} };
  const result = { event, attemptMs: 10, elapsedMs: 700 };
  operations.onDelivery({ ...result, outcome: 'postponed', attempts: 1, status: 500 });
  operations.onDelivery({ ...result, outcome: 'delivered', attempts: 2, status: 200 });
  operations.onDelivery({ ...result, outcome: 'postponed', attempts: 1 });
  operations.onDelivery({ ...result, outcome: 'postponed', attempts: 2 });
  operations.onDelivery({ ...result, outcome: 'dead', attempts: 3, elapsedMs: 9000 });
  operations.onDelivery({ ...result, outcome: 'dead', attempts: 0, reason: 'gone' });
  operations.onMessageDropped('malformed');
  operations.onThreadLost('media');
  operations.onThreadLost('speech');
  operations.onMediaPace({ p50Ms: 0.1, p99Ms: 2.5, maxMs: 9, skippedTicks: 3, droppedPieces: 4 }, 2);
  operations.onFault();
  operations.onRecord('failed');
  const value = await scrape();
  assert.equal(value('outdial_webhook_notifications_total{outcome=delivered}'), 1);
  assert.equal(value('outdial_webhook_notifications_total{outcome=given-up}'), 2);
  assert.equal(value('outdial_webhook_attempts_total'), 5);
  assert.equal(value('outdial_webhook_delivery_seconds_sum'), 0.7);
  assert.equal(value('outdial_sip_messages_dropped_total{reason=malformed}'), 1);
  assert.equal(value('outdial_media_thread_restarts_total'), 1);
  assert.equal(value('outdial_speech_thread_restarts_total'), 1);
  assert.equal(value('outdial_media_tick_lateness_seconds{thread=2,quantile=0.99}'), 0.0025);
  assert.equal(value('outdial_media_ticks_skipped_total{thread=2}'), 3);
  assert.equal(value('outdial_speech_audio_dropped_total{thread=2}'), 4);
  assert.equal(value('outdial_faults_total'), 1);
  assert.equal(value('outdial_call_records_total{outcome=failed}'), 1);
});
