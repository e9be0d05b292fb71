/** Calls over TCP, TLS and IPv6 against foreign programs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RealGateway, startRealGateway } from './real-gateway.ts';
import { runSipp, step } from './sipp.ts';

/** Says nothing, and hangs up as soon as it may. */
const hangUp = ({ text }: { readonly text: string }) =>
  text === 'vgwPostResponseTimeout' ? { vgwAction: { command: 'vgwActHangup' } } : {};

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
