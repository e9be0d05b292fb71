import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TurnReply } from '../conversation/index.ts';
import { gatewayError, type JsonObject, ok, err } from '../kit/index.ts';
import { noPackets } from '../media/index.ts';
import { callPlan } from './call-plan.fixture.ts';
import {
  callDeadlineMs,
  type CallEffect,
  type CallInput,
  type CallPlan,
  type CallState,
  newCallState,
  onCall,
} from './index.ts';

const plan: CallPlan = {
  ...callPlan,
  context: { name: 'Rossi' },
  failedMessage: 'Sorry, a technical problem.',
  sipFacts: { ...callPlan.sipFacts, callId: true },
};

const answerSdp = [
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.9',
  's=-',
  'c=IN IP4 192.0.2.9',
  't=0 0',
  'm=audio 4000 RTP/AVP 0 101',
  'a=rtpmap:101 telephone-event/8000',
  '',
].join('\r\n');

const rtp = { ...noPackets, packetsSent: 10, packetsReceived: 10 };

const reply = (texts: readonly string[], isLast = false, context: JsonObject = { kept: 1 }): TurnReply => ({
  steps: [...texts.map((text) => ({ type: 'say' as const, text })), ...(isLast ? [{ type: 'hang-up' as const }] : [])],
  context,
  problems: [],
});
const replied = (turnId: number, value: TurnReply): CallInput => ({ type: 'replied', turnId, result: ok(value) });
const opened: CallInput = { type: 'media', event: { type: 'opened', port: 5004 } };
const closed: CallInput = { type: 'media', event: { type: 'closed', rtp } };
const leg = (event: Extract<CallInput, { type: 'leg' }>['event']): CallInput => ({ type: 'leg', event });
const invited = leg({ type: 'invited', atMs: 0 });
const ringing = leg({ type: 'provisional', status: 180, reason: 'Ringing', atMs: 0 });
const answered = leg({ type: 'answered', sdp: answerSdp, atMs: 0 });
const byeReceived = leg({ type: 'bye-received', atMs: 0 });
const byeFinished = leg({ type: 'bye-finished', status: 200, atMs: 0 });

class Story {
  state: CallState = newCallState(plan, 0, 0);
  nowMs = 0;
  effects: CallEffect[] = [];

  /** Takes one input and returns its effects, observations left out. */
  take(input: CallInput): CallEffect[] {
    this.nowMs += 10;
    const [state, ...effects] = onCall(this.state, input, this.nowMs);
    this.state = state;
    this.effects.push(...effects);
    return effects.filter((effect) => effect.type !== 'observe');
  }

  active(first: TurnReply = reply([])): this {
    for (const input of [{ type: 'begin' } as const, opened, replied(0, first), invited, ringing, answered])
      this.take(input);
    return this;
  }

  told(): (readonly [string, string | null])[] {
    return this.effects.flatMap((effect) =>
      effect.type === 'notify' ? [[effect.callState, effect.failureReason] as const] : [],
    );
  }
}

const kinds = (effects: readonly CallEffect[]): string[] =>
  effects.map((effect) => (effect.type === 'media' ? `media ${effect.command.type}` : effect.type));

test('§7.3: the first turn goes out before any SIP, with the request context and the outbound mark', () => {
  const story = new Story();
  const effects = story.take({ type: 'begin' });
  assert.deepEqual(kinds(effects), ['media open', 'ask']);
  const [, ask] = effects;
  assert.ok(ask?.type === 'ask');
  assert.equal(ask.text, '');
  assert.deepEqual(
    {
      name: ask.context['name'],
      out: ask.context['vgwIsOutboundCall'],
      id: ask.context['vgwSessionID'],
      callId: ask.context['vgwSIPCallID'],
    },
    { name: 'Rossi', out: 'Yes', id: 's-1', callId: 's-1' },
  );
});

test('§7.3: the INVITE leaves only when bot and media are ready, in either order', () => {
  const botFirst = new Story();
  botFirst.take({ type: 'begin' });
  assert.deepEqual(kinds(botFirst.take(replied(0, reply([])))), []);
  assert.deepEqual(kinds(botFirst.take(opened)), ['invite']);
  const mediaFirst = new Story();
  mediaFirst.take({ type: 'begin' });
  assert.deepEqual(kinds(mediaFirst.take(opened)), []);
  assert.deepEqual(kinds(mediaFirst.take(replied(0, reply(['Hello.'])))), ['media prepare', 'invite']);
});

