import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callFacts } from '../../src/call/index.ts';
import { Secret } from '../../src/config/index.ts';
import { err, gatewayError } from '../../src/kit/index.ts';
import { buildCallLogged, buildCallRecord } from '../../src/reports/index.ts';
import type { Tenant } from '../../src/tenants/index.ts';
import { Caller } from './caller.ts';
import { says, tenant, World, type WorldOptions } from './world.ts';

const taker: Tenant = { ...tenant, isInboundEnabled: true };
const takerWith = (settings: Partial<Tenant['settings']>): Tenant => ({
  ...taker,
  settings: { ...taker.settings, ...settings },
});

function inboundWorld(options: Partial<WorldOptions> = {}): World {
  return new World({ bot: () => says('hello'), inbound: [taker], ...options });
}

/** Until the condition holds, or for so long at most. */
const until = (world: World, isSo: () => boolean, limitMs = 60_000) => world.clock.runUntil(isSo, limitMs);

test('RFC 3665 §3.1: a call comes in, the bot greets, words go both ways, the caller hangs up', async () => {
  const world = inboundWorld({
    bot: ({ text }) => says(text === '' ? 'welcome to the clinic' : `you said ${text}`),
    settings: { isSipTraced: true },
  });
  const caller = new Caller(world);
  caller.call();
  await until(world, () => caller.heard.length > 0);
  assert.equal(caller.heard[0]?.text, 'welcome to the clinic');
  caller.say('good morning');
  await until(world, () => caller.heard.length > 1);
  assert.equal(caller.heard[1]?.text, 'you said good morning');
  caller.hangUp();
  await world.runToTheEnd();
  assert.deepEqual(caller.statuses, [100, 180, 200]);
  assert.deepEqual(world.states(), ['started', 'ringing', 'active', 'ended']);
  assert.deepEqual(
    world.asked.map(({ text }) => text),
    ['', 'good morning', 'vgwHangUp'],
  );
  const [first] = world.asked;
  assert.equal(first?.context['vgwIsOutboundCall'], 'No');
  assert.equal(first?.context['vgwSessionID'], 'call-from-outside@10.0.0.4');
  assert.equal(first?.context['vgwPhoneUserPhoneNumber'], '+390651234');
  const [state] = world.records;
  assert.equal(state?.end?.endCode, 'completed.caller');
  assert.equal(state?.end?.endedBy, 'caller');
  assert.deepEqual(world.faults, []);
  const facts = callFacts(state ?? assert.fail()) ?? assert.fail();
  const record = buildCallRecord(facts);
  assert.equal(record.outboundCall, false);
  assert.equal(record.to, 'sip:clinic@10.0.0.1');
  assert.equal(record.from, 'sip:+390651234@10.0.0.4');
  assert.ok(record.inviteTime !== null && record.answerTime !== null);
  const logged = buildCallLogged(facts);
  assert.equal(logged.call['outbound'], false);
  assert.equal(logged.call['end_reason'], 'caller_hangup');
  assert.equal(logged.primary_phone_number, 'clinic');
  const [trace] = world.traces;
  assert.equal(trace?.vgwSessionID, 'call-from-outside@10.0.0.4');
  const lines = trace?.messages.map(({ direction, text }) => `${direction} ${text.slice(0, text.indexOf('\r\n'))}`);
  assert.deepEqual(lines, [
    'received INVITE sip:clinic@10.0.0.1 SIP/2.0',
    'sent SIP/2.0 100 Trying',
    'sent SIP/2.0 180 Ringing',
    'sent SIP/2.0 200 OK',
    'received ACK sip:clinic@10.0.0.1:5060 SIP/2.0',
    'received BYE sip:clinic@10.0.0.1:5060 SIP/2.0',
    'sent SIP/2.0 200 OK',
  ]);
});

