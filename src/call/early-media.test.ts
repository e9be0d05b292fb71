import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '../kit/index.ts';
import type { MediaEvent } from '../media/index.ts';
import type { LegEvent } from '../sip/index.ts';
import { callPlan } from './call-plan.fixture.ts';
import { callFacts } from './call-facts.ts';
import { type CallEffect, type CallInput, newCallState, onCall } from './index.ts';

const sdpAt = (host: string): string =>
  ['v=0', 'o=- 1 1 IN IP4 x', 's=-', `c=IN IP4 ${host}`, 't=0 0', 'm=audio 4000 RTP/AVP 0', ''].join('\r\n');

const dialling: readonly CallInput[] = [
  { type: 'begin' },
  { type: 'media', event: { type: 'opened', port: 5004 } },
  { type: 'replied', turnId: 0, result: ok({ steps: [], context: {}, problems: [] }) },
  { type: 'leg', event: { type: 'invited', atMs: 0 } },
];

/** What became of these events of a call that is being dialled. */
function after(...events: readonly LegEvent[]): readonly CallEffect[] {
  let state = newCallState(callPlan, 0, 0);
  const effects: CallEffect[] = [];
  for (const input of [...dialling, ...events.map((event): CallInput => ({ type: 'leg', event }))]) {
    const [next, ...more] = onCall(state, input, 0);
    state = next;
    effects.push(...more);
  }
  return effects;
}

function connections(effects: readonly CallEffect[]) {
  return effects.flatMap((effect) =>
    effect.type === 'media' && effect.command.type === 'connect'
      ? [
          [
            effect.command.remote.remoteAddress,
            effect.command.remote.canSend,
            effect.command.remote.canReceive,
            effect.command.isEarly ?? false,
          ],
        ]
      : [],
  );
}

const progress = (remoteTag: string, host?: string, more: Partial<Extract<LegEvent, { type: 'provisional' }>> = {}) =>
  ({
    type: 'provisional',
    status: 183,
    reason: 'Session Progress',
    remoteTag,
    ...(host === undefined ? {} : { sdp: sdpAt(host) }),
    atMs: 0,
    ...more,
  }) as const;

const answeredAt = (host: string) => ({ type: 'answered', sdp: sdpAt(host), atMs: 0 }) as const;
const states = (effects: readonly CallEffect[]): string[] =>
  effects.flatMap((effect) => (effect.type === 'notify' ? [effect.callState] : []));

test('RFC 3960 §3.2: 183 with SDP opens the media one way, the answer opens it both ways', () => {
  const effects = after(progress('a', '192.0.2.1'), answeredAt('192.0.2.1'));
  assert.deepEqual(connections(effects), [
    ['192.0.2.1', false, true, true],
    ['192.0.2.1', true, true, false],
  ]);
  assert.deepEqual(states(effects), ['started', 'active']);
});

test('RFC 3261 §13.2.2.4: a second early dialog opens the media anew, and it follows the one that answers', () => {
  const effects = after(progress('a', '192.0.2.1'), progress('b', '192.0.2.2'), answeredAt('192.0.2.1'));
  assert.deepEqual(
    connections(effects).map(([host]) => host),
    ['192.0.2.1', '192.0.2.2', '192.0.2.1'],
  );
});

test('RFC 6228 §4: 199 closes the media of its early dialog, and of no other', () => {
  const over = progress('a', undefined, { status: 199 });
  assert.deepEqual(connections(after(progress('a', '192.0.2.1'), over)).at(-1), ['192.0.2.1', false, false, true]);
  assert.equal(connections(after(progress('a', '192.0.2.1'), progress('b', '192.0.2.2'), over)).length, 2);
});

test('RFC 5009 §8: what the network bars is not opened, and closed when it is barred later', () => {
  assert.deepEqual(connections(after(progress('a', '192.0.2.1', { isMediaBarred: true }))), []);
  const later = after(progress('a', '192.0.2.1'), progress('a', undefined, { isMediaBarred: true }));
  assert.deepEqual(connections(later).at(-1), ['192.0.2.1', false, false, true]);
});

test('RFC 3261 §13.2.1: early SDP that cannot be used is no failure; ringing is told once and only for 180', () => {
  const ringing = progress('a', undefined, { status: 180 });
  const queued = progress('a', undefined, { status: 182 });
  const broken = progress('a', undefined, { sdp: 'nonsense' });
  const effects = after(
    broken,
    queued,
    ringing,
    ringing,
    progress('b', undefined, { status: 180 }),
    answeredAt('192.0.2.1'),
  );
  assert.deepEqual(states(effects), ['started', 'ringing', 'active']);
  assert.equal(connections(effects).length, 1);
});

test('RFC 3261 §13.2.2.4: a 2xx without SDP, with nonsense or without a common codec ends the call by BYE with Reason', () => {
  const noCodec = sdpAt('192.0.2.1').replace('RTP/AVP 0', 'RTP/AVP 18');
  for (const sdp of [undefined, 'nonsense', noCodec, sdpAt('192.0.2.1').replace('4000', '0')]) {
    const effects = after({ type: 'answered', sdp, atMs: 0 });
    const hangUp = effects.find((effect) => effect.type === 'hang-up');
    assert.deepEqual(hangUp?.headers, [{ name: 'Reason', value: 'SIP;cause=488;text="Not Acceptable Here"' }]);
    assert.deepEqual(states(effects), ['started', 'failed']);
    const over = effects.find((effect) => effect.type === 'observe' && effect.event.type === 'call.over');
    const end = over?.type === 'observe' && over.event.type === 'call.over' ? over.event.end : undefined;
    assert.deepEqual([end?.endCode, end?.sipStatus, end?.q850Cause], ['media.no-answer-codec', 200, 88]);
  }
});