test('§7.3: a first turn that fails gives failed, no INVITE and no last turn', () => {
  const story = new Story();
  story.take({ type: 'begin' });
  story.take(opened);
  const error = gatewayError('bot.bad-status', 'The bot answered 500');
  const effects = story.take({ type: 'replied', turnId: 0, result: err(error) });
  assert.deepEqual(kinds(effects), ['notify', 'media close']);
  assert.deepEqual(story.told(), [['failed', 'The bot answered 500']]);
  assert.deepEqual(kinds(story.take(closed)), ['over']);
  assert.equal(story.state.end?.endCode, 'bot.bad-status');
});

test('§7.3: media that cannot be set up gives failed and no INVITE; the bot still gets its last turn', () => {
  const story = new Story();
  story.take({ type: 'begin' });
  const error = gatewayError('media.no-port', 'No free RTP port');
  assert.deepEqual(kinds(story.take({ type: 'media', event: { type: 'failed', error } })), ['notify', 'ask']);
  assert.deepEqual(story.told(), [['failed', 'No free RTP port']]);
  assert.deepEqual(kinds(story.take(replied(1, reply([])))), ['over']);
});

test('states are told in order and once, whatever is repeated', () => {
  const story = new Story().active();
  for (const input of [ringing, answered, invited]) story.take(input);
  story.take(byeReceived);
  story.take(byeReceived);
  assert.deepEqual(story.told(), [
    ['started', null],
    ['ringing', null],
    ['active', null],
    ['ended', null],
  ]);
  assert.equal(story.state.end?.endedBy, 'callee');
});

test('a call that never rang goes from started to active', () => {
  const story = new Story();
  for (const input of [{ type: 'begin' } as const, opened, replied(0, reply([])), invited, answered]) story.take(input);
  assert.deepEqual(
    story.told().map(([state]) => state),
    ['started', 'active'],
  );
});

test('§7.3: on the answer recognition starts, and the text prepared while it rang is played', () => {
  const story = new Story();
  for (const input of [{ type: 'begin' } as const, opened, replied(0, reply(['Hello.'], true)), invited])
    story.take(input);
  const effects = story.take(answered);
  assert.deepEqual(kinds(effects), ['notify', 'media connect', 'media listen', 'media play']);
  const connect = effects.find((effect) => effect.type === 'media' && effect.command.type === 'connect');
  assert.ok(connect?.type === 'media' && connect.command.type === 'connect');
  assert.deepEqual(
    {
      address: connect.command.remote.remoteAddress,
      port: connect.command.remote.remotePort,
      codec: connect.command.remote.codec,
    },
    { address: '192.0.2.9', port: 4000, codec: 'PCMU' },
  );
  // §6.1: the hang-up of the first turn is not carried out.
  story.take({
    type: 'media',
    event: { type: 'playback-finished', playbackId: 'turn-0', isComplete: true, playedMs: 500, atMs: 0 },
  });
  assert.equal(story.state.phase, 'active');
});

test('§5.3: the last turn is sent whoever hung up, and its answer is not carried out', () => {
  const story = new Story().active();
  const effects = story.take(byeReceived);
  assert.deepEqual(kinds(effects), ['notify', 'media close', 'ask']);
  const ask = effects.find((effect) => effect.type === 'ask');
  assert.ok(ask?.type === 'ask');
  assert.deepEqual([ask.text, ask.context['vgwHangUp']], ['vgwHangUp', 'Yes']);
  assert.deepEqual(kinds(story.take(closed)), []);
  assert.deepEqual(kinds(story.take(replied(ask.turnId, reply(['Wait!'])))), ['over']);
});

test('the bot hangs up: BYE, ended, and over when dialog, media and last turn are closed', () => {
  const story = new Story().active();
  story.take({
    type: 'media',
    event: {
      type: 'recognition',
      event: { type: 'final', text: 'Bye', confidence: 1, lastVoiceAtMs: 0, speechEndedAtMs: 0, atMs: 0 },
    },
  });
  assert.deepEqual(kinds(story.take(replied(1, reply([], true)))), ['hang-up', 'notify', 'media close', 'ask']);
  assert.equal(story.state.end?.endCode, 'completed.bot');
  story.take(closed);
  story.take(byeFinished);
  assert.deepEqual(kinds(story.take(replied(2, reply([])))), ['over']);
});