test('the greeting is made while it rings, so that it leaves with the answer', async () => {
  const world = inboundWorld();
  const caller = new Caller(world);
  caller.call();
  await until(world, () => world.events.some(({ type }) => type === 'turn.spoken'));
  const at = (type: string): number => world.events.find((event) => event.type === type)?.atMs ?? assert.fail(type);
  const spoken = world.events.find((event) => event.type === 'turn.spoken');
  assert.ok(spoken?.type === 'turn.spoken');
  const { firstSamplesAtMs = Infinity, firstAudioAtMs = Infinity } = spoken.turn;
  assert.ok(firstSamplesAtMs <= at('call.answered'), 'the audio was there before the answer');
  assert.ok(firstAudioAtMs - at('call.answered') <= 20, 'its first packet is the first one of all');
  caller.hangUp();
  await world.runToTheEnd();
});

test('a bot that hangs up with its greeting is heard out: there is somebody on the line', async () => {
  const world = inboundWorld({ bot: () => says('we are closed', true) });
  const caller = new Caller(world);
  caller.call();
  await world.runToTheEnd();
  assert.equal(caller.heard[0]?.text, 'we are closed');
  assert.deepEqual(caller.events.at(-1)?.type, 'bye-received');
  assert.equal(world.records[0]?.end?.endCode, 'completed.bot');
});

test('RFC 3261 §9.2: a caller that cancels gets 487, and the bot its last turn', async () => {
  const world = inboundWorld({ botDelaysMs: [3000] });
  const caller = new Caller(world);
  caller.call();
  await until(world, () => caller.statuses.includes(180));
  caller.hangUp();
  await world.runToTheEnd();
  assert.deepEqual(caller.statuses, [100, 180, 487]);
  assert.deepEqual(world.states(), ['started', 'ringing', 'failed']);
  const [state] = world.records;
  assert.equal(state?.end?.endCode, 'call.cancelled');
  assert.equal(state?.end?.endedBy, 'caller');
  assert.deepEqual(
    world.asked.map(({ text }) => text),
    ['', 'vgwHangUp'],
  );
});

test('RFC 3261 §9.2: a CANCEL while the call is being written down ends it all the same', async () => {
  let written = (): void => undefined;
  const world = inboundWorld({ store: () => ({ ok: true, value: undefined }) });
  const { accepted } = world;
  const caller = new Caller(world);
  // The store answers when the CANCEL has come.
  world.holdStore = new Promise((resolve) => {
    written = resolve;
  });
  caller.call();
  await until(world, () => caller.statuses.includes(100));
  caller.hangUp();
  await world.clock.runUntil(() => false, 200);
  // Without a provisional answer but 100 the CANCEL leaves at once (RFC 3261 §9.1).
  assert.equal(accepted.length, 1);
  written();
  await world.runToTheEnd();
  assert.equal(caller.statuses.at(-1), 487);
  assert.equal(world.records[0]?.end?.endCode, 'call.cancelled');
});

test('RFC 3261 §13.3.1.4: a caller that never acknowledges is given up, and the record says so', async () => {
  const world = inboundWorld({ bot: () => says('') });
  const caller = new Caller(world);
  caller.call();
  await until(world, () => caller.statuses.includes(180));
  // From now on nothing of the caller arrives.
  world.network.unbind({ host: '10.0.0.4', port: 5060 });
  await world.runToTheEnd();
  assert.equal(world.records[0]?.end?.endCode, 'sip.no-ack');
  assert.deepEqual(world.states(), ['started', 'ringing', 'active', 'failed']);
});

test('a bot that fails before the answer is told of in the answered call', async () => {
  const world = inboundWorld({ bot: () => err(gatewayError('bot.unreachable', 'No bot.')) });
  const caller = new Caller(world);
  caller.call();
  await world.runToTheEnd();
  assert.deepEqual(caller.statuses, [100, 180, 200]);
  assert.equal(caller.heard[0]?.text, 'Sorry.');
  assert.equal(world.records[0]?.end?.endCode, 'bot.unreachable');
  assert.deepEqual(world.states(), ['started', 'ringing', 'active', 'failed']);
});

test('RFC 3261 §21.5.4: without a media port the call is refused with 503', async () => {
  const world = inboundWorld({ rtpPorts: 0 });
  const caller = new Caller(world);
  caller.call();
  await world.runToTheEnd();
  assert.equal(caller.statuses.at(-1), 503);
  assert.equal(world.records[0]?.end?.state, 'failed');
  assert.equal(world.records[0]?.end?.sipStatus, 503);
});

