/** Calls over TCP, TLS and IPv6 against foreign programs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RealGateway, startRealGateway } from './real-gateway.ts';
import { runSipp, step } from './sipp.ts';

/** Says nothing, and hangs up as soon as it may. */
const hangUp = ({ text }: { readonly text: string }) =>
  text === 'vgwPostResponseTimeout' ? { vgwAction: { command: 'vgwActHangup' } } : {};

/** Makes an INVITE, which has it in three places, longer than 1300 bytes. */
const longUser = 'x'.repeat(400);

/** A callee that answers and stays until we hang up. */
const answering = [
  step.receive('INVITE'),
  step.trying,
  step.ringing,
  step.answer,
  step.receive('ACK'),
  step.receive('BYE'),
  step.ok,
];

async function withGateway(
  environment: Readonly<Record<string, string>>,
  act: (gateway: RealGateway) => Promise<void>,
) {
  const gateway = await startRealGateway({ POST_RESPONSE_TIMEOUT: '300', ...environment });
  try {
    await act(gateway);
  } finally {
    await gateway.close();
  }
}

test('RFC 3261 §18.1: a whole call with SIPp over TCP', { timeout: 60_000 }, async () => {
  await withGateway({}, async (gateway) => {
    const sipp = await runSipp({ steps: answering, port: 25_161, mediaPort: 26_161, transport: 'tcp' });
    const { states, record } = await gateway.call('sip:callee@127.0.0.1:25161;transport=tcp', hangUp);
    await sipp.done;
    assert.deepEqual(states, ['started', 'ringing', 'active', 'ended']);
    assert.equal(record.endCode, 'completed.bot');
  });
});

test(
  'RFC 3261 §18.1.1: a long INVITE finds the SIPp on TCP, not the one on UDP at the same port',
  { timeout: 60_000 },
  async () => {
    await withGateway({}, async (gateway) => {
      const place = { port: 25_162, mediaPort: 26_162 };
      // It would fail: nothing is to come to it.
      const udp = await runSipp({ steps: [step.receive('OPTIONS')], ...place, mediaPort: 26_172, timeoutS: 8 });
      const udpOutcome = udp.done.then(
        () => 'got a message',
        (fault: unknown) => String(fault),
      );
      const tcp = await runSipp({ steps: answering, ...place, transport: 'tcp' });
      const { record } = await gateway.call(`sip:${longUser}@127.0.0.1:25162`, hangUp);
      await tcp.done;
      assert.equal(record.endCode, 'completed.bot');
      assert.match(await udpOutcome, /scenario timed out/);
    });
  },
);

test('RFC 3261 §18.1.1: where nobody takes TCP the long INVITE comes by UDP', { timeout: 60_000 }, async () => {
  await withGateway({}, async (gateway) => {
    const sipp = await runSipp({ steps: answering, port: 25_163, mediaPort: 26_166 });
    const { record } = await gateway.call(`sip:${longUser}@127.0.0.1:25163`, hangUp);
    await sipp.done;
    assert.equal(record.endCode, 'completed.bot');
  });
});

test(
  'RFC 3261 §18.1.1, RFC 8866 §5.7: a whole call over IPv6, with its audio, from a gateway of both families',
  { timeout: 60_000 },
  async () => {
    await withGateway({ OUTDIAL_SIP_HOST_IPV6: '::1' }, async (gateway) => {
      for (const transport of ['udp', 'tcp'] as const) {
        const port = transport === 'udp' ? 25_165 : 25_166;
        const sipp = await runSipp({
          steps: [step.receiveWithBody('INVITE', 'c=IN IP6 ::1'), ...answering.slice(1)],
          port,
          mediaPort: port + 1003,
          host: '[::1]',
          transport,
          echoesRtp: true,
        });
        const { record } = await gateway.call(`sip:callee@[::1]:${port};transport=${transport}`, hangUp);
        await sipp.done;
        assert.equal(record.endCode, 'completed.bot');
        assert.ok((record.rtpNetworkSummary?.packetsReceived ?? 0) > 5, 'the echo came back');
      }
    });
  },
);
