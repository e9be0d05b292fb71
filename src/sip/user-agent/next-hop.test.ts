import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { err, ok } from '../../kit/index.ts';
import type { Hop, InviteOrder } from '../contract.ts';
import { headerValue } from '../syntax/header.ts';
import type { SipRequest } from '../syntax/message.ts';
import { viaBranch } from '../syntax/via.ts';
import { Story } from './story.fixture.ts';

const first: Hop = { transport: 'udp', host: '192.0.2.1', port: 5060 };
const second: Hop = { transport: 'udp', host: '192.0.2.2', port: 5062 };
const third: Hop = { transport: 'tcp', host: '192.0.2.3', port: 5063 };

class NextHopStory extends Story {
  constructor() {
    super({
      locates: true,
      otherPlaces: [
        { transport: 'tcp', host: '198.51.100.7', port: 5071 },
        { transport: 'tls', host: '198.51.100.7', port: 5072 },
      ],
      digest: (_algorithm, text) => createHash('md5').update(text).digest('hex'),
    });
  }

  order(order: Partial<InviteOrder> = {}): void {
    this.run(
      this.agent.invite(
        {
          legId: 'call-1',
          to: 'sip:bob@trunk.test',
          from: 'sip:alice@198.51.100.7',
          routes: [],
          sdp: 'v=0\r\n',
          ringTimeoutMs: 120_000,
          ...order,
        },
        this.nowMs,
      ),
    );
  }

  located(hops: readonly Hop[] | string, index = this.locating.length - 1): void {
    const locateId = this.locating[index]?.locateId ?? '';
    this.run(this.agent.located(locateId, typeof hops === 'string' ? err(hops) : ok(hops), this.nowMs));
  }

  /** An INVITE on its way to the first of these. */
  call(hops: readonly Hop[], order: Partial<InviteOrder> = {}): SipRequest {
    this.order(order);
    this.located(hops);
    return this.lastRequest('INVITE');
  }

  places(method: string): string[] {
    return this.requests(method).map(({ to: { transport, host, port } }) => `${transport} ${host}:${port}`);
  }
}