test('limits are answered with the status that says whose they are, and count the calls that came in', async () => {
  for (const [status, code, options] of [
    [503, 'gateway.overloaded', { isOverloaded: () => true }],
    [503, 'gateway.full', { settings: { maxCalls: 1 } }],
    [486, 'guard.concurrency', { inbound: [{ ...taker, limits: { ...taker.limits, maxCalls: 1 } }] }],
    [480, 'guard.rate', { inbound: [{ ...taker, limits: { ...taker.limits, callsPerSecond: 0.1 } }] }],
    [503, 'store.unavailable', { store: () => err(gatewayError('store.unavailable', 'Down.')) }],
  ] as const) {
    const world = inboundWorld(options);
    const isBusyByCalls = code === 'gateway.full' || code.startsWith('guard.');
    const first = new Caller(world);
    if (isBusyByCalls) {
      first.call();
      await until(world, () => first.statuses.includes(200));
    }
    const second = new Caller(world, { host: '10.0.0.5', callId: 'second' });
    second.call();
    await until(world, () => second.events.some(({ type }) => type === 'rejected'));
    assert.equal(second.statuses.at(-1), status, code);
    assert.deepEqual(world.refused, [code]);
    const retryAfter = /\r\nRetry-After: (\d+)\r\n/.exec(second.messages.at(-1) ?? '')?.[1];
    assert.ok(Number(retryAfter) > 0, code);
    if (isBusyByCalls) first.hangUp();
    await world.runToTheEnd();
    assert.equal(world.records.length, isBusyByCalls ? 1 : 0);
  }
});

test('RFC 3261 §21.5.4: a gateway that is shutting down takes no call', async () => {
  const world = inboundWorld();
  await world.engine.drain();
  const caller = new Caller(world);
  caller.call();
  await until(world, () => caller.statuses.includes(503));
  assert.deepEqual(world.refused, ['gateway.draining']);
});

test('numbers that may not be called by us do not keep anybody from calling', async () => {
  const world = inboundWorld({ inbound: [{ ...taker, limits: { ...taker.limits, allowedPrefixes: ['+1'] } }] });
  const caller = new Caller(world, { to: 'sip:+39clinic@10.0.0.1' });
  caller.call();
  await until(world, () => caller.statuses.includes(200));
  caller.hangUp();
  await world.runToTheEnd();
});

test('RFC 3261 §13.3.1.3: audio that cannot be spoken is 488, at once and without a call', async () => {
  const world = inboundWorld();
  const sdp = 'v=0\r\no=- 1 1 IN IP4 10.0.0.4\r\ns=-\r\nc=IN IP4 10.0.0.4\r\nt=0 0\r\nm=audio 30000 RTP/AVP 18\r\n';
  const caller = new Caller(world, { sdp });
  caller.call();
  await until(world, () => caller.statuses.includes(488));
  await world.runToTheEnd();
  assert.deepEqual(world.asked, []);
  assert.deepEqual(world.records, []);
});

test('the tenant is the one whose name is in To or Request-URI; others get 404, and 403 when nobody takes calls', async () => {
  const other: Tenant = { ...taker, id: '+390612340001' };
  const statusOf = async (to: string, inbound: readonly Tenant[]): Promise<number | undefined> => {
    const world = inboundWorld({ inbound });
    const caller = new Caller(world, { to });
    caller.call();
    await until(world, () => caller.statuses.some((status) => status >= 200));
    const tenantId = world.accepted[0]?.plan.tenantId;
    caller.hangUp();
    await world.runToTheEnd();
    return tenantId === undefined ? caller.statuses.at(-1) : Number(tenantId.includes('+39'));
  };
  assert.equal(await statusOf('sip:+390612340001@10.0.0.1', [taker, other]), 1);
  assert.equal(await statusOf('sip:clinic@10.0.0.1', [taker, other]), 0);
  assert.equal(await statusOf('sip:nobody@10.0.0.1', [taker, other]), 404);
  assert.equal(await statusOf('sip:clinic@10.0.0.1', [{ ...taker, isInboundEnabled: false }]), 403);
});

