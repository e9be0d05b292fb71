import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json, JsonObject } from '../kit/index.ts';
import { canaries, failedFacts, fullFacts } from './call-facts.fixture.ts';
import {
  buildCallLogged,
  buildCallRecord,
  type CallFacts,
  cdrReports,
  customDataIn,
  dataKinds,
  envelopeOf,
  mergeCustomData,
  personalDataLevels,
  reduceToLevel,
  type ReportedTurn,
  transcriptionReport,
  turnRequestReport,
  turnResponseReport,
} from './index.ts';

const turnOf = (index: number, more: Partial<ReportedTurn> = {}): ReportedTurn => ({
  call: fullFacts,
  index,
  facts: fullFacts.turns[index]!,
  ...more,
});
const leaks = (value: unknown, except: readonly string[] = []): string[] => {
  const text = JSON.stringify(value);
  return Object.values(canaries).filter((canary) => !except.includes(canary) && text.includes(canary));
};

test('the payload of the successor has the shape of the specification', () => {
  const logged = buildCallLogged(fullFacts);
  const { assistant_interaction_summaries: summaries, ...rest } = logged;
  assert.deepEqual(rest, {
    primary_phone_number: '+390612340001',
    global_session_id: '5f1c0d4e-0000-4000-8000-000000000001',
    failure_occurred: false,
    transfer_occurred: true,
    active_calls: 12,
    call: {
      start_timestamp: '2025-03-04T09:15:07.120Z',
      stop_timestamp: '2025-03-04T09:15:52.480Z',
      milliseconds_elapsed: 45_360,
      outbound: true,
      end_reason: 'assistant_hangup',
      security: { media_encrypted: true, signaling_encrypted: true },
    },
    session_initiation_protocol: {
      invite_arrival_timestamp: '2025-03-04T09:15:07.170Z',
      invite_arrival_time: '2025-03-04T09:15:07.170Z',
      setup_milliseconds: 8120,
      headers: {
        call_id: 'a1@gw',
        from_uri: 'sip:+390612340001@trunk.example.net',
        to_uri: 'sip:+393331112233@trunk.example.net;user=phone',
      },
    },
    max_response_milliseconds: { assistant: 210, text_to_speech: 150, speech_to_text: 300 },
    injected_custom_data: { campaign: 'recall-07', phone: '+393331112233' },
    warnings_and_errors: [{ id: 'call.warning', code: 'call.warning', message: fullFacts.warnings[0] }],
    realtime_transport_network_summary: {
      inbound_stream: {
        packets_transmitted: 1793,
        packets_lost: 3,
        average_jitter: 2.1,
        maximum_jitter: 6.3,
        canonical_name: '393331112233@phone.example.net',
        tool_name: 'Phone 1.0',
      },
      outbound_stream: { packets_transmitted: 1800, packets_lost: 12, average_jitter: 1.5, maximum_jitter: 1.5 },
    },
  });
  assert.equal(summaries.length, 1);
  assert.equal(summaries[0]?.['session_id'], 's1');
  assert.deepEqual(summaries[0]['turns'], [
    {
      assistant: { start_timestamp: '2025-03-04T09:15:07.121Z', response_milliseconds: 39 },
      request: { type: 'start' },
      response: [
        {
          type: 'text_to_speech',
          barge_in_occurred: true,
          streaming_statistics: {
            start_timestamp: '2025-03-04T09:15:15.350Z',
            stop_timestamp: '2025-03-04T09:15:16.120Z',
            response_milliseconds: 60,
          },
        },
        { type: 'url' },
        { type: 'disable_dtmf_barge_in' },
        { type: 'dtmf' },
      ],
    },
    {
      assistant: { start_timestamp: '2025-03-04T09:15:17.421Z', response_milliseconds: 200 },
      request: {
        type: 'speech_to_text',
        streaming_statistics: {
          start_timestamp: '2025-03-04T09:15:16.120Z',
          stop_timestamp: '2025-03-04T09:15:17.420Z',
          response_milliseconds: 300,
          confidence: 0.93,
        },
      },
      response: [{ type: 'speech_to_text_config' }],
    },
    {
      assistant: { start_timestamp: '2025-03-04T09:15:27.120Z', response_milliseconds: 210 },
      request: { type: 'dtmf' },
      response: [{ type: 'text_to_speech', barge_in_occurred: false }, { type: 'transfer' }, { type: 'hangup' }],
    },
    { assistant: {}, request: { type: 'hangup' }, response: [] },
  ]);
});

test('how a call ended, in the words of the successor', () => {
  const reasonOf = (facts: Partial<CallFacts>): Json | undefined =>
    buildCallLogged({ ...fullFacts, ...facts }).call['end_reason'];
  assert.equal(reasonOf({ end: { code: 'completed.callee', by: 'callee' } }), 'caller_hangup');
  assert.equal(reasonOf({ end: { code: 'completed.no-input', by: 'gateway' } }), 'assistant_hangup');
  assert.equal(reasonOf({ end: { code: 'completed.transfer', by: 'bot' } }), 'assistant_transfer');
  assert.equal(reasonOf({ finalState: 'failed', end: { code: 'bot.timeout', by: 'gateway' } }), 'failed');
  const failed = buildCallLogged(failedFacts);
  assert.equal(failed.failure_occurred, true);
  assert.equal(failed.failure_details, failedFacts.end.failureReason);
  assert.deepEqual(
    failed.warnings_and_errors.map(({ code }) => code),
    ['call.warning', 'sip.rejected'],
  );
});

