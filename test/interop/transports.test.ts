/** Calls over TCP, TLS and IPv6 against foreign programs. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startLoopbackDns } from '../../src/host/loopback-dns.fixture.ts';
import { openSigner, type Signer } from './certificates.ts';
import { startKamailio } from './kamailio.ts';
import { hangUpSoon, type RealGateway, withRealGateway } from './real-gateway.ts';
import { skipWithout, skipWithoutModule } from './programs.ts';
import { ringAndAnswer, runSipp, step } from './sipp.ts';

const skip = skipWithout('sipp');
const skipTrunk = skip === false ? skipWithout('kamailio') : skip;

/** Makes an INVITE, which has it in three places, longer than 1300 bytes. */
const longUser = 'x'.repeat(400);

function withGateway(
  environment: Readonly<Record<string, string>>,
  act: (gateway: RealGateway) => Promise<void>,
): Promise<void> {
  return withRealGateway({ POST_RESPONSE_TIMEOUT: '300', ...environment }, act);
}

test('RFC 3261 §18.1: a whole call with SIPp over TCP', { timeout: 60_000, skip }, async () => {
  await withGateway({}, async (gateway) => {
    const sipp = await runSipp({ steps: ringAndAnswer, port: 25_161, mediaPort: 26_161, transport: 'tcp' });
    const { states, record } = await gateway.call('sip:callee@127.0.0.1:25161;transport=tcp', hangUpSoon);
    await sipp.done;
    assert.deepEqual(states, ['started', 'ringing', 'active', 'ended']);
    assert.equal(record.endCode, 'completed.bot');
  });
});

test(
  'RFC 3261 §18.1.1: a long INVITE finds the SIPp on TCP, not the one on UDP at the same port',
  { timeout: 60_000, skip },
  async () => {
    await withGateway({}, async (gateway) => {
      const place = { port: 25_162, mediaPort: 26_162 };
      // It would fail: nothing is to come to it.
      const udp = await runSipp({ steps: [step.receive('OPTIONS')], ...place, mediaPort: 26_172, timeoutS: 8 });
      const udpOutcome = udp.done.then(
        () => 'got a message',
        (fault: unknown) => String(fault),
      );
      const tcp = await runSipp({ steps: ringAndAnswer, ...place, transport: 'tcp' });
      const { record } = await gateway.call(`sip:${longUser}@127.0.0.1:25162`, hangUpSoon);
      await tcp.done;
      assert.equal(record.endCode, 'completed.bot');
      assert.match(await udpOutcome, /scenario timed out/);
    });
  },
);

test('RFC 3261 §18.1.1: where nobody takes TCP the long INVITE comes by UDP', { timeout: 60_000, skip }, async () => {
  await withGateway({}, async (gateway) => {
    const sipp = await runSipp({ steps: ringAndAnswer, port: 25_163, mediaPort: 26_166 });
    const { record } = await gateway.call(`sip:${longUser}@127.0.0.1:25163`, hangUpSoon);
    await sipp.done;
    assert.equal(record.endCode, 'completed.bot');
  });
});

test(
  'RFC 3261 §18.1.1, RFC 8866 §5.7: a whole call over IPv6, with its audio, from a gateway of both families',
  { timeout: 60_000, skip },
  async () => {
    await withGateway({ OUTDIAL_SIP_HOST_IPV6: '::1' }, async (gateway) => {
      for (const transport of ['udp', 'tcp'] as const) {
        const port = transport === 'udp' ? 25_165 : 25_166;
        const sipp = await runSipp({
          steps: [step.receiveWithBody('INVITE', 'c=IN IP6 ::1'), ...ringAndAnswer.slice(1)],
          port,
          mediaPort: port + 1003,
          host: '[::1]',
          transport,
          echoesRtp: true,
        });
        const { record } = await gateway.call(`sip:callee@[::1]:${port};transport=${transport}`, hangUpSoon);
        await sipp.done;
        assert.equal(record.endCode, 'completed.bot');
        assert.ok((record.rtpNetworkSummary?.packetsReceived ?? 0) > 5, 'the echo came back');
      }
    });
  },
);

test(
  'RFC 3263 §4.2, RFC 8866 §5.7: a name that stands for an IPv6 address is offered ours, and RTP flows there',
  { timeout: 60_000, skip },
  async () => {
    const dns = await startLoopbackDns({ 'callee.test': [{ type: 'AAAA', address: '::1' }] });
    try {
      await withGateway({ OUTDIAL_SIP_HOST_IPV6: '::1', OUTDIAL_DNS_SERVERS: dns.server }, async (gateway) => {
        const sipp = await runSipp({
          steps: [step.receiveWithBody('INVITE', 'c=IN IP6 ::1'), ...ringAndAnswer.slice(1)],
          port: 25_167,
          mediaPort: 26_170,
          host: '[::1]',
          echoesRtp: true,
        });
        const { record } = await gateway.call('sip:callee@callee.test:25167', hangUpSoon);
        await sipp.done;
        assert.equal(record.endCode, 'completed.bot');
        assert.ok((record.rtpNetworkSummary?.packetsReceived ?? 0) > 5, 'the echo came back');
      });
    } finally {
      await dns.close();
    }
  },
);

