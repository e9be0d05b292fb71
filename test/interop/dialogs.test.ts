/** What happens inside an answered call, against SIPp: hold, glare, session timers, transfers with a second leg. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { skipWithout } from './programs.ts';
import { type BotTurn, type RealGateway, startRealGateway } from './real-gateway.ts';
import { runSipp, step } from './sipp.ts';

const peer = { port: 25_280, mediaPort: 26_800 };
const to = `sip:callee@127.0.0.1:${peer.port}`;
const agent = { port: 25_284, mediaPort: 26_804 };
const target = `sip:agent@127.0.0.1:${agent.port}`;
const hangUp = { vgwAction: { command: 'vgwActHangup' } };
const onSilence =
  (reply: {
    readonly vgwAction?: { readonly command: string; readonly parameters?: Readonly<Record<string, unknown>> };
  }) =>
  ({ text }: BotTurn) =>
    text === 'vgwPostResponseTimeout' ? reply : text === 'vgwCallTransferFailed' ? hangUp : {};
const answered = [step.receive('INVITE'), step.trying, step.ringing, step.answer, step.receiveAckAndKeep];

describe('SIPp inside an answered call', { skip: skipWithout('sipp') }, () => {
  let gateway: RealGateway;
  before(async () => {
    gateway = await startRealGateway({
      POST_RESPONSE_TIMEOUT: '1500',
      OUTDIAL_SESSION_TIMER: 'request',
      OUTDIAL_ACCEPT_TRANSFERS: 'true',
      DISCONNECT_CALL_ON_TRANSFER_FAILURE: 'false',
    });
  });
  after(async () => {
    await gateway.close();
  });

  it('RFC 3264 §8.4, RFC 3311: hold in three ways, resume, UPDATE, and a re-INVITE without an offer', async () => {
    const sipp = await runSipp({
      ...peer,
      steps: [
        ...answered,
        step.pause(300),
        step.reInvite(1, { direction: 'sendonly' }, 'a=recvonly'),
        step.pause(2500),
        step.reInvite(2, { direction: 'inactive' }, 'a=inactive'),
        step.reInvite(3, { direction: 'sendrecv', address: '0.0.0.0' }, 'a=sendrecv'),
        step.request('UPDATE', 4, {}),
        step.receiveResponse(200),
        step.request('UPDATE', 5, { direction: 'sendrecv' }),
        step.receiveResponse(200),
        step.reInvite(6, {}, 'm=audio'),
        step.receive('BYE'),
        step.ok,
      ],
    });
    const call = await gateway.call(to, onSilence(hangUp));
    await sipp.done;
    assert.deepEqual(call.states, ['started', 'ringing', 'active', 'ended']);
    // Had the timer run on during the hold, the turn would have come before its end.
    assert.deepEqual(
      gateway.turns.map(({ text }) => text),
      ['', 'vgwPostResponseTimeout', 'vgwHangUp'],
    );
  });

  it('RFC 3261 §14.1: glare: 491 to our hold, the offer of the callee is answered, and ours comes again', async () => {
    const sipp = await runSipp({
      ...peer,
      steps: [
        ...answered,
        step.receiveWithBody('INVITE', 'a=sendonly'),
        step.refuse('491 Request Pending'),
        step.receive('ACK'),
        step.reInvite(1, { direction: 'sendrecv' }, 'a=sendrecv'),
        step.receive('INVITE'),
        step.answerAgain,
        step.receive('ACK'),
        step.receive('REFER'),
        step.refuse('603 Decline'),
        step.receive('INVITE'),
        step.answerAgain,
        step.receive('ACK'),
        step.receive('BYE'),
        step.ok,
      ],
    });
    const parameters = { transferTarget: target };
    const call = await gateway.call(to, onSilence({ vgwAction: { command: 'vgwActTransfer', parameters } }));
    await sipp.done;
    assert.equal(call.record.transfer?.sipStatus, 603);
    assert.equal(call.states.at(-1), 'ended');
  });

  it('RFC 4028 §7.3, §10: 422 raises the interval; UPDATE refreshes the session half way; 481 ends it', async () => {
    const sipp = await runSipp({
      ...peer,
      steps: [
        step.receiveWith('INVITE', 'Session-Expires', ['1800']),
        step.answerSession('422 Session Interval Too Small', ['Min-SE: 3600'], { hasTag: true, hasSdp: false }),
        step.receive('ACK'),
        '<recv request="INVITE" rrs="true"><action><ereg regexp="3600" search_in="hdr" header="Min-SE:" assign_to="min_se" check_it="true"/></action></recv>',
        step.answerSession(
          '200 OK',
          ['Allow: INVITE, ACK, BYE, UPDATE', 'Require: timer', 'Session-Expires: 10;refresher=uac'],
          { hasTag: true, hasSdp: true },
        ),
        step.receiveAckAndKeep,
        step.receiveWith('UPDATE', 'Session-Expires', ['refresher=uac']),
        step.answerSession('200 OK', ['Require: timer', 'Session-Expires: 10;refresher=uac'], {
          hasTag: false,
          hasSdp: false,
        }),
        '<recv request="UPDATE" rrs="true"/>',
        step.refuse('481 Call/Transaction Does Not Exist'),
      ],
    });
    const call = await gateway.call(to, () => ({}));
    await sipp.done;
    assert.equal(call.record.endCode, 'sip.dialog-lost');
  });

  it('RFC 4028 §10: a callee that promised to refresh and does not gets BYE before the end of the interval', async () => {
    const sipp = await runSipp({
      ...peer,
      steps: [
        step.receive('INVITE'),
        step.answerSession('200 OK', ['Require: timer', 'Session-Expires: 10;refresher=uas'], {
          hasTag: true,
          hasSdp: true,
        }),
        step.receiveAckAndKeep,
        step.receive('BYE'),
        step.ok,
      ],
    });
    const call = await gateway.call(to, () => ({}));
    await sipp.done;
    assert.equal(call.record.endCode, 'sip.dialog-lost');
    assert.match(call.failureReason ?? '', /refreshed the session/);
  });

  it('RFC 5589 §7: attended transfer: the agent is called first, the REFER names that call, both calls end', async () => {
    const second = await runSipp({
      ...agent,
      steps: [
        step.receiveWithBody('INVITE', 'a=inactive'),
        step.trying,
        step.ringing,
        step.pause(300),
        step.answer,
        step.receive('ACK'),
        step.receive('BYE'),
        step.ok,
      ],
    });
    const sipp = await runSipp({
      ...peer,
      steps: [
        ...answered,
        step.receiveWithBody('INVITE', 'a=sendonly'),
        step.answerAgain,
        step.receive('ACK'),
        step.receiveWith('REFER', 'Refer-To', ['\\?Replaces=[0-9a-f-]+\\.1%3Bto-tag%3D', 'from-tag%3D[0-9a-f]+']),
        step.accepted,
        step.notify(1, '100 Trying', 'active;expires=60'),
        step.receiveResponse(200),
        step.notify(2, '200 OK', 'terminated;reason=noresource'),
        step.receiveResponse(200),
        step.receive('BYE'),
        step.ok,
      ],
    });
    const parameters = { transferTarget: target, transferMethod: 'ATTENDED' };
    const call = await gateway.call(to, onSilence({ vgwAction: { command: 'vgwActTransfer', parameters } }));
    await Promise.all([sipp.done, second.done]);
    assert.deepEqual(call.states.slice(-2), ['transferred', 'ended']);
  });

  it('RFC 3515 §2.4.4: the callee sends the gateway to an agent: 202, NOTIFYs, and the bot goes on with the agent', async () => {
    const second = await runSipp({
      ...agent,
      steps: [...answered, step.receive('BYE'), step.ok],
    });
    const sipp = await runSipp({
      ...peer,
      steps: [
        ...answered,
        step.pause(300),
        step.request('REFER', 1, { headers: [`Refer-To: <${target}>`] }),
        step.receiveResponse(202),
        ...['100 Trying', '180 Ringing', '200 OK'].flatMap((status, index) => [
          `<recv request="NOTIFY" rrs="true"><action><ereg regexp="SIP/2.0 ${status}" search_in="body" assign_to="news_${'abc'.charAt(index)}" check_it="true"/></action></recv>`,
          step.ok,
        ]),
        step.receive('BYE'),
        step.ok,
      ],
    });
    const call = await gateway.call(to, onSilence(hangUp));
    await Promise.all([sipp.done, second.done]);
    assert.deepEqual(call.states, ['started', 'ringing', 'active', 'ended']);
    assert.equal(call.record.endCode, 'completed.bot');
  });
});