test('call records as events: the record, the payload, or both, in the envelope of a collector', () => {
  const [record] = cdrReports(fullFacts, 'original');
  assert.ok(record);
  assert.deepEqual(envelopeOf(record, { host: 'gw-1', index: 'cdr', sourceType: 'vgwSessionID' }), {
    time: 1_741_079_752.48,
    host: 'gw-1',
    source: 'outdial',
    sourcetype: 'vgwSessionID',
    index: 'cdr',
    event: JSON.parse(JSON.stringify(buildCallRecord(fullFacts))),
    fields: { vgwSessionID: fullFacts.sessionId, tenantID: '+390612340001' },
  });
  assert.equal((record.event as JsonObject)['outboundCall'], true);
  assert.deepEqual(
    cdrReports(fullFacts, 'cdr_logged').map(({ event }) => event),
    [{ event: 'cdr_logged', payload: buildCallLogged(fullFacts) }],
  );
  assert.equal(cdrReports(fullFacts, 'both').length, 2);
  assert.equal('sourcetype' in envelopeOf(record, { host: 'gw-1', index: 'cdr' }), false);
});

test('turn events are the JSON of the bot as it went over the wire', () => {
  const exchange = { request: { input: { text: 'x' }, extra: [1] }, response: { output: {}, intents: [] } };
  const asked = turnRequestReport(turnOf(1, { exchange }));
  const answered = turnResponseReport(turnOf(1, { exchange }));
  assert.deepEqual([asked.event, answered?.event], [exchange.request, exchange.response]);
  const envelope = envelopeOf(asked, { host: 'gw-1', index: 'convRequest' });
  assert.deepEqual(envelope['fields'], { vgwSessionID: fullFacts.sessionId, tenantID: '+390612340001', turn: 1 });
  assert.equal(envelope['time'], 1_741_079_717.421);
  // An empty body, as the last turn may have.
  assert.equal(turnResponseReport(turnOf(3, { exchange: { request: {}, response: null } })), undefined);
});

test('bots without a format of their own are told of as v1 messages, and failures as errors', () => {
  const actions = [{ command: 'vgwActHangup', parameters: {} }];
  assert.deepEqual(turnRequestReport(turnOf(2)).event, { input: { text: canaries.keys } });
  assert.deepEqual(turnResponseReport(turnOf(2, { actions }))?.event, {
    output: { text: ['Goodbye.'], vgwActionSequence: actions },
  });
  const failed = { ...fullFacts.turns[3]!, problems: ['The bot did not answer in time.'] };
  assert.deepEqual(turnResponseReport(turnOf(3, { facts: failed, errorCode: 'bot.timeout' }))?.event, {
    error: 'The bot did not answer in time.',
    code: 'bot.timeout',
  });
});

test('transcriptions say who spoke what, and are silent where the call wants none', () => {
  const utterance = { call: fullFacts, speaker: 'callee', text: 'yes', confidence: 0.9, atMs: 510_300 } as const;
  const report = transcriptionReport(utterance);
  assert.deepEqual(report?.event, {
    vgwSessionID: fullFacts.sessionId,
    tenantID: '+390612340001',
    outboundCall: true,
    speaker: 'callee',
    text: 'yes',
    confidence: 0.9,
    time: 10_300,
  });
  assert.equal(report.atWallMs, fullFacts.startedWallMs + 10_300);
  const silent = { ...fullFacts, isTranscriptionReported: false };
  assert.equal(transcriptionReport({ ...utterance, call: silent }), undefined);
  assert.equal(transcriptionReport({ ...utterance, text: ' ' }), undefined);
});

const exchange = { request: { input: { text: canaries.said } }, response: { output: { text: [canaries.answered] } } };

function everythingTold(facts: CallFacts): unknown[] {
  const turns = facts.turns.map((turn, index) => ({ call: facts, index, facts: turn, exchange }));
  return [
    buildCallRecord(facts),
    ...cdrReports(facts, 'both'),
    ...turns.map((turn) => turnRequestReport(turn)),
    ...turns.map((turn) => turnResponseReport(turn)),
    ...turns.map(({ index, facts: turn }) => turnRequestReport({ call: facts, index, facts: turn })),
    transcriptionReport({ call: facts, speaker: 'callee', text: canaries.said, confidence: 1, atMs: 510_000 }),
    transcriptionReport({ call: facts, speaker: 'bot', text: canaries.answered, confidence: null, atMs: 510_000 }),
  ];
}

