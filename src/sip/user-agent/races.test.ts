/** The race conditions of RFC 5407, row by row: what crosses what, and what each side must make of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Story } from './story.fixture.ts';

const sdp = 'v=0\r\n';
const answer = 'v=0\r\nanswer';
const contact = 'Contact: <sip:bob@192.0.2.20>';

/** The peer has called us, and we have answered; its ACK is not here. */
function moratorium(offer: string | undefined = sdp): Story {
  const story = new Story({ acceptsCalls: true, acceptsRefers: true });
  invite(story, offer);
  story.run(story.agent.accept('call-1', answer, 0));
  return story;
}

function invite(story: Story, offer: string | undefined = sdp): void {
  const body = offer === undefined ? '\r\n' : `Content-Type: application/sdp\r\n\r\n${offer}`;
  story.receive(
    'INVITE sip:alice@198.51.100.7:5070 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.20:5060;rport;branch=z9hG4bKfirst\r\n' +
      'From: <sip:bob@192.0.2.20>;tag=peer-1\r\nTo: <sip:alice@198.51.100.7>\r\nCall-ID: call-1\r\nCSeq: 1 INVITE\r\n' +
      `${contact}\r\n${body}`,
  );
}

/** We have called the peer, and it has answered. */
function established(): Story {
  const story = new Story({ acceptsRefers: true });
  story.answeredCall();
  return story;
}

/** The same, and our BYE is out. */
function mortal(): Story {
  const story = established();
  story.hangUp();
  return story;
}

interface Race {
  readonly section: string;
  readonly name: string;
  readonly begin: () => Story;
  readonly crossing: (story: Story) => void;
  /** Statuses of ours since the beginning. */
  readonly statuses: readonly number[];
  /** Events since then, the last ones of the story. */
  readonly events: readonly string[];
  /** Requests of ours in the end, by method and count. */
  readonly requests?: Readonly<Record<string, number>>;
}