test('a bot that fails in the middle: the configured text is spoken, then the call fails with the reason', () => {
  const story = new Story().active();
  story.take({
    type: 'media',
    event: {
      type: 'recognition',
      event: { type: 'final', text: 'Hi', confidence: 1, lastVoiceAtMs: 0, speechEndedAtMs: 0, atMs: 0 },
    },
  });
  const error = gatewayError('bot.timeout', 'The bot did not answer in time');
  const [play] = story.take({ type: 'replied', turnId: 1, result: err(error) });
  assert.ok(play?.type === 'media' && play.command.type === 'play');
  assert.equal(play.command.text, 'Sorry, a technical problem.');
  const { playbackId } = play.command;
  const effects = story.take({
    type: 'media',
    event: { type: 'playback-finished', playbackId, isComplete: true, playedMs: 1, atMs: 0 },
  });
  assert.deepEqual(kinds(effects), ['hang-up', 'notify', 'media close']);
  assert.deepEqual(story.told().at(-1), ['failed', 'The bot did not answer in time']);
});

for (const [status, reason] of [
  [486, 'Busy Here'],
  [603, 'Decline'],
  [503, 'Service Unavailable'],
] as const) {
  test(`a final ${status} gives failed with a reason that names it`, () => {
    const story = new Story();
    for (const input of [{ type: 'begin' } as const, opened, replied(0, reply([])), invited]) story.take(input);
    story.take(leg({ type: 'rejected', status, reason, atMs: 0 }));
    assert.deepEqual(story.told().at(-1), ['failed', `The call was refused: ${status} ${reason}`]);
    assert.equal(story.state.end?.sipStatus, status);
  });
}

for (const status of [401, 407] as const) {
  test(`a final ${status} is the trunk's refusal of our credentials, with an end code of its own`, () => {
    const story = new Story();
    for (const input of [{ type: 'begin' } as const, opened, replied(0, reply([])), invited]) story.take(input);
    story.take(leg({ type: 'rejected', status, reason: 'No', detail: 'The password was refused.', atMs: 0 }));
    const told = `The trunk refused the authentication of the call: ${status} No. The password was refused.`;
    assert.deepEqual(story.told().at(-1), ['failed', told]);
    assert.equal(story.state.end?.endCode, 'sip.auth-failed');
    assert.equal(story.state.end?.sipStatus, status);
  });
}

test('nobody answers, nobody is there: each has its own end code', () => {
  const codes = [
    leg({ type: 'ring-timeout', atMs: 0 }),
    leg({ type: 'unreachable', cause: 'timeout', detail: 'no response', atMs: 0 }),
    leg({ type: 'unreachable', cause: 'transport', detail: 'refused', atMs: 0 }),
  ].map((input) => {
    const story = new Story();
    for (const before of [{ type: 'begin' } as const, opened, replied(0, reply([])), invited]) story.take(before);
    story.take(input);
    return story.state.end?.endCode;
  });
  assert.deepEqual(codes, ['sip.no-answer', 'sip.timeout', 'sip.unreachable']);
});

test('an answer without a usable codec is ended with BYE and fails', () => {
  const story = new Story();
  for (const input of [{ type: 'begin' } as const, opened, replied(0, reply([])), invited]) story.take(input);
  const effects = story.take(leg({ type: 'answered', sdp: answerSdp.replace('RTP/AVP 0 101', 'RTP/AVP 18'), atMs: 0 }));
  assert.deepEqual(kinds(effects).slice(0, 2), ['hang-up', 'notify']);
  assert.equal(story.state.end?.endCode, 'media.no-answer-codec');
});