describe('RFC 3263 §4: a name is located before anything is sent', () => {
  it('the INVITE waits for the answer, then goes to the first hop; Via and Contact say how that one reaches us', () => {
    const story = new NextHopStory();
    story.order();
    assert.deepEqual(
      story.locating.map(({ target }) => target),
      [{ scheme: 'sip', host: 'trunk.test' }],
    );
    assert.deepEqual([story.sent.length, story.eventTypes()], [0, []]);
    story.located([third, first]);
    assert.deepEqual(story.places('INVITE'), ['tcp 192.0.2.3:5063']);
    const invite = story.lastRequest('INVITE');
    assert.match(headerValue(invite.headers, 'via') ?? '', /^SIP\/2\.0\/TCP 198\.51\.100\.7:5071;/);
    assert.equal(headerValue(invite.headers, 'contact'), '<sip:alice@198.51.100.7:5071;transport=tcp>');
    assert.deepEqual(story.eventTypes(), ['invited']);
    assert.equal(story.snapshots.at(-1)?.['host'], '192.0.2.3');
  });

  it('what the URI says itself is asked along, and an address asks nobody', () => {
    const story = new NextHopStory();
    story.order({ to: 'sip:bob@trunk.test:5080;transport=TCP' });
    assert.deepEqual(story.locating[0]?.target, { scheme: 'sip', host: 'trunk.test', port: 5080, transport: 'TCP' });
    story.order({ legId: 'call-2', to: 'sip:bob@192.0.2.20' });
    assert.equal(story.locating.length, 1);
    assert.deepEqual(story.places('INVITE'), ['udp 192.0.2.20:5060']);
  });

  it('no hop ends the call with what DNS said, and nothing was sent', () => {
    const story = new NextHopStory();
    story.order();
    story.located('trunk.test cannot be located: A trunk.test: no records.');
    assert.deepEqual(story.events, [
      {
        type: 'unreachable',
        cause: 'location',
        detail: 'trunk.test cannot be located: A trunk.test: no records.',
        atMs: 0,
      },
    ]);
    assert.equal(story.sent.length, 0);
    story.located([first], 0);
    assert.equal(story.sent.length, 0);
  });

  it('a hang-up before the answer of DNS sends nothing, and the answer comes too late', () => {
    const story = new NextHopStory();
    story.order();
    story.hangUp();
    assert.deepEqual(story.eventTypes(), ['cancelled']);
    story.located([first]);
    assert.equal(story.sent.length, 0);
    assert.equal(story.agent.deadlineMs(), undefined);
  });

  it('the ring time runs while DNS is asked', () => {
    const story = new NextHopStory();
    story.order({ ringTimeoutMs: 2000 });
    story.advance(2000);
    assert.deepEqual(story.eventTypes(), ['ring-timeout']);
    story.located([first]);
    assert.equal(story.sent.length, 0);
  });

  it('requests of the call for the same name go to the hop that answered; another name is located anew', () => {
    const story = new NextHopStory();
    const invite = story.call([first, second]);
    story.reply(invite, 503);
    story.reply(story.lastRequest('INVITE'), 200, { headers: ['Contact: <sip:bob@TRUNK.test>'], sdp: 'v=0\r\n' });
    assert.deepEqual(story.places('ACK').at(-1), 'udp 192.0.2.2:5062');
    story.hangUp();
    assert.deepEqual(story.places('BYE'), ['udp 192.0.2.2:5062']);
    assert.equal(story.locating.length, 1);

    const other = new NextHopStory();
    other.reply(other.call([first]), 200, { headers: ['Contact: <sip:bob@elsewhere.test>'], sdp: 'v=0\r\n' });
    assert.equal(other.requests('ACK').at(-1)?.to.wanted?.host, 'elsewhere.test');
    other.hangUp();
    assert.equal(other.locating.at(-1)?.target.host, 'elsewhere.test');
    other.located([third]);
    assert.deepEqual(other.places('BYE'), ['tcp 192.0.2.3:5063']);
    assert.match(headerValue(other.lastRequest('BYE').headers, 'via') ?? '', /^SIP\/2\.0\/TCP/);
  });
});