const races: readonly Race[] = [
  {
    section: '3.1.1',
    name: 'the INVITE comes again although it was answered: absorbed',
    begin: moratorium,
    crossing: (story) => {
      invite(story);
    },
    statuses: [],
    events: [],
  },
  {
    section: '3.1.2',
    name: 'CANCEL crosses our 200: it is answered, and the call stands',
    begin: moratorium,
    crossing: (story) => {
      story.peerRequest('CANCEL', { cseq: 1, branch: 'z9hG4bKfirst' });
      story.peerRequest('ACK', { cseq: 1 });
      story.peerRequest('OPTIONS', { cseq: 2 });
    },
    statuses: [200, 200],
    events: [],
  },
  {
    section: '3.1.3',
    name: 'BYE of the early dialog crosses our 200: the call is over, and the 200 is not repeated',
    begin: moratorium,
    crossing: (story) => {
      story.peerRequest('BYE', { cseq: 2 });
      story.advance(10_000);
      story.peerRequest('ACK', { cseq: 1 });
    },
    statuses: [200],
    events: ['bye-received'],
    requests: { BYE: 0 },
  },
  {
    section: '3.1.4',
    name: 're-INVITE overtakes the ACK of a 200 that answered: it is taken, and the 200 is not repeated',
    begin: moratorium,
    crossing: (story) => {
      story.peerRequest('INVITE', { cseq: 2, sdp });
      story.run(story.agent.answerOffer('call-1', '2 INVITE', answer, 0));
      story.peerRequest('ACK', { cseq: 1 });
      story.peerRequest('ACK', { cseq: 2 });
      story.advance(40_000);
    },
    statuses: [200],
    events: ['offer-received'],
    requests: { BYE: 0 },
  },
  {
    section: '3.1.5',
    name: 're-INVITE overtakes the ACK that has to answer our 200: 491',
    begin: () => moratorium(''),
    crossing: (story) => {
      story.peerRequest('INVITE', { cseq: 2, sdp });
      story.peerRequest('ACK', { cseq: 1, sdp: 'v=0\r\ntheirs' });
      story.peerRequest('INVITE', { cseq: 3, sdp });
    },
    statuses: [491],
    events: ['answer-changed', 'offer-received'],
  },
  {
    section: '3.1.6',
    name: 'BYE overtakes the ACK: the call is over',
    begin: moratorium,
    crossing: (story) => {
      story.peerRequest('BYE', { cseq: 2 });
      story.peerRequest('ACK', { cseq: 1 });
      story.advance(40_000);
    },
    statuses: [200],
    events: ['bye-received'],
    requests: { BYE: 0 },
  },
  {
    section: '3.2.1',
    name: 'BYE crosses our BYE: both are answered',
    begin: mortal,
    crossing: (story) => {
      story.peerRequest('BYE', { cseq: 1 });
      story.reply(story.lastRequest('BYE'), 200);
    },
    statuses: [200],
    events: ['bye-received'],
    requests: { BYE: 1 },
  },
  {
    section: '3.2.2',
    name: 're-INVITE crosses our BYE: 481',
    begin: mortal,
    crossing: (story) => {
      story.peerRequest('INVITE', { cseq: 1, sdp });
      story.reply(story.lastRequest('BYE'), 200);
    },
    statuses: [481],
    events: ['bye-finished'],
  },
  {
    section: '3.2.3',
    name: '200 to our re-INVITE crosses our BYE: it has its ACK',
    begin: established,
    crossing: (story) => {
      story.run(story.agent.offer('call-1', sdp, 0));
      const reInvite = story.lastRequest('INVITE');
      story.hangUp();
      story.reply(reInvite, 200, { headers: [contact], sdp });
      story.reply(story.lastRequest('BYE'), 200);
    },
    statuses: [],
    events: ['bye-finished'],
    requests: { ACK: 2, BYE: 1 },
  },
  {
    section: '3.2.4',
    name: 'we hang up before the ACK: BYE waits for it',
    begin: moratorium,
    crossing: (story) => {
      story.hangUp();
      assert.equal(story.requests('BYE').length, 0);
      story.peerRequest('ACK', { cseq: 1 });
      story.reply(story.lastRequest('BYE'), 200);
    },
    statuses: [],
    events: ['bye-finished'],
    requests: { BYE: 1 },
  },
  {
    section: '3.3.1',
    name: 're-INVITEs cross: each gets 491, and ours goes again',
    begin: established,
    crossing: (story) => {
      story.run(story.agent.offer('call-1', sdp, 0));
      story.peerRequest('INVITE', { cseq: 1, sdp });
      story.reply(story.lastRequest('INVITE'), 491);
      story.advance(4000);
      story.reply(story.lastRequest('INVITE'), 200, { headers: [contact], sdp });
    },
    statuses: [491],
    events: ['offer-accepted'],
  },
  {
    section: '3.3.2',
    name: 'UPDATE with an offer crosses our re-INVITE: 491; one without is taken',
    begin: established,
    crossing: (story) => {
      story.run(story.agent.offer('call-1', sdp, 0));
      story.peerRequest('UPDATE', { cseq: 1, sdp });
      story.peerRequest('UPDATE', { cseq: 2 });
    },
    statuses: [491, 200],
    events: [],
  },
  {
    section: '3.3.3',
    name: 'REFER crosses our BYE: 481',
    begin: mortal,
    crossing: (story) => {
      story.peerRequest('REFER', { cseq: 1, headers: ['Refer-To: <sip:x@192.0.2.9>'] });
    },
    statuses: [481],
    events: [],
  },
];

for (const { section, name, begin, crossing, statuses, events, requests = {} } of races) {
  test(`RFC 5407 §${section}: ${name}`, () => {
    const story = begin();
    const [sentBefore, eventsBefore, callsBefore] = [story.sent.length, story.events.length, story.calls.length];
    crossing(story);
    const said = story.sent
      .slice(sentBefore)
      .flatMap(({ message }) => (message.kind === 'response' ? [message.status] : []));
    assert.deepEqual(said, statuses);
    assert.deepEqual(story.eventTypes().slice(eventsBefore), events);
    assert.equal(story.calls.length, callsBefore);
    for (const [method, count] of Object.entries(requests)) assert.equal(story.requests(method).length, count, method);
  });
}

test('RFC 5407 §3: nothing is left behind by any of them', () => {
  for (const { begin, crossing } of races) {
    const story = begin();
    crossing(story);
    story.hangUp();
    story.advance(120_000);
    assert.equal(story.agent.deadlineMs(), undefined);
  }
});
