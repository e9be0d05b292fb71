import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { wordErrorRate } from '../../src/testing/index.ts';
import { startBaresip } from './baresip.ts';
import { skipWithout } from './programs.ts';
import { startRealGateway } from './real-gateway.ts';
import { Words } from './words.ts';

const port = 25_072;
const calleeSays = 'Hello, I would like to confirm my appointment on Tuesday.';
const botSays = 'Thank you very much. We are looking forward to seeing you on Tuesday. Goodbye.';

describe('SRTP with baresip', { skip: skipWithout('baresip') }, () => {
  let words: Words;
  before(async () => {
    words = await Words.open();
  });
  after(() => words.close());

  async function callWith(policy: string, mediaenc: string) {
    const folder = await mkdtemp(join(tmpdir(), 'outdial-srtp-'));
    await words.speak(join(folder, 'callee.wav'), calleeSays, 700, 60_000);
    const gateway = await startRealGateway({
      POST_RESPONSE_TIMEOUT: '15000',
      OUTDIAL_RTP_SOURCE_POLICY: 'learn',
      OUTDIAL_MEDIA_ENCRYPTION: policy,
      OUTDIAL_MEDIA_KEYS_IN_CLEAR: 'true',
    });
    const baresip = await startBaresip(folder, port, undefined, mediaenc === '' ? '' : `;mediaenc=${mediaenc}`);
    try {
      const call = await gateway.call(`sip:callee@127.0.0.1:${port}`, ({ text }) =>
        text === '' || text === 'vgwHangUp' ? {} : { text: botSays, vgwAction: { command: 'vgwActHangup' } },
      );
      await baresip.close();
      const recording = (await readdir(folder)).find((name) => name.endsWith('-dec.wav'));
      const recorded = recording === undefined ? '' : await words.recognise(join(folder, recording), 'left');
      return { call, recorded, output: baresip.output() };
    } finally {
      await baresip.close();
      await gateway.close();
      await rm(folder, { recursive: true, force: true });
    }
  }

  for (const [policy, mediaenc] of [
    ['required', 'srtp-mand'],
    ['optional', 'srtp'],
  ] as const) {
    it(`RFC 4568 §5.1: ${policy} with mediaenc=${mediaenc}: encrypted, and words are found both ways`, async () => {
      const { call, recorded, output } = await callWith(policy, mediaenc);
      assert.equal(call.record.endCode, 'completed.bot', output);
      assert.match(output, /SRTP is Enabled|cryptosuite/i);
      const spoken = call.record.turns.filter(({ request }) => request.type === 'speech_to_text');
      const heard = spoken.map(({ request }) => request.text).join(' ');
      assert.ok(wordErrorRate(calleeSays, heard) <= 0.2, `the bot was told "${heard}"\n${output}`);
      assert.ok(wordErrorRate(botSays, recorded) <= 0.2, `baresip heard: ${recorded}\n${output}`);
      assert.equal(call.record.rtpNetworkSummary?.packetsMalformed, 0);
    });
  }

  it('RFC 4568 §5.1.2: required with a phone that has no SRTP comes to no call', async () => {
    const { call } = await callWith('required', '');
    assert.equal(call.states.at(-1), 'failed');
    assert.ok(!call.states.includes('active'));
    assert.equal(call.record.sipStatus, 488);
  });
});