describe('RFC 3263 §4.3: the next hop', () => {
  it('503: the next one with a new branch, the same Call-ID, CSeq and From tag; the ACK goes where the INVITE went', () => {
    const story = new NextHopStory();
    const one = story.call([first, second]);
    story.reply(one, 503, { headers: ['Retry-After: 60'] });
    const two = story.lastRequest('INVITE');
    assert.deepEqual(story.places('INVITE'), ['udp 192.0.2.1:5060', 'udp 192.0.2.2:5062']);
    assert.deepEqual(story.places('ACK'), ['udp 192.0.2.1:5060']);
    assert.notEqual(viaBranch(two.via), viaBranch(one.via));
    assert.equal(viaBranch(story.lastRequest('ACK').via), viaBranch(one.via));
    assert.deepEqual([two.callId, two.cseq.number, two.fromTag], [one.callId, one.cseq.number, one.fromTag]);
    assert.equal(new TextDecoder().decode(two.body), new TextDecoder().decode(one.body));
    const [, failed] = story.events;
    assert.deepEqual(failed, {
      type: 'hop-failed',
      method: 'INVITE',
      hop: first,
      cause: 'unavailable',
      detail: 'It answered 503 Word.',
      next: second,
      tried: 1,
      atMs: 0,
    });
    // A retransmission of the 503 is acknowledged again, and moves nothing.
    story.reply(one, 503);
    assert.deepEqual(story.places('ACK'), ['udp 192.0.2.1:5060', 'udp 192.0.2.1:5060']);
    assert.equal(story.requests('INVITE').length, 2);
    story.reply(two, 200, { headers: ['Contact: <sip:bob@192.0.2.2:5062>'], sdp: 'v=0\r\n' });
    assert.deepEqual(story.eventTypes(), ['invited', 'hop-failed', 'answered']);
  });

  it('Timer B before any response: the next one, after 32 s of silence', () => {
    const story = new NextHopStory();
    story.call([first, second]);
    story.advance(31_999);
    assert.ok(story.places('INVITE').every((place) => place === 'udp 192.0.2.1:5060'));
    story.advance(1);
    assert.equal(story.places('INVITE').at(-1), 'udp 192.0.2.2:5062');
    story.reply(story.lastRequest('INVITE'), 180);
    assert.deepEqual(story.eventTypes(), ['invited', 'hop-failed', 'provisional']);
    assert.equal(story.snapshots.at(-1)?.['host'], '192.0.2.2');
  });

  it('after a provisional response there is no Timer B and no other hop: the ring time rules', () => {
    const story = new NextHopStory();
    story.reply(story.call([first, second], { ringTimeoutMs: 60_000 }), 180);
    story.advance(59_999);
    assert.equal(story.requests('INVITE').length, 1);
    story.advance(1);
    assert.deepEqual(story.places('CANCEL'), ['udp 192.0.2.1:5060']);
  });

  it('a transport error or a refused connection: the next one at once; the last one ends the call', () => {
    const story = new NextHopStory();
    story.call([third, first]);
    story.run(story.agent.sendFailed(third, 'connect ECONNREFUSED', story.nowMs));
    assert.deepEqual(story.places('INVITE'), ['tcp 192.0.2.3:5063', 'udp 192.0.2.1:5060']);
    const invite = story.lastRequest('INVITE');
    assert.match(headerValue(invite.headers, 'via') ?? '', /^SIP\/2\.0\/UDP 198\.51\.100\.7:5070;/);
    assert.equal(headerValue(invite.headers, 'contact'), '<sip:alice@198.51.100.7:5070>');
    story.run(story.agent.sendFailed(first, 'EHOSTUNREACH', story.nowMs));
    assert.deepEqual(story.eventTypes(), ['invited', 'hop-failed', 'hop-failed', 'unreachable']);
    const last = story.events.at(-1);
    assert.ok(last?.type === 'unreachable' && last.cause === 'transport' && last.detail === 'EHOSTUNREACH');
  });

  for (const status of [486, 404, 408, 480, 500, 600, 603]) {
    it(`${status} stops: no other hop is tried`, () => {
      const story = new NextHopStory();
      story.reply(story.call([first, second]), status);
      assert.equal(story.requests('INVITE').length, 1);
      assert.deepEqual(story.eventTypes(), ['invited', 'rejected']);
    });
  }

  it('503 of the last hop is the answer of the call', () => {
    const story = new NextHopStory();
    story.reply(story.call([first, second]), 503);
    story.reply(story.lastRequest('INVITE'), 503, { headers: ['Retry-After: 7'] });
    const last = story.events.at(-1);
    assert.ok(last?.type === 'rejected' && last.status === 503 && last.retryAfterS === 7);
    const told = story.events.flatMap((event) => (event.type === 'hop-failed' ? [[event.tried, event.next]] : []));
    assert.deepEqual(told, [
      [1, second],
      [2, undefined],
    ]);
  });

  it('the ring time counts over all hops', () => {
    const story = new NextHopStory();
    story.call([first, second], { ringTimeoutMs: 40_000 });
    story.advance(40_000);
    assert.deepEqual(story.eventTypes(), ['invited', 'hop-failed']);
    story.reply(story.lastRequest('INVITE'), 180);
    assert.deepEqual(story.places('CANCEL'), ['udp 192.0.2.2:5062']);
    story.reply(story.lastRequest('INVITE'), 487);
    assert.equal(story.eventTypes().at(-1), 'ring-timeout');
  });

  it('RFC 3261 §9.1: CANCEL goes to the hop that rings, with its branch, and a cancelled call goes nowhere else', () => {
    const story = new NextHopStory();
    const one = story.call([first, second]);
    // The early dialog of the hop that is left ends with it.
    story.reply(one, 180);
    story.reply(one, 503);
    const two = story.lastRequest('INVITE');
    story.hangUp();
    assert.equal(story.requests('CANCEL').length, 0);
    story.reply(two, 100);
    assert.deepEqual(story.places('CANCEL'), ['udp 192.0.2.2:5062']);
    assert.equal(viaBranch(story.lastRequest('CANCEL').via), viaBranch(two.via));
    story.reply(two, 503);
    assert.equal(story.requests('INVITE').length, 2);
    assert.equal(story.eventTypes().at(-1), 'cancelled');
  });

  it('RFC 3261 §17.1.2: a BYE that is not answered goes to the next hop as well', () => {
    const story = new NextHopStory();
    const invite = story.call([first, second]);
    story.reply(invite, 200, { headers: ['Contact: <sip:bob@trunk.test>'], sdp: 'v=0\r\n' });
    story.hangUp();
    story.advance(32_000);
    assert.deepEqual([...new Set(story.places('BYE'))], ['udp 192.0.2.1:5060', 'udp 192.0.2.2:5062']);
    story.reply(story.lastRequest('BYE'), 200);
    assert.equal(story.eventTypes().at(-1), 'bye-finished');
  });

  it('RFC 3261 §22: each hop challenges for itself; an answer to one is not shown to the next', () => {
    const story = new NextHopStory();
    const credentials = [{ username: 'alice', password: { reveal: () => 'secret' } }];
    const challenge = (nonce: string) => ({
      headers: [`WWW-Authenticate: Digest realm="trunk.test", nonce="${nonce}", qop="auth"`],
    });
    story.reply(story.call([first, second], { credentials }), 401, challenge('one'));
    const answered = story.lastRequest('INVITE');
    assert.match(headerValue(answered.headers, 'authorization') ?? '', /nonce="one"/);
    assert.equal(story.places('INVITE').at(-1), 'udp 192.0.2.1:5060');
    story.reply(answered, 503);
    const moved = story.lastRequest('INVITE');
    assert.equal(headerValue(moved.headers, 'authorization'), undefined);
    assert.equal(moved.cseq.number, answered.cseq.number);
    story.reply(moved, 401, challenge('two'));
    assert.match(headerValue(story.lastRequest('INVITE').headers, 'authorization') ?? '', /nonce="two"/);
    assert.equal(story.places('INVITE').at(-1), 'udp 192.0.2.2:5062');
  });
});

