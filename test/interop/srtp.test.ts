import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recordingsIn, startBaresip } from './baresip.ts';
import { skipWithout } from './programs.ts';
import type { CallOutcome } from './real-gateway.ts';
import { appointment, type SpokenCall, withSpokenCall } from './spoken-call.ts';

const port = 25_072;

describe('SRTP with baresip', { skip: skipWithout('baresip') }, () => {
  async function callWith(
    policy: string,
    parameters: string,
    check: (call: CallOutcome, spoken: SpokenCall, output: string) => Promise<void>,
  ): Promise<void> {
    const environment = { OUTDIAL_MEDIA_ENCRYPTION: policy, OUTDIAL_MEDIA_KEYS_IN_CLEAR: 'true' };
    await withSpokenCall(appointment, environment, async (spoken) => {
      const baresip = await startBaresip(spoken.folder, port, undefined, parameters);
      let call;
      try {
        call = await spoken.gateway.call(`sip:callee@127.0.0.1:${port}`, spoken.answer);
      } finally {
        await baresip.close();
      }
      await check(call, spoken, baresip.output());
    });
  }

  for (const [policy, mediaenc] of [
    ['required', 'srtp-mand'],
    ['optional', 'srtp'],
  ] as const) {
    it(`RFC 4568 §5.1: ${policy} with mediaenc=${mediaenc}: encrypted, and words are found both ways`, async () => {
      await callWith(policy, `;mediaenc=${mediaenc}`, async ({ record }, spoken, output) => {
        assert.equal(record.endCode, 'completed.bot', output);
        assert.match(output, /SRTP is Enabled|cryptosuite/i);
        spoken.checkHeard(record, output);
        const [recording] = await recordingsIn(spoken.folder);
        await spoken.checkRecorded(recording, output);
        assert.equal(record.rtpNetworkSummary?.packetsMalformed, 0);
      });
    });
  }

  it('RFC 4568 §5.1.2: required with a phone that has no SRTP comes to no call', async () => {
    await callWith('required', '', async (call) => {
      assert.equal(call.states.at(-1), 'failed');
      assert.ok(!call.states.includes('active'));
      assert.equal(call.record.sipStatus, 488);
    });
  });
});