test('a re-INVITE that puts the call on hold is answered and reaches the media; a foreign codec is refused', () => {
  const story = new Story().active();
  const hold = answerSdp.replace('m=audio', 'm=audio').concat('a=sendonly\r\n');
  const effects = story.take(leg({ type: 'offer-received', offerId: 'o1', sdp: hold, atMs: 0 }));
  const [answer, connect] = effects;
  assert.ok(answer?.type === 'answer-offer' && answer.sdp?.includes('a=recvonly'));
  assert.ok(connect?.type === 'media' && connect.command.type === 'connect' && !connect.command.remote.canSend);
  const refused = story.take(
    leg({ type: 'offer-received', offerId: 'o2', sdp: answerSdp.replace('RTP/AVP 0 101', 'RTP/AVP 18'), atMs: 0 }),
  );
  assert.deepEqual(refused, [{ type: 'answer-offer', offerId: 'o2', sdp: undefined }]);
  assert.equal(story.state.phase, 'active');
});

test('silence gives a vgwPostResponseTimeout turn; the longest duration ends the call', () => {
  const story = new Story().active();
  story.nowMs = callDeadlineMs(story.state) ?? 0;
  const [ask] = story.take({ type: 'deadline' });
  assert.ok(ask?.type === 'ask' && ask.text === 'vgwPostResponseTimeout');
  story.nowMs = callDeadlineMs(story.state) ?? 0;
  story.take({ type: 'deadline' });
  assert.equal(story.state.end?.endCode, 'call.too-long');
});

test('a lost media thread fails the call, and nobody waits for it to close', () => {
  const story = new Story().active();
  story.take({
    type: 'media',
    event: { type: 'failed', error: gatewayError('media.thread-lost', 'The media thread ended') },
  });
  story.take(byeFinished);
  const last = story.state.turns.at(-1);
  assert.equal(last?.cause.type, 'hang-up');
  assert.deepEqual(kinds(story.take(replied(last?.turnId ?? -1, reply([])))), ['over']);
});

test('a call whose ends never close is over all the same after its limit', () => {
  const story = new Story().active();
  story.take(byeReceived);
  story.nowMs = callDeadlineMs(story.state) ?? 0;
  assert.deepEqual(kinds(story.take({ type: 'deadline' })), ['over']);
  assert.match(story.state.warnings.join(), /before everything had answered/);
});

test('context: what the bot returns is what it gets back, with the variables of the new turn', () => {
  const story = new Story().active(reply([], false, { order: { id: 7 } }));
  const [ask] = story.take({
    type: 'media',
    event: {
      type: 'recognition',
      event: { type: 'final', text: 'two please', confidence: 0.8, lastVoiceAtMs: 0, speechEndedAtMs: 0, atMs: 0 },
    },
  });
  assert.ok(ask?.type === 'ask');
  assert.deepEqual(ask.context['order'], { id: 7 });
  assert.equal(ask.context['vgwBargeInOccurred'], 'No');
  assert.match(JSON.stringify(ask.context['vgwTextAlternatives']), /two please/);
});

test('§5.3 vgwSTTResultFiltered: words that are doubted are told where the plan says so; otherwise they are no words', () => {
  for (const notifyOnFilteredUtterances of [true, false]) {
    const story = new Story();
    story.state = newCallState({ ...plan, notifyOnFilteredUtterances }, 0, 0);
    story.active();
    const effects = story.take({
      type: 'media',
      event: {
        type: 'recognition',
        event: { type: 'final', text: 'mumble', confidence: 0.2, lastVoiceAtMs: 0, speechEndedAtMs: 0, atMs: 0 },
        isDoubted: true,
      },
    });
    const asked = effects.flatMap((effect) => (effect.type === 'ask' ? [effect.text] : []));
    assert.deepEqual(asked, notifyOnFilteredUtterances ? ['vgwSTTResultFiltered'] : []);
  }
});

test('headers of the answer stand in the context of every later turn, and a bot cannot forge them', () => {
  const story = new Story();
  const headers = [{ name: 'User-to-User', value: '6869;encoding=hex' }];
  const told = leg({ type: 'answered', sdp: answerSdp, headers, atMs: 0 });
  const forged = reply([], false, { outdialAnswerHeaders: { 'User-to-User': 'forged' } });
  for (const input of [{ type: 'begin' } as const, opened, replied(0, forged), invited, told]) story.take(input);
  const effects = story.take({
    type: 'media',
    event: {
      type: 'recognition',
      event: { type: 'final', text: 'Hi', confidence: 1, lastVoiceAtMs: 0, speechEndedAtMs: 0, atMs: 0 },
    },
  });
  const ask = effects.find(({ type }) => type === 'ask');
  assert.ok(ask?.type === 'ask');
  assert.deepEqual(ask.context['outdialAnswerHeaders'], { 'User-to-User': '6869;encoding=hex' });
});