describe('RFC 3263 §4.3: requests that are sent again', () => {
  const contact = { headers: ['Contact: <sip:bob@trunk.test>'], sdp: 'v=0\r\n' };

  it('RFC 3261 §22.2: after a challenge as well the next hop may take the call, and its ACK goes there', () => {
    const story = new NextHopStory();
    const credentials = [{ username: 'alice', password: { reveal: () => 'secret' } }];
    const challenge = { headers: ['WWW-Authenticate: Digest realm="trunk.test", nonce="one", qop="auth"'] };
    story.reply(story.call([first, second], { credentials }), 401, challenge);
    story.reply(story.lastRequest('INVITE'), 503);
    story.reply(story.lastRequest('INVITE'), 200, contact);
    assert.equal(story.places('ACK').at(-1), 'udp 192.0.2.2:5062');
  });

  it('RFC 3261 §8.1.3.5: without an option that was refused (420) it stays with its hops', () => {
    const story = new NextHopStory();
    story.reply(story.call([first, second]), 420, { headers: ['Unsupported: 100rel'] });
    assert.deepEqual(story.places('INVITE'), ['udp 192.0.2.1:5060', 'udp 192.0.2.1:5060']);
    story.reply(story.lastRequest('INVITE'), 503);
    assert.equal(story.places('INVITE').at(-1), 'udp 192.0.2.2:5062');
    story.reply(story.lastRequest('INVITE'), 200, contact);
    story.hangUp();
    assert.deepEqual(story.places('BYE'), ['udp 192.0.2.2:5062']);
  });
});

