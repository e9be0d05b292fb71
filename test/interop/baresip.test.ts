import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recordingsIn, startBaresip } from './baresip.ts';
import { skipWithout } from './programs.ts';
import { appointment, withSpokenCall } from './spoken-call.ts';

const port = 25_070;

describe('baresip as callee', { skip: skipWithout('baresip') }, () => {
  it('plays speech: the words reach the bot, and its own recording holds the words of the bot', async () => {
    await withSpokenCall(appointment, {}, async ({ gateway, folder, answer, checkHeard, checkRecorded }) => {
      const baresip = await startBaresip(folder, port);
      try {
        const call = await gateway.call(`sip:callee@127.0.0.1:${port}`, answer);
        assert.deepEqual(
          call.states.filter((state) => state !== 'ringing'),
          ['started', 'active', 'ended'],
        );
        checkHeard(call.record, baresip.output());
      } finally {
        await baresip.close();
      }
      const recordings = await recordingsIn(folder);
      assert.equal(recordings.length, 1, baresip.output());
      await checkRecorded(recordings[0], baresip.output());
    });
  });
});
