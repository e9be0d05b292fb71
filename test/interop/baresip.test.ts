import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { wordErrorRate } from '../../src/testing/index.ts';
import { startBaresip } from './baresip.ts';
import { skipWithout } from './programs.ts';
import { type RealGateway, startRealGateway } from './real-gateway.ts';
import { Words } from './words.ts';

const port = 25_070;
const calleeSays = 'Hello, I would like to confirm my appointment on Tuesday.';
const botSays = 'Thank you very much. We are looking forward to seeing you on Tuesday. Goodbye.';

describe('baresip as callee', { skip: skipWithout('baresip') }, () => {
  let gateway: RealGateway;
  let words: Words;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outdial-baresip-'));
    // It names the machine's outer address in its SDP and sends from loopback.
    gateway = await startRealGateway({ POST_RESPONSE_TIMEOUT: '15000', OUTDIAL_RTP_SOURCE_POLICY: 'learn' });
    words = await Words.open();
  });
  after(async () => {
    await gateway.close();
    await words.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('plays speech: the words reach the bot, and its own recording holds the words of the bot', async () => {
    // It hangs up when its file ends: a minute of silence behind the words keeps it on the line.
    await words.speak(join(folder, 'callee.wav'), calleeSays, 700, 60_000);
    const baresip = await startBaresip(folder, port);
    try {
      const call = await gateway.call(`sip:callee@127.0.0.1:${port}`, ({ text }) =>
        text === '' || text === 'vgwHangUp' ? {} : { text: botSays, vgwAction: { command: 'vgwActHangup' } },
      );
      assert.deepEqual(
        call.states.filter((state) => state !== 'ringing'),
        ['started', 'active', 'ended'],
      );
      const spoken = call.record.turns.filter(({ request }) => request.type === 'speech_to_text');
      const heard = spoken.map(({ request }) => request.text).join(' ');
      assert.ok(
        wordErrorRate(calleeSays, heard) <= 0.2,
        `the bot was told "${heard}": ${JSON.stringify(call.record)}\n${baresip.output()}`,
      );
    } finally {
      await baresip.close();
    }
    const recordings = (await readdir(folder)).filter((name) => name.endsWith('-dec.wav'));
    assert.equal(recordings.length, 1, baresip.output());
    const recorded = await words.recognise(join(folder, recordings[0] ?? ''), 'left');
    assert.ok(wordErrorRate(botSays, recorded) <= 0.2, `baresip heard: ${recorded}`);
  });
});
