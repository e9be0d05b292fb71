/** Calls that have a second leg for a while: attended transfers, and callees that send the gateway on (RFC 5589, RFC 3891). */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { callFacts } from '../../src/call/index.ts';
import type { JsonObject } from '../../src/kit/index.ts';
import { createUserAgent, parseMessage, type SipEffect, type SipRequest } from '../../src/sip/index.ts';
import type { PhoneScript } from '../../src/testing/index.ts';
import { answers, says, tenant, World, type WorldOptions } from './world.ts';

const agent = 'sip:agent@10.0.0.9';
const attended = (text?: string): JsonObject => ({
  ...(text === undefined ? {} : { text: [text] }),
  vgwAction: { command: 'vgwActTransfer', parameters: { transferTarget: agent, transferMethod: 'ATTENDED' } },
});
const hangUp: JsonObject = { vgwAction: { command: 'vgwActHangup' } };
const kept: typeof tenant = { ...tenant, settings: { ...tenant.settings, isDisconnectedOnTransferFailure: false } };
const silent: Partial<PhoneScript> = { speaksFirst: false, lines: [] };

async function run(options: WorldOptions, order: Parameters<World['call']>[0] = {}): Promise<World> {
  const world = new World({
    ...options,
    phone: { ...silent, ...options.phone },
    agent: { ...silent, ...options.agent },
  });
  world.call(order);
  await world.runToTheEnd();
  assert.deepEqual(world.faults, []);
  return world;
}

const requests = (messages: readonly string[]): string[] => messages.map((text) => text.split(' ', 1)[0] ?? '');
const inviteOf = (messages: readonly string[]): string =>
  messages.find((text) => text.startsWith('INVITE ')) ?? assert.fail('no INVITE');
const headerOf = (message: string, name: string): string =>
  new RegExp(`^${name}: (.*)$`, 'm').exec(message)?.[1]?.trim() ?? assert.fail(name);
const factsOf = (world: World) => callFacts(world.records[0] ?? assert.fail()) ?? assert.fail();