for (const personalData of ['no-personal-data', 'metadata-only'] as const) {
  test(`${personalData}: no canary is in any output, and the shapes stay`, () => {
    for (const facts of [fullFacts, failedFacts]) {
      assert.deepEqual(leaks(everythingTold({ ...facts, personalData })), []);
      const shapeOf = (value: object): unknown => JSON.parse(JSON.stringify(value, hideValues));
      const [whole, reduced] = [facts, { ...facts, personalData }].map((each) => shapeOf(buildCallRecord(each)));
      assert.deepEqual(reduced, whole);
      const [logged, reducedLogged] = [facts, { ...facts, personalData }].map((each) => shapeOf(buildCallLogged(each)));
      assert.deepEqual(reducedLogged, logged);
    }
  });
}

/** Names and structure only. What other people fill is emptied. */
function hideValues(name: string, value: unknown): unknown {
  if (['context', 'customData', 'injected_custom_data', 'order'].includes(name)) return 'filled by others';
  return typeof value === 'object' && value !== null ? value : typeof value === 'string' ? 'text' : value;
}

test('everything: the canaries are there, so that their absence means something', () => {
  assert.deepEqual(leaks([...everythingTold(fullFacts), ...everythingTold(failedFacts)]), Object.values(canaries));
  assert.equal(reduceToLevel(fullFacts.context, 'everything'), fullFacts.context);
});

test('what is left of numbers, addresses and sentences', () => {
  const personalData = 'no-personal-data';
  const record = buildCallRecord({ ...failedFacts, personalData });
  assert.equal(record.to, 'sip:***33@trunk.example.net');
  assert.equal(record.tenantID, '+**********01');
  assert.equal(record.failureReason, 'The call was refused: 486 sip:***@example.net is busy, call +***');
  assert.deepEqual(record.warnings, ['The audio of https://audio.example.net cannot be had.']);
  assert.deepEqual(record.turns[1]?.problems, ['"***" is not supported and was skipped.', 'No answer of tel:***']);
  assert.deepEqual(record.context, {});
  assert.equal(record.callLength, 45_360);
  assert.equal(record.endCode, 'sip.rejected');
  const logged = buildCallLogged({ ...fullFacts, personalData });
  assert.deepEqual(logged.injected_custom_data, { campaign: 'recall-07', phone: '+**********33' });
  const least = buildCallRecord({ ...failedFacts, personalData: 'metadata-only' });
  assert.deepEqual([least.to, least.failureReason, least.warnings], ['sip:***@trunk.example.net', '***', ['***']]);
  assert.deepEqual(buildCallLogged({ ...fullFacts, personalData: 'metadata-only' }).injected_custom_data, {});
  assert.equal(buildCallRecord({ ...fullFacts, to: `sip:${canaries.callee}`, personalData }).to, 'sip:***33');
  assert.equal(buildCallRecord({ ...fullFacts, to: 'tel:+12', personalData }).to, 'tel:***');
});

test('property: below everything, whatever stands under whatever name, nothing but what the tables let through is left', () => {
  const words = fc.constantFrom(...Object.values(canaries));
  const names = fc.oneof(
    fc.string(),
    words,
    fc.constantFrom('text', 'to', 'context', 'data', 'pin', 'message', 'url', '__proto__'),
  );
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      words,
      words.map((word) => `sip:${word}@example.net`),
      words.map((word) => `He said "${word}" to +${canaries.callee}.`),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(names, tie('value'), { maxKeys: 4 }) as fc.Arbitrary<Json>,
      fc.constant(Number(canaries.keys)),
    ),
  }));
  // `plain` fields are filled by the gateway alone: what stands under them is no matter of this property.
  const filled = fc.record({
    text: value,
    to: value,
    context: value,
    warnings: value,
    url: value,
    unknown: value,
    customer: value,
  });
  fc.assert(
    fc.property(filled, (object) => {
      const left = reduceToLevel(object, 'metadata-only');
      for (const name of ['text', 'to', 'context', 'warnings', 'url']) assert.ok(name in left, name);
      assert.equal('unknown' in left || 'customer' in left, false);
    }),
    { numRuns: 200 },
  );
  const flat = fc.record({ text: words, to: words, context: value, warnings: fc.array(words), url: words });
  fc.assert(
    fc.property(flat, (object) => {
      assert.deepEqual(leaks(reduceToLevel(object as JsonObject, 'metadata-only')), []);
    }),
    { numRuns: 200 },
  );
});

test('every kind of data says what it is at each level', () => {
  assert.deepEqual(personalDataLevels, ['everything', 'no-personal-data', 'metadata-only']);
  for (const { what } of Object.values(dataKinds)) assert.match(what, /^[A-Z].+[^.]$/);
});

test('custom data is merged key by key; an empty value removes its key; it is bounded', () => {
  const context = { integrations: { voice_telephony: { cdr_custom_data: { a: 1 } } } };
  assert.deepEqual(customDataIn(context), { a: 1 });
  for (const other of [{}, { integrations: 3 }, { integrations: { voice_telephony: { cdr_custom_data: 'x' } } }]) {
    assert.equal(customDataIn(other), undefined);
  }
  assert.deepEqual(mergeCustomData({ a: 1, b: 2 }, { b: '', c: [3] }), { a: 1, c: [3] });
  assert.deepEqual(mergeCustomData({ a: 1 }, { big: 'x'.repeat(20_000), b: 2 }), { a: 1, b: 2 });
});
