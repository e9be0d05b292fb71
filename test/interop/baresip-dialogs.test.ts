/** baresip as the one who holds the call, takes it up again, and sends the gateway on. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { encodeWav } from '../../src/audio/index.ts';
import { startBaresip } from './baresip.ts';
import { skipWithout } from './programs.ts';
import { withRealGateway } from './real-gateway.ts';
import { ringAndAnswer, runSipp } from './sipp.ts';

const phonePort = 25_380;
// The next one to `phonePort` is its TLS port.
const controlPort = 25_390;
const to = `sip:callee@127.0.0.1:${phonePort}`;
const agent = { port: 25_384, mediaPort: 26_904 };
const hangUp = { vgwAction: { command: 'vgwActHangup' } };

async function withPhone(act: (phone: Awaited<ReturnType<typeof startBaresip>>) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-baresip-'));
  // A minute of silence: it hangs up when its file ends.
  const silence = encodeWav({ sampleRateHz: 8000, channelCount: 1, samples: new Int16Array(60 * 8000) });
  await writeFile(join(folder, 'callee.wav'), silence);
  const phone = await startBaresip(folder, phonePort, controlPort);
  try {
    await act(phone);
  } finally {
    await phone.close();
    await rm(folder, { recursive: true, force: true });
  }
}

describe('baresip inside an answered call', { skip: skipWithout('baresip') || skipWithout('sipp') }, () => {
  it('RFC 3264 §8.4: holds the call longer than the response timer, and takes it up again', async () => {
    const settings = { POST_RESPONSE_TIMEOUT: '2000', OUTDIAL_RTP_SOURCE_POLICY: 'learn' };
    await withRealGateway(settings, async (gateway) => {
      await withPhone(async (phone) => {
        let resumedAtMs = 0;
        let toldAtMs = 0;
        const call = gateway.call(to, ({ text }, index) => {
          if (index === 0) {
            void (async () => {
              await pause(1000);
              await phone.command('hold');
              await pause(4000);
              resumedAtMs = performance.now();
              await phone.command('resume');
            })();
          }
          if (text === 'vgwPostResponseTimeout') toldAtMs = performance.now();
          return text === 'vgwPostResponseTimeout' ? hangUp : {};
        });
        const { states } = await call;
        assert.deepEqual(states, ['started', 'ringing', 'active', 'ended'], phone.output());
        assert.ok(toldAtMs > resumedAtMs && resumedAtMs > 0, phone.output());
      });
    });
  });

  it('RFC 3515 §2.4.4: transfers the call to an agent, with whom the bot goes on', async () => {
    const settings = {
      POST_RESPONSE_TIMEOUT: '3000',
      OUTDIAL_RTP_SOURCE_POLICY: 'learn',
      OUTDIAL_ACCEPT_TRANSFERS: 'true',
    };
    await withRealGateway(settings, async (gateway) => {
      await withPhone(async (phone) => {
        const sipp = await runSipp({
          ...agent,
          steps: ringAndAnswer,
        });
        const call = await gateway.call(to, ({ text }, index) => {
          if (index === 0) {
            void (async () => {
              await pause(1000);
              await phone.command('transfer', `sip:agent@127.0.0.1:${agent.port}`);
            })();
          }
          return text === 'vgwPostResponseTimeout' ? hangUp : {};
        });
        await sipp.done;
        assert.equal(call.record.endCode, 'completed.bot', phone.output());
      });
    });
  });
});