test('one press that comes in several ways is one key; the same key again is another', () => {
  const story = new Story();
  for (const input of [{ type: 'begin' } as const, opened, replied(0, reply([])), invited, answered]) story.take(input);
  const pressed: string[] = [];
  const take = (input: CallInput): void => {
    const [state, ...effects] = onCall(story.state, input, story.nowMs);
    story.state = state;
    for (const effect of effects) {
      if (effect.type === 'observe' && effect.event.type === 'key.pressed') pressed.push(effect.event.digit);
    }
  };
  const byInfo = (key: string, atMs: number): void => take(leg({ type: 'key-received', key, atMs }));
  const byTone = (digit: string, atMs: number): void =>
    take({ type: 'media', event: { type: 'digit', digit, durationMs: 80, isTone: true, atMs } });
  const byEvent = (digit: string, atMs: number): void =>
    take({ type: 'media', event: { type: 'digit', digit, durationMs: 80, atMs } });
  byInfo('1', 100);
  byTone('1', 160);
  byInfo('1', 300);
  byInfo('1', 500);
  byTone('1', 520);
  byTone('1', 600);
  assert.deepEqual(pressed.splice(0), ['1', '1', '1']);
  byTone('2', 1000);
  byTone('3', 1300);
  byInfo('2', 1400);
  byEvent('2', 1450);
  byInfo('3', 1700);
  assert.deepEqual(pressed.splice(0), ['2', '3']);
  // Too late to be a copy.
  byInfo('4', 5000);
  byTone('4', 7500);
  assert.deepEqual(pressed, ['4', '4']);
});

test('a key before the answer is no key', () => {
  const story = new Story();
  for (const input of [{ type: 'begin' } as const, opened, replied(0, reply([])), invited]) story.take(input);
  const [, ...effects] = onCall(story.state, leg({ type: 'key-received', key: '1', atMs: 0 }), story.nowMs);
  assert.deepEqual(effects, []);
});

test('what is expected of an answer is told with it and forgotten with the next turn', () => {
  const told = (effects: readonly CallEffect[]): unknown[] =>
    effects.flatMap((effect) =>
      effect.type === 'media' && effect.command.type === 'expect' ? [effect.command.expected] : [],
    );
  const phrases = ['yes', 'no'];
  const story = new Story().active({ ...reply([]), expected: { phrases } });
  assert.deepEqual(told(story.effects), [{ phrases }]);
  const say = (text: string): CallEffect[] => {
    const started = { type: 'speech-started', onsetAtMs: 0, atMs: 0 } as const;
    story.take({ type: 'media', event: { type: 'recognition', event: started } });
    return story.take({
      type: 'media',
      event: {
        type: 'recognition',
        event: { type: 'final', text, confidence: 1, lastVoiceAtMs: 0, speechEndedAtMs: 0, atMs: 0 },
      },
    });
  };
  assert.deepEqual(told(say('yes')), [undefined]);
  const rule = { maxCount: 4, ignoresSpeech: false, pausesAfter: false };
  const collecting: TurnReply = { ...reply([]), steps: [{ type: 'collect-digits', rule }] };
  assert.deepEqual(told(story.take(replied(1, collecting))), [{ phrases: [], digits: { minCount: 1, maxCount: 4 } }]);
  assert.deepEqual(told(say('1234')), [undefined]);
  const options = ['Sales', 'Support'].map((label) => ({ label, input: { text: label } }));
  const optionList = { kind: 'option', title: 'Where to?', options } as const;
  const offering: TurnReply = { ...reply([]), steps: [{ type: 'say', text: 'Where to?', optionList }] };
  const [offered] = told(story.take(replied(2, offering)));
  assert.ok(JSON.stringify(offered).includes('"Sales"'));
  assert.deepEqual(told(say('sales')), [undefined]);
  assert.deepEqual(told(story.take(replied(3, reply(['Goodbye.'])))), []);
});