describe('RFC 5589 §7: attended transfer', () => {
  const takes = {
    status: 202,
    notices: [
      { afterMs: 10, status: 100 },
      { afterMs: 1000, status: 200 },
    ],
  };

  test('hold, call to the agent, REFER with its dialog once it has answered, then both calls end', async () => {
    const world = await run({ bot: answers(attended('one moment'), hangUp), phone: { transfer: takes }, agent: {} });
    assert.deepEqual(world.states(), ['started', 'ringing', 'active', 'transferred', 'ended']);
    assert.deepEqual(world.phone.understood, ['one moment']);
    const invite = inviteOf(world.sipToAgent);
    assert.match(invite, /a=inactive/);
    const [refer] = world.phone.refers;
    assert.equal(refer?.target, agent);
    const callId = headerOf(invite, 'Call-ID');
    assert.equal(callId, `${world.records[0]?.plan.sessionId ?? ''}.1`);
    assert.match(refer.replaces ?? '', new RegExp(`^${callId};to-tag=[\\da-f]+;from-tag=[\\da-f]+$`));
    assert.deepEqual(requests(world.sipToAgent).slice(-1), ['BYE']);
    const { transfer, end } = factsOf(world);
    assert.deepEqual([transfer?.outcome, transfer?.sipStatus, end.code], ['transferred', 200, 'completed.transfer']);
    assert.deepEqual(
      world.events.map(({ type }) => type).filter((type) => type.startsWith('transfer.')),
      ['transfer.started', 'transfer.consulted', 'transfer.over'],
    );
  });

  for (const [name, script, status] of [
    ['is busy', { rejectWith: 486 }, 486],
    ['never answers', { ringMs: -1 }, 408],
  ] as const) {
    test(`the agent ${name}: no REFER, the callee is taken back, the bot is told`, async () => {
      const world = await run(
        { bot: answers(attended(), { text: ['sorry'], ...hangUp }), phone: { transfer: takes }, agent: script },
        { tenant: kept },
      );
      assert.deepEqual(
        world.asked.map(({ text }) => text),
        ['', 'vgwCallTransferFailed', 'vgwHangUp'],
      );
      assert.deepEqual(world.phone.refers, []);
      assert.deepEqual(
        world.phone.offers.map((offer) => /a=(send\w+)/.exec(offer)?.[1]),
        ['sendonly', 'sendrecv'],
      );
      assert.deepEqual(world.phone.understood, ['sorry']);
      assert.equal(factsOf(world).transfer?.sipStatus, status);
    });
  }

  test('the callee refuses the REFER: the agent is let go, the call goes on', async () => {
    const world = await run(
      { bot: answers(attended(), { text: ['sorry'], ...hangUp }), phone: { transfer: { status: 603 } }, agent: {} },
      { tenant: kept },
    );
    assert.deepEqual(world.phone.understood, ['sorry']);
    assert.deepEqual(requests(world.sipToAgent), ['INVITE', 'ACK', 'BYE']);
    assert.equal(world.states().at(-1), 'ended');
  });

  test('the callee hangs up while the agent rings: CANCEL for the agent', async () => {
    const world = new World({
      bot: answers(attended(), hangUp),
      phone: { ...silent, sendsOn: { afterMs: 600_000, target: agent, hangsUpAfterMs: 3000 } },
      agent: { ...silent, ringMs: -1 },
    });
    world.call();
    await world.clock.runUntil(() => world.engine.activeCalls() === 0, 100_000);
    await world.clock.runUntil(() => false, 1000);
    assert.deepEqual(requests(world.sipToAgent), ['INVITE', 'CANCEL', 'ACK']);
    assert.equal(factsOf(world).end.code, 'completed.callee');
    assert.equal(factsOf(world).transfer?.outcome, 'failed');
  });

  test('the callee takes the REFER and hangs up: the agent is kept until the callee can have come', async () => {
    const world = await run({
      bot: answers(attended(), hangUp),
      phone: { transfer: { status: 202, hangsUpAfterMs: 100 } },
      agent: {},
    });
    assert.deepEqual(world.states().slice(-2), ['transferred', 'ended']);
    const [state] = world.records;
    // The agent never was replaced here: it is let go of with the end of the closing.
    assert.deepEqual(requests(world.sipToAgent), ['INVITE', 'ACK', 'BYE']);
    assert.ok(state !== undefined && world.clock.nowMs() - (state.end?.atMs ?? 0) >= 35_000);
  });

  test('the further leg counts against the limits of the tenant', async () => {
    const limited = { ...kept, limits: { ...kept.limits, maxCalls: 1 } };
    const world = await run(
      { bot: answers(attended(), { text: ['sorry'], ...hangUp }), phone: { transfer: takes }, agent: {} },
      { tenant: limited },
    );
    assert.deepEqual(world.sipToAgent, []);
    assert.match(factsOf(world).transfer?.reason ?? '', /calls of the tenant are in use/);
  });

  test('what is kept of the call in between ends both legs in another life of the process', async () => {
    const world = await run({ bot: answers(attended(), hangUp), phone: { transfer: takes }, agent: {} });
    const { legs } = world.dialogs.at(-1) ?? {};
    const sessionId = world.records[0]?.plan.sessionId ?? '';
    assert.deepEqual(Object.keys(legs as JsonObject).toSorted(), [sessionId, `${sessionId}.1`]);
    const next = new World({ bot: () => says(''), phone: silent, agent: silent });
    let ended = 0;
    const order = { legId: sessionId, snapshot: { legs } as JsonObject };
    assert.ok(next.engine.endOrphan(order, () => (ended += 1)));
    await next.clock.runUntil(() => ended > 0, 40_000);
    assert.equal(ended, 1);
    assert.deepEqual([requests(next.sipToPhone), requests(next.sipToAgent)], [['BYE'], ['BYE']]);
  });
});