test('RFC 3261 §21.4.4: who is not on the white list of the tenant gets 403', async () => {
  for (const [status, settings] of [
    [200, { whitelistFromUri: '10.0.0.4' }],
    [403, { whitelistFromUri: 'sbc.example.net' }],
    [200, { whitelistToUri: 'clinic@' }],
    [403, { whitelistToUri: '+39' }],
  ] as const) {
    const world = inboundWorld({ inbound: [takerWith(settings)] });
    const caller = new Caller(world);
    caller.call();
    await until(world, () => caller.statuses.some((each) => each >= 200));
    assert.equal(caller.statuses.at(-1), status, JSON.stringify(settings));
    assert.deepEqual(world.dropped, status === 403 ? ['not-listed'] : []);
    caller.hangUp();
    await world.runToTheEnd();
  }
});

const guarded: Tenant = { ...taker, callerAuth: { username: 'apikey', password: new Secret('inbound-pw') } };

test('RFC 3261 §22.2: a tenant that asks for a password challenges, and takes the call with the right one', async () => {
  const world = inboundWorld({ inbound: [guarded] });
  const caller = new Caller(world, { credentials: { username: 'apikey', password: 'inbound-pw' } });
  caller.call();
  await until(world, () => caller.heard.length > 0);
  assert.deepEqual(caller.statuses, [401, 100, 180, 200]);
  assert.match(
    caller.messages[0] ?? '',
    /WWW-Authenticate: Digest realm="vgw", nonce="[^"]+", algorithm=SHA-256, qop="auth"/,
  );
  caller.hangUp();
  await world.runToTheEnd();
  assert.equal(world.records[0]?.end?.endCode, 'completed.caller');
});

test('RFC 3261 §22.1: a wrong password is challenged again and leaves nothing; who goes on guessing hears nothing more', async () => {
  const world = inboundWorld({ inbound: [guarded] });
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const caller = new Caller(world, {
      host: '10.0.0.9',
      callId: `guess-${attempt}`,
      credentials: { username: 'apikey', password: `guess-${attempt}` },
    });
    caller.call();
    await until(world, () => caller.events.some(({ type }) => type === 'rejected' || type === 'unreachable'), 1000);
    world.network.unbind({ host: '10.0.0.9', port: 5060 });
  }
  assert.ok(world.dropped.includes('wrong-password'));
  assert.ok(world.dropped.includes('guessing'));
  assert.equal(world.engine.activeCalls(), 0);
  assert.deepEqual(world.accepted, []);
  const honest = new Caller(world, { callId: 'honest', credentials: { username: 'apikey', password: 'inbound-pw' } });
  honest.call();
  await until(world, () => honest.statuses.includes(200));
  honest.hangUp();
  await world.runToTheEnd();
});

test('the bot is given the headers that were asked for, and SIP facts of the INVITE', async () => {
  const sipVariables = { isCallIdSent: true, isRequestUriSent: true, isToUriSent: true, isFromUriSent: true };
  const asked = takerWith({ inviteHeaders: 'X-Missing, X-Account,X-Other' });
  const world = inboundWorld({ inbound: [{ ...asked, sipVariables }] });
  const headers = [
    { name: 'X-Account', value: '4711' },
    { name: 'x-other', value: 'a' },
    { name: 'X-Other', value: 'b' },
    { name: 'X-Private', value: 'no' },
  ];
  const caller = new Caller(world, { headers });
  caller.call();
  await until(world, () => caller.heard.length > 0);
  caller.hangUp();
  await world.runToTheEnd();
  for (const { context } of world.asked) {
    assert.equal(context['vgwSIPCustomInviteHeader'], '4711');
    assert.deepEqual(context['vgwSIPCustomInviteHeaders'], { 'X-Account': '4711', 'X-Other': 'a, b' });
    assert.equal(context['vgwSIPCallID'], 'call-from-outside@10.0.0.4');
    assert.equal(context['vgwSIPRequestURI'], 'sip:clinic@10.0.0.1');
    assert.equal(context['vgwSIPToURI'], 'sip:clinic@10.0.0.1');
    assert.equal(context['vgwSIPFromURI'], 'sip:+390651234@10.0.0.4');
  }
});