test('RFC 3326 §2: the cause in the BYE of the callee is kept; nobody answering has a cause, too', () => {
  const endOf = (...events: readonly LegEvent[]) => {
    const over = after(...events).find((effect) => effect.type === 'observe' && effect.event.type === 'call.over');
    return over?.type === 'observe' && over.event.type === 'call.over' ? over.event.end : undefined;
  };
  const bye = { type: 'bye-received', reasonHeader: 'Q.850;cause=16', atMs: 0 } as const;
  assert.equal(endOf(answeredAt('192.0.2.1'), bye)?.q850Cause, 16);
  const ringTimeout = { type: 'ring-timeout', atMs: 0 } as const;
  assert.equal(endOf(ringTimeout)?.q850Cause, 18);
  assert.equal(endOf(progress('a', undefined, { status: 180 }), ringTimeout)?.q850Cause, 19);
  const silent = { type: 'unreachable', cause: 'timeout', detail: 'No response.', atMs: 0 } as const;
  assert.deepEqual([endOf(silent)?.endCode, endOf(silent)?.q850Cause], ['sip.timeout', 102]);
  assert.equal(endOf({ ...silent, cause: 'transport' })?.q850Cause, 38);
});

test('RFC 3311 §5.2: an UPDATE before the answer is answered, and moves what is heard', () => {
  const update = (host: string) =>
    ({ type: 'offer-received', offerId: '1 UPDATE', sdp: sdpAt(host), atMs: 0 }) as const;
  const effects = after(progress('a', '192.0.2.1'), update('192.0.2.9'));
  assert.deepEqual(connections(effects).at(-1), ['192.0.2.9', false, true, true]);
  const answered = effects.find((effect) => effect.type === 'answer-offer');
  assert.match(answered?.sdp ?? '', /m=audio 5004/);
  assert.deepEqual(connections(after(progress('a'), update('192.0.2.9'))), []);
});

/** What became of a call to which this was played before it was refused or answered. */
function heardBefore(sounds: readonly Omit<Extract<MediaEvent, { type: 'progress-sound' }>, 'type'>[], last: LegEvent) {
  let state = newCallState(callPlan, 0, 0);
  const effects: CallEffect[] = [];
  const inputs: CallInput[] = [
    ...dialling,
    { type: 'leg', event: progress('a', '192.0.2.1') },
    ...sounds.map((sound): CallInput => ({ type: 'media', event: { type: 'progress-sound', ...sound } })),
    { type: 'leg', event: last },
  ];
  for (const input of inputs) {
    const [next, ...more] = onCall(state, input, 0);
    state = next;
    effects.push(...more);
  }
  const told = effects.flatMap((effect) => (effect.type === 'observe' ? [effect.event] : []));
  return { state, told };
}

const early = { isAnswered: false, atMs: 40 } as const;
const refused = { type: 'rejected', status: 480, reason: 'Temporarily Unavailable', atMs: 50 } as const;

test('what is heard before a refusal is told, and part of its reason', () => {
  const { state, told } = heardBefore(
    [
      { sound: 'ringback', ...early },
      { sound: 'special-information', category: 'vacant-code', ...early },
      { sound: 'speech', ...early },
    ],
    refused,
  );
  assert.deepEqual(
    told.flatMap((event) => (event.type === 'call.early-media' ? [event.category ?? event.sound] : [])),
    ['ringback', 'vacant-code', 'speech'],
  );
  assert.equal(
    state.end?.failureReason,
    'The call was refused: 480 Temporarily Unavailable. Before that a special information tone (the number is not assigned) was heard',
  );
  assert.equal(state.end?.endCode, 'sip.unavailable');
  assert.deepEqual(callFacts(state)?.earlyMedia, [
    { sound: 'ringback', atMs: 40 },
    { sound: 'special-information', category: 'vacant-code', atMs: 40 },
    { sound: 'speech', atMs: 40 },
  ]);
});

test('ringback explains no refusal, a busy tone explains that nobody answered', () => {
  assert.equal(
    heardBefore([{ sound: 'ringback', ...early }], refused).state.end?.failureReason,
    'The call was refused: 480 Temporarily Unavailable',
  );
  assert.match(
    heardBefore([{ sound: 'busy', ...early }], { type: 'ring-timeout', atMs: 60 }).state.end?.failureReason ?? '',
    /ring time\. Before that a busy tone was heard$/,
  );
});

test('a fax behind the answer is told and a warning of the record', () => {
  const { state, told } = heardBefore([], answeredAt('192.0.2.1'));
  assert.deepEqual(
    told.filter(({ type }) => type === 'call.fax'),
    [],
  );
  const fax = { type: 'progress-sound', sound: 'fax', isAnswered: true, atMs: 90 } as const;
  const [next, ...effects] = onCall(state, { type: 'media', event: fax }, 90);
  assert.ok(effects.some((effect) => effect.type === 'observe' && effect.event.type === 'call.fax'));
  assert.deepEqual(next.warnings, ['The tone of a fax machine was heard.']);
});
