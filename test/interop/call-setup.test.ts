import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { kamailioPort, startKamailio } from './kamailio.ts';
import { skipWithout } from './programs.ts';
import { hangUpSoon, type RealGateway, startRealGateway } from './real-gateway.ts';
import { runSipp, step } from './sipp.ts';

const to = 'sip:callee@127.0.0.1:25060';
const peer = { port: 25_060, mediaPort: 26_000 };
const otherPeer = { port: 25_062, mediaPort: 26_010 };

const reliable = (rseq: number): readonly string[] => ['Require: 100rel', `RSeq: ${rseq}`];
const hungUp = [step.receive('BYE'), step.ok];

describe('SIPp as callee while a call is set up', { skip: skipWithout('sipp') }, () => {
  let gateway: RealGateway;
  before(async () => {
    gateway = await startRealGateway({
      OUTDIAL_RING_TIMEOUT: '2',
      POST_RESPONSE_TIMEOUT: '300',
      OUTDIAL_FOLLOW_REDIRECTS: 'true',
    });
  });
  after(async () => {
    await gateway.close();
  });

  it('RFC 3262 §4: reliable 183 with the answer and reliable 180 get a PRACK each, the 200 brings no SDP', async () => {
    const sipp = await runSipp({
      ...peer,
      echoesRtp: true,
      steps: [
        step.receiveInviteAndKeep,
        step.trying,
        step.answerKept('183 Session Progress', { headers: reliable(9021), hasSdp: true }),
        step.receiveWith('PRACK', 'RAck', ['9021 1 INVITE']),
        step.ok,
        step.answerKept('180 Ringing', { headers: reliable(9022) }),
        step.receiveWith('PRACK', 'RAck', ['9022 1 INVITE']),
        step.ok,
        step.answerKept('200 OK'),
        step.receive('ACK'),
        ...hungUp,
      ],
    });
    const call = await gateway.call(to, hangUpSoon);
    await sipp.done;
    assert.deepEqual(call.states, ['started', 'ringing', 'active', 'ended']);
    assert.ok((call.record.rtpNetworkSummary?.packetsReceived ?? 0) > 5);
  });

  it('RFC 3960 §3.2: 183 with SDP, 180, 200 with the same SDP', async () => {
    const sipp = await runSipp({
      ...peer,
      echoesRtp: true,
      steps: [
        step.receiveInviteAndKeep,
        step.answerKept('183 Session Progress', { hasSdp: true }),
        step.pause(200),
        step.answerKept('180 Ringing'),
        step.pause(200),
        step.answerKept('200 OK', { hasSdp: true }),
        step.receive('ACK'),
        ...hungUp,
      ],
    });
    const call = await gateway.call(to, hangUpSoon);
    await sipp.done;
    assert.deepEqual(call.states, ['started', 'ringing', 'active', 'ended']);
    assert.ok((call.record.rtpNetworkSummary?.packetsReceived ?? 0) > 5);
  });

  it('RFC 3261 §13.2.2.4: of two forks that answer, the second gets ACK and BYE at once', async () => {
    const sipp = await runSipp({
      ...peer,
      steps: [
        step.receiveInviteAndKeep,
        step.answerKept('180 Ringing', { tag: 'fork-a' }),
        step.answerKept('183 Session Progress', { tag: 'fork-b', hasSdp: true }),
        step.answerKept('200 OK', { tag: 'fork-a', hasSdp: true }),
        step.receiveWith('ACK', 'To', ['fork-a']),
        step.answerKept('200 OK', { tag: 'fork-b', hasSdp: true }),
        step.receiveWith('ACK', 'To', ['fork-b']),
        step.receiveWith('BYE', 'To', ['fork-b']),
        step.ok,
        step.receiveWith('BYE', 'To', ['fork-a']),
        step.ok,
      ],
    });
    const call = await gateway.call(to, hangUpSoon);
    await sipp.done;
    assert.deepEqual(call.states, ['started', 'ringing', 'active', 'ended']);
  });

  it('RFC 3261 §9.1: an answer that crosses the CANCEL is acknowledged and ended', async () => {
    const sipp = await runSipp({
      ...peer,
      steps: [
        step.receiveInviteAndKeep,
        step.answerKept('180 Ringing'),
        step.receive('CANCEL'),
        step.ok,
        step.answerKept('200 OK', { hasSdp: true }),
        step.receive('ACK'),
        ...hungUp,
      ],
    });
    const call = await gateway.call(to, hangUpSoon);
    await sipp.done;
    assert.deepEqual(call.states, ['started', 'ringing', 'failed']);
    assert.equal(call.record.endCode, 'sip.no-answer');
    assert.equal(call.record.q850Cause, 19);
  });

  it('RFC 3261 §9.1: the ring time passes in silence, and CANCEL waits for the first provisional answer', async () => {
    const sipp = await runSipp({
      ...peer,
      steps: [step.receiveInviteAndKeep, step.pause(3000), step.answerKept('180 Ringing'), step.cancelled],
    });
    const call = await gateway.call(to, hangUpSoon);
    await sipp.done;
    assert.deepEqual(call.states, ['started', 'failed']);
    assert.equal(call.record.endCode, 'sip.no-answer');
  });

  it('RFC 3261 §13.2.2.4: a 200 without SDP gets ACK, then BYE with Reason', async () => {
    const sipp = await runSipp({
      ...peer,
      steps: [
        step.receiveInviteAndKeep,
        step.answerKept('200 OK'),
        step.receive('ACK'),
        step.receiveWith('BYE', 'Reason', ['SIP;cause=488']),
        step.ok,
      ],
    });
    const call = await gateway.call(to, hangUpSoon);
    await sipp.done;
    assert.deepEqual(call.states, ['started', 'failed']);
    assert.equal(call.record.endCode, 'media.no-answer-codec');
  });

  it('RFC 3261 §8.1.3.4: a 302 leads to another phone, with the same Call-ID and the next number', async () => {
    const moved = await runSipp({
      ...peer,
      steps: [
        step.receiveInviteAndKeep,
        step.answerKept('302 Moved Temporarily', { headers: ['Contact: <sip:target@127.0.0.1:25062>'] }),
        step.receive('ACK'),
      ],
    });
    const target = await runSipp({
      ...otherPeer,
      steps: [
        step.receiveWith('INVITE', 'CSeq', ['2 INVITE']),
        step.ringing,
        step.answer,
        step.receive('ACK'),
        ...hungUp,
      ],
    });
    const call = await gateway.call(to, hangUpSoon);
    await Promise.all([moved.done, target.done]);
    assert.deepEqual(call.states, ['started', 'ringing', 'active', 'ended']);
    assert.deepEqual(
      call.record.redirects.map(({ status, target: uri }) => [status, uri]),
      [[302, 'sip:target@127.0.0.1:25062']],
    );
  });

  it('RFC 3261 §8.1.3.5: 420 to Require: 100rel has the call made without it', async () => {
    const demanding = await startRealGateway({ POST_RESPONSE_TIMEOUT: '300', OUTDIAL_REQUIRE_100REL: 'true' });
    const sipp = await runSipp({
      ...peer,
      steps: [
        step.receiveInviteAndKeep,
        step.answerKept('420 Bad Extension', { headers: ['Unsupported: 100rel'] }),
        step.receive('ACK'),
        step.receiveWith('INVITE', 'CSeq', ['2 INVITE']),
        step.answer,
        step.receive('ACK'),
        ...hungUp,
      ],
    });
    try {
      const call = await demanding.call(to, hangUpSoon);
      await sipp.done;
      assert.deepEqual(call.states, ['started', 'active', 'ended']);
    } finally {
      await demanding.close();
    }
  });

  it('RFC 3261 §13.2.2.4: an INVITE without an offer is answered with one, and the ACK brings the answer', async () => {
    const late = await startRealGateway({ POST_RESPONSE_TIMEOUT: '300', OUTDIAL_LATE_OFFER: 'true' });
    const sipp = await runSipp({
      ...peer,
      echoesRtp: true,
      steps: [
        step.receiveInviteAndKeep,
        step.answerKept('180 Ringing'),
        step.answerKept('200 OK', { hasSdp: true }),
        step.receiveWithBody('ACK', 'm=audio [0-9]+ RTP/AVP 0'),
        ...hungUp,
      ],
    });
    try {
      const call = await late.call(to, hangUpSoon);
      await sipp.done;
      assert.deepEqual(call.states, ['started', 'ringing', 'active', 'ended']);
      assert.ok((call.record.rtpNetworkSummary?.packetsReceived ?? 0) > 5);
    } finally {
      await late.close();
    }
  });

  for (const [status, headers, endCode, q850Cause, retryAfter] of [
    ['404 Not Found', [], 'sip.not-found', 1, null],
    ['480 Temporarily Unavailable', ['Reason: Q.850;cause=17;text="User busy"'], 'sip.busy', 17, null],
    ['486 Busy Here', ['Retry-After: 60'], 'sip.busy', 17, 60],
    ['488 Not Acceptable Here', ['Warning: 304 callee "Media type not available"'], 'sip.incompatible', 31, null],
    ['500 Server Internal Error', [], 'sip.trunk-failed', 41, null],
    ['600 Busy Everywhere', [], 'sip.busy', 17, null],
    ['603 Decline', [], 'sip.declined', 21, null],
    ['604 Does Not Exist Anywhere', [], 'sip.not-found', 1, null],
    ['607 Unwanted', [], 'sip.unwanted', 21, null],
    ['608 Rejected', ['Call-Info: <https://example.net/card>;purpose=jwscard'], 'sip.blocked', 21, null],
  ] as const) {
    it(`RFC 3398 §8.2.6.1: ${status} ends as ${endCode}`, async () => {
      const sipp = await runSipp({
        ...peer,
        steps: [step.receiveInviteAndKeep, step.answerKept(status, { headers }), step.receive('ACK')],
      });
      const call = await gateway.call(to, hangUpSoon);
      await sipp.done;
      assert.deepEqual(call.states, ['started', 'failed']);
      const { record } = call;
      assert.deepEqual([record.endCode, record.q850Cause, record.retryAfter], [endCode, q850Cause, retryAfter]);
      assert.match(call.failureReason ?? '', new RegExp(status));
    });
  }
});