test('the session is named by the header that was asked for, unless its value is no good or taken', async () => {
  const nameOf = async (options: { header?: string; value?: string; callId?: string }): Promise<string> => {
    const { header, value = '', callId } = options;
    const world = inboundWorld({ inbound: [takerWith(header === undefined ? {} : { sessionHeader: header })] });
    const caller = new Caller(world, {
      ...(callId === undefined ? {} : { callId }),
      headers: [{ name: 'X-Session', value }],
    });
    caller.call();
    await until(world, () => caller.heard.length > 0);
    caller.hangUp();
    await world.runToTheEnd();
    assert.equal(world.records[0]?.end?.endCode, 'completed.caller');
    assert.equal(callFacts(world.records[0] ?? assert.fail())?.sipCallId, callId ?? 'call-from-outside@10.0.0.4');
    return world.records[0]?.plan.sessionId ?? '';
  };
  const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
  assert.equal(await nameOf({}), 'call-from-outside@10.0.0.4');
  assert.equal(await nameOf({ header: 'X-Session', value: 'order-7' }), 'order-7');
  assert.match(await nameOf({ header: 'X-Session', value: '../../etc/passwd' }), uuid);
  assert.match(await nameOf({ header: 'X-Absent', value: 'x' }), uuid);
  assert.match(await nameOf({ callId: 'a/b?c' }), uuid);
});

test('a caller that uses a Call-ID again gets a session of our own naming', async () => {
  let count = 0;
  const world = inboundWorld({
    store: () => {
      count += 1;
      return count === 1
        ? err(gatewayError('internal.bug', 'It was accepted before.'))
        : { ok: true, value: undefined };
    },
  });
  const caller = new Caller(world);
  caller.call();
  await until(world, () => caller.heard.length > 0);
  caller.hangUp();
  await world.runToTheEnd();
  assert.equal(world.accepted.length, 2);
  assert.notEqual(world.records[0]?.plan.sessionId, caller.legId);
  assert.equal(world.records[0]?.end?.endCode, 'completed.caller');
});

test('calls come in over a bad network too', async () => {
  for (let seed = 1; seed <= 10; seed += 1) {
    const world = inboundWorld({
      seed,
      bot: ({ text }) => says(text === '' ? 'welcome' : 'goodbye', text !== ''),
      weather: { delayMs: 30, jitterMs: 100, lossChance: 0.1, duplicateChance: 0.1 },
    });
    const caller = new Caller(world);
    caller.call();
    await until(world, () => world.states().includes('active'), 100_000);
    caller.say('thank you');
    await world.runToTheEnd();
    assert.equal(world.records.length, 1, `seed ${seed}`);
    assert.deepEqual(world.faults, []);
    assert.equal(new Set(world.states()).size, world.states().length, `seed ${seed}: ${world.states().join()}`);
  }
});

test('RFC 3261 §15: another life of the process ends an answered call by BYE, whatever its session is called', async () => {
  for (const callId of ['plain-id', 'id/with?signs']) {
    const world = inboundWorld();
    const caller = new Caller(world, { callId });
    caller.call();
    await until(world, () => caller.heard.length > 0);
    const snapshot = world.dialogs.at(-1) ?? assert.fail();
    const next = inboundWorld();
    let isOver = false;
    const isKnown = next.engine.endOrphan({ legId: world.records[0]?.plan.sessionId ?? 'plain-id', snapshot }, () => {
      isOver = true;
    });
    assert.ok(isKnown);
    assert.equal(next.byes.length, 1);
    const [bye = ''] = next.byes;
    assert.ok(bye.includes(`\r\nCall-ID: ${callId}\r\n`), bye);
    await next.clock.runUntil(() => isOver, 40_000);
    assert.ok(isOver);
    caller.hangUp();
    await world.runToTheEnd();
  }
});