describe('RFC 3263 §4.3: hops that have failed go last', () => {
  it('the next call takes the other one first, until the wait is over; Retry-After is obeyed', () => {
    const story = new NextHopStory();
    story.reply(story.call([first, second]), 503, { headers: ['Retry-After: 60'] });
    story.reply(story.lastRequest('INVITE'), 486);
    assert.deepEqual(
      story.agent.avoidedHops(story.nowMs).map(({ hop, untilMs }) => [hop.host, untilMs]),
      [['192.0.2.1', 60_000]],
    );
    story.advance(59_000);
    story.call([first, second], { legId: 'call-2' });
    assert.equal(story.places('INVITE').at(-1), 'udp 192.0.2.2:5062');
    story.advance(1000);
    story.call([first, second], { legId: 'call-3' });
    assert.equal(story.places('INVITE').at(-1), 'udp 192.0.2.1:5060');
  });

  it('when all have failed the least bad one is tried, and its answer puts it in its place again', () => {
    const story = new NextHopStory();
    story.reply(story.call([first, second]), 503, { headers: ['Retry-After: 90'] });
    story.reply(story.lastRequest('INVITE'), 503, { headers: ['Retry-After: 30'] });
    story.order({ legId: 'call-2' });
    story.located([first, second]);
    assert.equal(story.places('INVITE').at(-1), 'udp 192.0.2.2:5062');
    story.reply(story.lastRequest('INVITE'), 100);
    assert.deepEqual(
      story.agent.avoidedHops(story.nowMs).map(({ hop }) => hop.host),
      ['192.0.2.1'],
    );
  });
});

describe('RFC 3261 §11: OPTIONS outside of a dialog', () => {
  it('goes to the next hop when one is silent, and tells the final answer', () => {
    const story = new NextHopStory();
    story.run(story.agent.ping('ping-1', 'sip:trunk.test', story.nowMs));
    story.located([first, third]);
    story.advance(32_000);
    assert.deepEqual([...new Set(story.places('OPTIONS'))], ['udp 192.0.2.1:5060', 'tcp 192.0.2.3:5063']);
    const ping = story.lastRequest('OPTIONS');
    assert.equal(headerValue(ping.headers, 'contact'), '<sip:outdial@198.51.100.7:5071;transport=tcp>');
    story.reply(ping, 100);
    assert.deepEqual(story.pinged, []);
    story.reply(ping, 404);
    assert.deepEqual(story.pinged, [
      { type: 'pinged', pingId: 'ping-1', status: 404, detail: 'It answered 404 Word.' },
    ]);
    assert.deepEqual(story.eventTypes(), []);
  });

  it('RFC 3261 §17.1.2: silence everywhere, a refusal of the transport and a name that DNS does not know are told as well', () => {
    const story = new NextHopStory();
    story.run(story.agent.ping('ping-1', 'sip:192.0.2.1', story.nowMs));
    story.advance(32_000);
    story.run(story.agent.ping('ping-2', 'sip:192.0.2.3:5063;transport=tcp', story.nowMs));
    story.run(story.agent.sendFailed(third, 'connect ECONNREFUSED', story.nowMs));
    story.run(story.agent.ping('ping-3', 'sip:nowhere.test', story.nowMs));
    story.located('nowhere.test cannot be located.');
    assert.deepEqual(
      story.pinged.map(({ pingId, status, detail }) => [pingId, status, detail]),
      [
        ['ping-1', undefined, 'It did not answer.'],
        ['ping-2', undefined, 'connect ECONNREFUSED'],
        ['ping-3', undefined, 'nowhere.test cannot be located.'],
      ],
    );
    assert.equal(story.agent.deadlineMs(), undefined);
  });
});

describe('RFC 3261 §26.2.2: sips:', () => {
  it('never goes by a hop that is not secure, whatever is found for it', () => {
    const story = new NextHopStory();
    story.order({ to: 'sips:bob@trunk.test' });
    story.located([first, third]);
    const last = story.events.at(-1);
    assert.ok(last?.type === 'unreachable' && last.cause === 'location' && /needs TLS/.test(last.detail));
    assert.equal(story.sent.length, 0);
  });
});