describe('RFC 3515 §2.4.4: a callee that sends the gateway on', () => {
  const follows = { acceptsRefers: true, acceptsReplaces: true };
  const sent: Partial<PhoneScript> = { sendsOn: { afterMs: 1000, target: agent } };
  /** Waits, then says goodbye to whom there is. */
  const patient = answers({}, { text: ['good bye'], ...hangUp });

  test('202, a call to the target, news, and the bot talks to the new party', async () => {
    const world = await run({ bot: patient, phone: sent, agent: {}, userAgent: follows });
    assert.deepEqual(world.phone.news, [
      'refer-accepted 202',
      'refer-progress 100',
      'refer-progress 180',
      'refer-done 200',
    ]);
    assert.deepEqual(world.phone.understood, []);
    assert.deepEqual(world.agent?.understood, ['good bye']);
    assert.deepEqual(world.states(), ['started', 'ringing', 'active', 'ended']);
    assert.equal(requests(world.sipToAgent).at(-1), 'BYE');
    assert.equal(requests(world.sipToPhone).filter((method) => method === 'BYE').length, 1);
    assert.ok(world.events.some((event) => event.type === 'call.moved' && event.how === 'referred'));
    const traced = headerOf(inviteOf(world.sipToAgent), 'Call-ID');
    assert.ok(traced.startsWith(world.records[0]?.plan.sessionId ?? '?'));
  });

  test('a target that refuses: the peer is told, and the call stays', async () => {
    const world = await run({ bot: patient, phone: sent, agent: { rejectWith: 486 }, userAgent: follows });
    assert.deepEqual(world.phone.news.at(-1), 'refer-failed 486');
    assert.deepEqual(world.phone.understood, ['good bye']);
    assert.match(factsOf(world).warnings.join(), /answered 486/);
  });

  test('a callee that hangs up at once: the call waits for the new party, and nobody hears the bot until then', async () => {
    const world = await run({
      bot: patient,
      phone: { sendsOn: { afterMs: 1000, target: agent, hangsUpAfterMs: 1100 } },
      agent: { ringMs: 20_000 },
      userAgent: follows,
    });
    assert.deepEqual(world.agent?.understood, ['good bye']);
    assert.equal(world.states().at(-1), 'ended');
    assert.deepEqual(
      world.events.map(({ type }) => type).filter((type) => /held|resumed|moved/.test(type)),
      ['call.held', 'call.moved', 'call.resumed'],
    );
  });

  test('one that hangs up at once, and a target that refuses: the call is over', async () => {
    const world = await run({
      bot: patient,
      phone: { sendsOn: { afterMs: 1000, target: agent, hangsUpAfterMs: 1100 } },
      agent: { rejectWith: 603 },
      userAgent: follows,
    });
    assert.equal(factsOf(world).end.code, 'completed.callee');
  });

  test('a transfer of the bot meanwhile fails, and the call goes on where it was sent', async () => {
    const world = await run(
      {
        bot: answers({}, attended(), { text: ['good bye'], ...hangUp }),
        phone: { sendsOn: { afterMs: 6000, target: agent } },
        agent: { ringMs: 4000 },
        userAgent: follows,
      },
      { tenant: kept },
    );
    assert.deepEqual(
      world.asked.map(({ text }) => text),
      ['', 'vgwPostResponseTimeout', 'vgwCallTransferFailed', 'vgwHangUp'],
    );
    assert.match(factsOf(world).transfer?.reason ?? '', /sending the call elsewhere/);
    assert.equal(requests(world.sipToAgent).filter((method) => method === 'INVITE').length, 1);
  });

  test('an agent that sends the call on, and so on: the sixth is declined', async () => {
    const world = await run({
      bot: answers({}, { text: ['good bye'], ...hangUp }),
      phone: sent,
      agent: { ringMs: 100, sendsOn: { afterMs: 500, target: agent } },
      userAgent: follows,
    });
    assert.equal(requests(world.sipToAgent).filter((method) => method === 'INVITE').length, 5);
    assert.equal(world.agent?.news.at(-1), 'refer-failed 603');
    assert.equal(world.states().at(-1), 'ended');
  });

  test('by default it is declined', async () => {
    const world = await run({ bot: patient, phone: sent, agent: {} });
    assert.deepEqual(world.phone.news, ['refer-failed 603']);
    assert.deepEqual(world.sipToAgent, []);
    assert.deepEqual(world.phone.understood, ['good bye']);
  });

  test('a target that may not be called, or a tenant without a call left: declined', async () => {
    const deny = await run(
      {
        bot: patient,
        phone: { sendsOn: { afterMs: 1000, target: 'sip:+4420@10.0.0.9' } },
        agent: {},
        userAgent: follows,
      },
      { tenant: { ...tenant, limits: { ...tenant.limits, allowedPrefixes: ['+39'] } }, to: 'sip:+3906@10.0.0.2' },
    );
    assert.deepEqual(deny.phone.news, ['refer-failed 603']);
    assert.deepEqual(deny.sipToAgent, []);
    const full = await run(
      { bot: patient, phone: sent, agent: {}, userAgent: follows },
      { tenant: { ...tenant, limits: { ...tenant.limits, maxCalls: 1 } } },
    );
    assert.deepEqual(full.phone.news, ['refer-failed 603']);
    assert.match(factsOf(full).warnings.join(), /transfer that was refused/);
  });
});