describe(
  'kamailio as a forking and redirecting trunk',
  { skip: skipWithout('kamailio') === false ? skipWithout('sipp') : skipWithout('kamailio') },
  () => {
    let gateway: RealGateway;
    before(async () => {
      gateway = await startRealGateway({
        OUTBOUND_CALLS_SIP_AUTH_USERNAME: 'alice',
        OUTBOUND_CALLS_SIP_AUTH_PASSWORD: 'secret',
        OUTDIAL_SIP_TRUNK: `sip:127.0.0.1:${kamailioPort}`,
        OUTDIAL_FOLLOW_REDIRECTS: 'true',
        POST_RESPONSE_TIMEOUT: '300',
      });
    });
    after(async () => {
      await gateway.close();
    });

    it('RFC 3261 §13.2.2.4: two phones ring, one answers, the proxy cancels the other', async () => {
      const kamailio = await startKamailio([]);
      const left = await runSipp({
        ...peer,
        steps: [step.receiveInviteAndKeep, step.ringing, step.cancelled],
      });
      const right = await runSipp({
        ...otherPeer,
        steps: [step.receive('INVITE'), step.ringing, step.pause(500), step.answer, step.receive('ACK'), ...hungUp],
      });
      try {
        const call = await gateway.call('sip:fork@127.0.0.1', hangUpSoon);
        await Promise.all([left.done, right.done]);
        assert.deepEqual(call.states, ['started', 'ringing', 'active', 'ended']);
      } finally {
        await kamailio.close();
      }
    });

    it('RFC 3261 §16.7: the first phone is busy, the proxy tries the second one, which answers', async () => {
      const kamailio = await startKamailio([]);
      const busy = await runSipp({
        ...peer,
        steps: [step.receiveInviteAndKeep, step.answerKept('486 Busy Here', {}), step.receive('ACK')],
      });
      const second = await runSipp({
        ...otherPeer,
        steps: [step.receive('INVITE'), step.ringing, step.answer, step.receive('ACK'), ...hungUp],
      });
      try {
        const call = await gateway.call('sip:serial@127.0.0.1', hangUpSoon);
        await Promise.all([busy.done, second.done]);
        assert.deepEqual(call.states, ['started', 'ringing', 'active', 'ended']);
        assert.equal(call.record.endCode, 'completed.bot');
      } finally {
        await kamailio.close();
      }
    });

    it('RFC 3261 §21.5.4: a 503 of the trunk ends the call, with what its Retry-After says', async () => {
      const kamailio = await startKamailio([]);
      try {
        const call = await gateway.call('sip:full@127.0.0.1', hangUpSoon);
        assert.deepEqual(call.states, ['started', 'failed']);
        const { endCode, sipStatus, retryAfter } = call.record;
        assert.deepEqual([endCode, sipStatus, retryAfter], ['sip.trunk-failed', 503, 7]);
        assert.match(call.failureReason ?? '', /503 No Circuits/);
      } finally {
        await kamailio.close();
      }
    });

    it('RFC 3261 §8.1.3.4: a 302 of the trunk is followed past it', async () => {
      const kamailio = await startKamailio([]);
      const target = await runSipp({
        ...otherPeer,
        steps: [step.receive('INVITE'), step.answer, step.receive('ACK'), ...hungUp],
      });
      try {
        const call = await gateway.call('sip:redir@127.0.0.1', hangUpSoon);
        await target.done;
        assert.deepEqual(call.states, ['started', 'active', 'ended']);
        assert.deepEqual(
          call.record.redirects.map(({ status }) => status),
          [302],
        );
      } finally {
        await kamailio.close();
      }
    });
  },
);
