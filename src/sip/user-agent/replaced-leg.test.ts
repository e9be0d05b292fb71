/** Attended transfer between three user agents (RFC 5589 §7), and what an INVITE with Replaces is answered (RFC 3891 §3). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../kit/index.ts';
import type { Hop, InviteOrder, SipEffect, UserAgent } from '../contract.ts';
import type { IncomingRefer, LegEvent } from '../leg-event.ts';
import { headerValue } from '../syntax/header.ts';
import { createUserAgent } from './create-user-agent.ts';
import { peer, Story } from './story.fixture.ts';

type Name = 'gateway' | 'callee' | 'agent';

/** Three user agents on a wire that loses nothing. */
class Triangle {
  readonly agents: Readonly<Record<Name, UserAgent>>;
  readonly events: { readonly of: Name; readonly legId: string; readonly event: LegEvent }[] = [];
  #refer: { readonly referId: string; readonly refer: IncomingRefer } | undefined;

  constructor() {
    const make = (name: Name, port: number): UserAgent =>
      createUserAgent({
        random: seededRandom(port),
        sentBy: { host: '192.0.2.1', port },
        userAgent: name,
        acceptsCalls: name !== 'gateway',
        acceptsRefers: name === 'callee',
        acceptsReplaces: name === 'agent',
      });
    this.agents = { gateway: make('gateway', 5061), callee: make('callee', 5062), agent: make('agent', 5063) };
  }

  run(of: Name, effects: readonly SipEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'send') this.#deliver(of, effect.bytes, effect.to);
      else if (effect.type === 'incoming') this.run(of, this.agents[of].accept(effect.call.legId, 'v=0\r\n', 0));
      else if (effect.type === 'leg') this.#onEvent(of, effect.legId, effect.event);
    }
  }

  #deliver(from: Name, bytes: Uint8Array, { port }: Hop): void {
    const to = ({ 5061: 'gateway', 5062: 'callee', 5063: 'agent' } as const)[port] ?? assert.fail(String(port));
    const source: Hop = {
      transport: 'udp',
      host: '192.0.2.1',
      port: { gateway: 5061, callee: 5062, agent: 5063 }[from],
    };
    this.run(to, this.agents[to].receive(bytes, source, 0));
  }

  #onEvent(of: Name, legId: string, event: LegEvent): void {
    this.events.push({ of, legId, event });
    const agent = this.agents[of];
    if (event.type === 'refer-received') {
      this.#refer = event;
      this.run(of, agent.answerRefer(legId, event.referId, 202, 0));
    } else if (event.type === 'replace-received') {
      this.run(of, agent.accept(event.newLegId, 'v=0\r\n', 0));
      this.run(of, agent.hangUp(legId, 0));
    } else if (event.type === 'answered' && legId === 'to-agent-again') {
      this.run(of, agent.notifyRefer('main', this.#refer?.referId ?? '', 200, 0));
    }
  }

  invite(of: Name, order: Pick<InviteOrder, 'legId' | 'to' | 'replaces'>): void {
    const from = `sip:${of}@192.0.2.1`;
    this.run(of, this.agents[of].invite({ from, routes: [], sdp: 'v=0\r\n', ringTimeoutMs: 60_000, ...order }, 0));
  }

  /** What the callee was asked to call, with the dialog to be replaced. */
  referred(): Pick<IncomingRefer, 'target' | 'replaces'> {
    const { target, replaces } = this.#refer?.refer ?? assert.fail('no REFER came');
    return { target, ...(replaces === undefined ? {} : { replaces }) };
  }

  told(of: Name, legId: string): string[] {
    return this.events.filter((each) => each.of === of && each.legId === legId).map(({ event }) => event.type);
  }
}

test('RFC 5589 §7, RFC 3891 §3: the callee takes our place at the agent, whose call with us ends', () => {
  const world = new Triangle();
  world.invite('gateway', { legId: 'main', to: 'sip:callee@192.0.2.1:5062' });
  world.invite('gateway', { legId: 'consultation', to: 'sip:agent@192.0.2.1:5063' });
  const order = { target: 'sip:agent@192.0.2.1:5063', replacesLeg: 'consultation', noticeTimeoutMs: 60_000 };
  world.run('gateway', world.agents.gateway.refer('main', order, 0));
  const { target, replaces } = world.referred();
  assert.equal(target, 'sip:agent@192.0.2.1:5063');
  assert.match(replaces ?? '', /^consultation;to-tag=[\da-f]+;from-tag=[\da-f]+$/);
  world.invite('callee', { legId: 'to-agent-again', to: target, ...(replaces === undefined ? {} : { replaces }) });
  assert.deepEqual(world.told('agent', 'consultation'), ['accepted', 'replace-received', 'bye-finished']);
  assert.equal(world.told('gateway', 'consultation').at(-1), 'bye-received');
  assert.ok(world.told('callee', 'to-agent-again').includes('answered'));
  assert.ok(world.told('gateway', 'main').includes('refer-done'));
});