test('RFC 3891 §3: an INVITE with Replaces takes the place of the callee, and the bot talks to the new party', async () => {
  const world = new World({
    bot: answers({}, { text: ['good bye'], ...hangUp }),
    phone: silent,
    userAgent: { acceptsReplaces: true },
  });
  const place = { transport: 'udp', host: '10.0.0.9', port: 5060 } as const;
  const carol = createUserAgent({ random: { uint32: () => 7 }, sentBy: place, userAgent: 'carol' });
  const told: string[] = [];
  const carryOut = (effects: readonly SipEffect[]): void => {
    for (const effect of effects) {
      if (effect.type === 'send') world.network.send(effect.bytes, place, effect.to);
      else if (effect.type === 'leg') told.push(effect.event.type);
    }
  };
  world.network.bind(place, (bytes, source) => {
    carryOut(carol.receive(bytes, source, world.clock.nowMs()));
  });
  world.clock.at(3000, () => {
    const ack = parseMessage(new TextEncoder().encode(world.sipToPhone.find((text) => text.startsWith('ACK ')) ?? ''));
    assert.ok(ack.ok);
    const { callId, fromTag = '', toTag = '' } = ack.value as SipRequest;
    const replaces = `${callId};to-tag=${fromTag};from-tag=${toTag}`;
    const sdp = 'v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 30000 RTP/AVP 8\r\n';
    const order = { legId: 'carol-1', to: 'sip:outdial@10.0.0.1', from: 'sip:carol@10.0.0.9', routes: [] };
    carryOut(carol.invite({ ...order, sdp, replaces, ringTimeoutMs: 60_000 }, world.clock.nowMs()));
  });
  let audio = 0;
  world.network.bind({ host: '10.0.0.9', port: 30_000 }, () => {
    audio += 1;
  });
  world.call();
  await world.runToTheEnd();
  assert.deepEqual(world.faults, []);
  assert.deepEqual(told, ['invited', 'answered', 'bye-received']);
  assert.deepEqual(requests(world.sipToPhone).slice(-1), ['BYE']);
  assert.deepEqual(world.phone.understood, []);
  assert.ok(audio > 100);
  assert.equal(factsOf(world).end.code, 'completed.bot');
});