const account = { OUTBOUND_CALLS_SIP_AUTH_USERNAME: 'alice', OUTBOUND_CALLS_SIP_AUTH_PASSWORD: 'secret' };

/** A call by kamailio, which authenticates it and records itself as its route, to a SIPp behind it. */
async function callByTrunk(
  defines: readonly string[],
  environment: Readonly<Record<string, string>>,
  mediaPort: number,
): Promise<Awaited<ReturnType<RealGateway['call']>>> {
  const trunk = await startKamailio(defines);
  try {
    const sipp = await runSipp({ steps: ringAndAnswer, port: 25_060, mediaPort });
    let call: Awaited<ReturnType<RealGateway['call']>> | undefined;
    await withGateway({ ...account, ...environment }, async (gateway) => {
      call = await gateway.call('sip:callee@127.0.0.1:25060', hangUpSoon);
    });
    await sipp.done;
    return call ?? assert.fail('no call');
  } finally {
    await trunk.close();
  }
}

test(
  'RFC 3261 §18.1: an authenticated call through kamailio over TCP',
  { timeout: 60_000, skip: skipTrunk },
  async () => {
    const trunk = { OUTDIAL_SIP_TRUNK: 'sip:127.0.0.1:25080;transport=tcp' };
    const { record } = await callByTrunk(['WITH_TCP'], trunk, 26_180);
    assert.equal(record.endCode, 'completed.bot');
  },
);

describe('TLS through kamailio', { skip: skipTrunk === false ? skipWithoutModule('tls') : skipTrunk }, () => {
  let signer: Signer;
  before(async () => {
    signer = await openSigner();
  });
  after(() => signer.close());

  const definesFor = async (subjectAltName: string, days?: number): Promise<string[]> => {
    const { keyFile, certificateFile } = await signer.sign(subjectAltName, days);
    const files = [`TLS_KEY="${keyFile}"`, `TLS_CERTIFICATE="${certificateFile}"`, `TLS_CA="${signer.caFile}"`];
    return ['WITH_TCP', 'WITH_TLS', ...files];
  };
  const trunk = { OUTDIAL_SIP_TRUNK: 'sips:127.0.0.1:25081' };

  test('RFC 3261 §26.3.2.1: an authenticated call over TLS', { timeout: 60_000, skip }, async () => {
    const environment = { ...trunk, OUTDIAL_SIP_CA_FILE: signer.caFile };
    const { record } = await callByTrunk(await definesFor('IP:127.0.0.1'), environment, 26_184);
    assert.equal(record.endCode, 'completed.bot');
  });

  test(
    'RFC 3261 §26.3.1: a trunk that asks for a client certificate is shown ours',
    { timeout: 60_000, skip },
    async () => {
      const { keyFile, certificateFile } = await signer.sign('IP:127.0.0.1');
      const environment = {
        ...trunk,
        OUTDIAL_SIP_CA_FILE: signer.caFile,
        OUTDIAL_TLS_KEY_FILE: keyFile,
        OUTDIAL_TLS_CERTIFICATE_FILE: certificateFile,
        SIP_PORT_TLS: '0',
        HTTPS_PORT: '0',
      };
      const defines = [...(await definesFor('IP:127.0.0.1')), 'WITH_CLIENT_CERTIFICATE'];
      const { record } = await callByTrunk(defines, environment, 26_188);
      assert.equal(record.endCode, 'completed.bot');
    },
  );

  test(
    'RFC 5922 §7.3: a trunk with a wrong name, an expired or an unknown certificate ends the call with the reason',
    { timeout: 90_000 },
    async () => {
      for (const [subjectAltName, days, ca, reason] of [
        ['DNS:other.test', 2, true, /the certificate is for .* and not for 127\.0\.0\.1/],
        ['IP:127.0.0.1', -1, true, /its certificate has expired \(CERT_HAS_EXPIRED\)/],
        ['IP:127.0.0.1', 2, false, /OUTDIAL_SIP_CA_FILE/],
      ] as const) {
        const kamailio = await startKamailio(await definesFor(subjectAltName, days));
        try {
          await withGateway(
            { ...account, ...trunk, ...(ca ? { OUTDIAL_SIP_CA_FILE: signer.caFile } : {}) },
            async (gateway) => {
              const { states, record, failureReason } = await gateway.call('sip:callee@127.0.0.1:25060', hangUpSoon);
              assert.deepEqual(states, ['started', 'failed']);
              assert.match(failureReason ?? '', reason);
              assert.equal(record.endCode, 'sip.unreachable');
            },
          );
        } finally {
          await kamailio.close();
        }
      }
    },
  );
});
