import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { kamailioPort, startKamailio } from './kamailio.ts';
import { skipWithout } from './programs.ts';
import { hangUpSoon, type RealGateway, startRealGateway } from './real-gateway.ts';
import { runSipp, step } from './sipp.ts';

const to = 'sip:callee@127.0.0.1:25060';
const peer = { port: 25_060, mediaPort: 26_000 };
const account = { OUTBOUND_CALLS_SIP_AUTH_USERNAME: 'alice', OUTBOUND_CALLS_SIP_AUTH_PASSWORD: 'secret' };

/** Hangs up when the callee has been silent for POST_RESPONSE_TIMEOUT. */

const answerAndBye = [step.trying, step.answer, step.receive('ACK')];

describe('SIPp as a callee that challenges', { skip: skipWithout('sipp') }, () => {
  let gateway: RealGateway;
  before(async () => {
    gateway = await startRealGateway({ ...account, POST_RESPONSE_TIMEOUT: '300' });
  });
  after(async () => {
    await gateway.close();
  });

  it('401: SIPp computes the same response for the INVITE and for the BYE', async () => {
    const sipp = await runSipp({
      ...peer,
      steps: [
        step.receive('INVITE'),
        step.challenge(
          '401 Unauthorized',
          'WWW-Authenticate: Digest realm="trunk.test", nonce="n0", algorithm=MD5, qop="auth", opaque="o"',
        ),
        step.receiveVerified('INVITE', 'alice', 'secret'),
        ...answerAndBye,
        step.receiveVerified('BYE', 'alice', 'secret'),
        step.ok,
      ],
    });
    const call = await gateway.call(to, hangUpSoon);
    await sipp.done;
    assert.deepEqual(call.states, ['started', 'active', 'ended']);
  });

  it('407, then stale=true with a new nonce: answered each time, from one on, and the BYE counts on', async () => {
    const challenge = (nonce: string, more = ''): string =>
      step.challenge(
        '407 Proxy Authentication Required',
        `Proxy-Authenticate: Digest realm="trunk.test", nonce="${nonce}", algorithm=MD5, qop="auth", opaque="op"${more}`,
      );
    const header = 'Proxy-Authorization';
    const sipp = await runSipp({
      ...peer,
      steps: [
        step.receive('INVITE'),
        challenge('first00'),
        step.receiveWith('INVITE', header, ['nonce="first00"', 'nc=00000001']),
        challenge('second00', ', stale=true'),
        step.receiveWith('INVITE', header, ['nonce="second00"', 'nc=00000001', 'opaque="op"']),
        ...answerAndBye,
        step.receiveWith('BYE', header, ['nonce="second00"', 'nc=00000002']),
        step.ok,
      ],
    });
    const call = await gateway.call(to, hangUpSoon);
    await sipp.done;
    assert.deepEqual(call.states, ['started', 'active', 'ended']);
  });
});

const skipTrunk = skipWithout('kamailio') === false ? skipWithout('sipp') : skipWithout('kamailio');

async function throughTrunk(
  defines: readonly string[],
  environment: Readonly<Record<string, string>>,
  act: (gateway: RealGateway) => Promise<void>,
): Promise<void> {
  const trunk = await startKamailio(defines);
  try {
    const gateway = await startRealGateway({
      ...account,
      OUTDIAL_SIP_TRUNK: `sip:127.0.0.1:${kamailioPort}`,
      ...environment,
    });
    try {
      await act(gateway);
    } finally {
      await gateway.close();
    }
  } finally {
    await trunk.close();
  }
}

describe('kamailio as the trunk', { skip: skipTrunk }, () => {
  for (const [what, defines, silenceMs] of [
    ['MD5', [], 300],
    ['SHA-256', ['WITH_SHA256'], 300],
    ['a nonce that has expired when the BYE comes', ['SHORT_NONCE'], 2500],
  ] as const) {
    it(`lets the call through, and its BYE: ${what}`, async () => {
      await throughTrunk(defines, { POST_RESPONSE_TIMEOUT: String(silenceMs) }, async (gateway) => {
        const sipp = await runSipp({
          ...peer,
          steps: [step.receive('INVITE'), ...answerAndBye, step.receive('BYE'), step.ok],
        });
        const call = await gateway.call(to, hangUpSoon);
        await sipp.done;
        assert.deepEqual(call.states, ['started', 'active', 'ended']);
      });
    });
  }

  it('refuses a wrong password: sip.auth-failed, without a word of it', async () => {
    const wrong = 'not-the-secret';
    await throughTrunk([], { OUTBOUND_CALLS_SIP_AUTH_PASSWORD: wrong }, async (gateway) => {
      const call = await gateway.call(to, hangUpSoon);
      assert.deepEqual(call.states, ['started', 'failed']);
      assert.equal(call.record.endCode, 'sip.auth-failed');
      assert.equal(call.record.sipStatus, 407);
      assert.match(call.failureReason ?? '', /407 Proxy Authentication Required.*password was refused/);
      assert.ok(!JSON.stringify(call).includes(wrong));
    });
  });
});