test('RFC 3891 §6.1, RFC 7433 §4.1: Replaces and User-to-User share the headers of Refer-To; a number is named as it was called', () => {
  const story = new Story();
  story.answeredCall();
  const consultation = story.invite({
    legId: 'consultation',
    to: 'tel:+3906',
    outboundProxy: { transport: 'udp', host: '192.0.2.20', port: 5060 },
  });
  const refer = (target: string): string => {
    const userToUser = { value: '56', place: 'refer-to' } as const;
    const order = { target, replacesLeg: 'consultation', userToUser, noticeTimeoutMs: 1000 };
    story.run(story.agent.refer('call-1', order, 0));
    return headerValue(story.lastRequest('REFER').headers, 'refer-to') ?? '';
  };
  story.run(story.agent.refer('call-1', { target: 'tel:+3906', replacesLeg: 'consultation', noticeTimeoutMs: 1 }, 0));
  assert.equal(story.requests('REFER').length, 0);
  assert.equal(story.eventTypes().at(-1), 'refer-failed');
  story.reply(consultation, 200, { headers: ['Contact: <sip:agent@192.0.2.20>'], toTag: 'agent-1', sdp: 'v=0\r\n' });
  assert.equal(
    refer('tel:+3906'),
    `<sip:+3906@192.0.2.20;user=phone?Replaces=consultation%3Bto-tag%3Dagent-1%3Bfrom-tag%3D${consultation.fromTag ?? ''}&User-to-User=56>`,
  );
});

const replacesOf = (story: Story): string => `call-1;to-tag=${story.localTag()};from-tag=peer-1`;

/** An INVITE of a stranger with this Replaces, and its answer. */
function replace(story: Story, lines: readonly string[]): number | undefined {
  const before = story.statuses().length;
  story.receive(
    [
      'INVITE sip:alice@198.51.100.7:5070 SIP/2.0',
      'Via: SIP/2.0/UDP 192.0.2.30:5060;branch=z9hG4bKreplace',
      'From: <sip:carol@192.0.2.30>;tag=carol',
      'To: <sip:alice@198.51.100.7>',
      'Call-ID: other',
      'CSeq: 1 INVITE',
      'Contact: <sip:carol@192.0.2.30>',
      ...lines,
      '\r\n',
    ].join('\r\n'),
  );
  return story.statuses().slice(before).at(-1);
}

function answered(options: ConstructorParameters<typeof Story>[0] = { acceptsReplaces: true }): Story {
  const story = new Story(options);
  story.answeredCall();
  return story;
}

test('RFC 3891 §3: an INVITE that names an answered dialog is told to the leg of that dialog', () => {
  const story = answered();
  assert.equal(replace(story, ['Require: replaces', `Replaces: ${replacesOf(story)}`]), 100);
  assert.deepEqual(story.events.at(-1), {
    type: 'replace-received',
    newLegId: 'other',
    sdp: undefined,
    source: peer,
    atMs: 0,
  });
  assert.equal(story.calls.length, 0);
  story.run(story.agent.accept('other', 'v=0\r\n', 0));
  assert.match(headerValue(story.sent.at(-1)?.message.headers ?? [], 'supported') ?? '', /replaces/);
  story.hangUp();
  assert.equal(story.lastRequest('BYE').callId, 'call-1');
});

for (const [name, lines, status] of [
  ['no such call', ['Replaces: call-9;to-tag=x;from-tag=y'], 481],
  ['another tag of ours', ['Replaces: call-1;to-tag=x;from-tag=peer-1'], 481],
  ['no Replaces that can be read', ['Replaces: call-1'], 400],
  ['two of them', ['Replaces: a;to-tag=1;from-tag=2', 'Replaces: b;to-tag=1;from-tag=2'], 400],
] as const) {
  test(`RFC 3891 §3: ${name}: ${status}, and the call stands`, () => {
    const story = answered();
    assert.equal(replace(story, lines), status);
    assert.deepEqual(story.eventTypes(), ['invited', 'answered']);
  });
}

test('RFC 3891 §3: the right call with a wrong tag of the peer is 481, early-only on an answered one 486', () => {
  const story = answered();
  assert.equal(replace(story, [`Replaces: ${replacesOf(story).replace('peer-1', 'peer-2')}`]), 481);
  assert.equal(replace(story, [`Replaces: ${replacesOf(story)};early-only`]), 486);
});

test('RFC 3891 §3: a call that is being ended is 603, one that rings 481', () => {
  const ending = answered();
  ending.hangUp();
  assert.equal(replace(ending, [`Replaces: ${replacesOf(ending)}`]), 603);
  const ringing = new Story({ acceptsReplaces: true });
  ringing.reply(ringing.invite(), 180);
  assert.equal(replace(ringing, [`Replaces: ${replacesOf(ringing)}`]), 481);
});

test('RFC 3891 §5: where it is not taken, Require: replaces is refused, and Replaces alone is no reason for anything', () => {
  const story = answered({});
  assert.equal(replace(story, ['Require: replaces', `Replaces: ${replacesOf(story)}`]), 420);
  assert.equal(replace(story, [`Replaces: ${replacesOf(story)}`]), 403);
});

test('RFC 3515 §2.4.1, RFC 3261 §19.1.5: of the headers in Refer-To only Replaces is taken along', () => {
  const story = answered({ acceptsRefers: true });
  const headers = ['Refer-To: <sip:x@192.0.2.9?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2&Route=%3Csip:evil%3E>'];
  story.peerRequest('REFER', { cseq: 1, headers });
  const event = story.events.at(-1);
  assert.ok(event?.type === 'refer-received');
  assert.deepEqual([event.refer.target, event.refer.replaces], ['sip:x@192.0.2.9', 'a@b;to-tag=1;from-tag=2']);
});
