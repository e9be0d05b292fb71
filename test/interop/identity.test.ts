import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { skipWithout } from './programs.ts';
import { type RealGateway, startRealGateway } from './real-gateway.ts';
import { runSipp, step } from './sipp.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe('SIPp as a trunk that is told who calls', { skip: skipWithout('sipp') }, () => {
  let gateway: RealGateway;
  before(async () => {
    gateway = await startRealGateway({
      POST_RESPONSE_TIMEOUT: '300',
      OUTBOUND_CALLS_TENANT_URI: 'sip:+390612340001@127.0.0.1',
      OUTDIAL_CALLER_NAME: 'Acme "Rome"',
      OUTDIAL_CALLER_PRIVACY: 'id',
      OUTDIAL_DIVERSION: 'tel:+390655',
      OUTDIAL_USER_TO_USER: '48656c6c6f;encoding=hex',
      OUTDIAL_INVITE_HEADERS: '{"X-Campaign": "autumn"}',
      OUTDIAL_STIR_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      OUTDIAL_STIR_CERTIFICATE_URL: 'https://cert.example.org/a.pem',
    });
  });
  after(async () => {
    await gateway.close();
  });

  // SIPp looks at one header of each INVITE: a refusal brings the next one.
  for (const [title, header, patterns] of [
    ['RFC 3323 §4.1.1.3: From is anonymous', 'From', ['"Anonymous" <sip:anonymous@anonymous.invalid>;tag=']],
    ['RFC 3323 §4.2: Privacy', 'Privacy', ['^ *id$']],
    ['RFC 3325 §9.1: the identity is asserted', 'P-Asserted-Identity', ['Rome[^ ]* <sip:.390612340001@127.0.0.1>']],
    ['RFC 5806 §5: Diversion', 'Diversion', ['<tel:.390655>;reason=unconditional;privacy=full']],
    ['RFC 7433 §4: User-to-User', 'User-to-User', ['48656c6c6f;encoding=hex']],
    ['a header of the tenant', 'X-Campaign', ['autumn']],
    ['RFC 8224 §6.1: Date', 'Date', ['GMT']],
  ] as const) {
    it(title, async () => {
      const sipp = await runSipp({
        port: 25_060,
        mediaPort: 26_000,
        steps: [step.receiveWith('INVITE', header, patterns), step.reject('486 Busy Here'), step.receive('ACK')],
      });
      const call = await gateway.call('sip:callee@127.0.0.1:25060', () => ({}));
      await sipp.done;
      assert.deepEqual([call.states, call.record.endCode], [['started', 'failed'], 'sip.busy']);
    });
  }

  it('RFC 8224 §4: Identity', async () => {
    const identity = 'Identity: eyJ[^ ]*;info=<https://cert.example.org/a.pem>;alg=ES256;ppt=shaken';
    const sipp = await runSipp({
      port: 25_060,
      mediaPort: 26_000,
      steps: [step.receiveWithText('INVITE', identity), step.reject('486 Busy Here'), step.receive('ACK')],
    });
    const call = await gateway.call('sip:callee@127.0.0.1:25060', () => ({}));
    await sipp.done;
    assert.deepEqual(call.states, ['started', 'failed']);
  });

  it('RFC 3326 §2: the BYE says why', async () => {
    const sipp = await runSipp({
      port: 25_060,
      mediaPort: 26_000,
      steps: [
        step.receive('INVITE'),
        step.answer,
        step.receive('ACK'),
        step.receiveWith('BYE', 'Reason', ['Q.850;cause=16']),
        step.ok,
      ],
    });
    const call = await gateway.call('sip:callee@127.0.0.1:25060', ({ text }) =>
      text === 'vgwPostResponseTimeout' ? { vgwAction: { command: 'vgwActHangup' } } : {},
    );
    await sipp.done;
    assert.deepEqual(call.states, ['started', 'active', 'ended']);
  });
});
