/**
 * Promise R2: webhooks with a receiver that fails every tenth request and an outbox that is killed five times. Nothing is lost, and
 * nothing comes out of order. 20,000 notifications; `CRASH_WEBHOOKS=1000000 npm run test:crash` for the long run.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { endAll, pause, startProcess } from './processes.ts';
import { findFaults, type Receiver, startReceiver } from './receiver.ts';

const notifications = Number(process.env['CRASH_WEBHOOKS'] ?? 20_000);
const calls = notifications / 10;
const kills = 5;
const secret = `whsec_${Buffer.from('w'.repeat(32)).toString('base64')}`;
/** Of the whole run without the kills: promise R2 asks for 10 minutes for a million. */
const limitMs = 60_000 + notifications * 3;

describe(`${notifications} notifications`, () => {
  let folder: string;
  let receiver: Receiver;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outdial-outbox-'));
    receiver = await startReceiver(secret, 10);
  });

  after(async () => {
    endAll();
    await receiver.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('are all delivered, in order for each call, by an outbox that is killed five times', async () => {
    const environment = {
      CALLS: String(calls),
      RECEIVER: receiver.url,
      SECRET: secret,
      OUTDIAL_DATA_DIR: folder,
      ...(process.env['DATABASE_URL'] === undefined
        ? {}
        : { DATABASE_URL: process.env['DATABASE_URL'], OUTDIAL_STORE_SECRET: 'a secret of this test alone' }),
    };
    const start = (): ReturnType<typeof startProcess> => startProcess('outbox-process.js', environment);
    for (let kill = 1; kill <= kills; kill++) {
      const outbox = await start();
      const share = (notifications * kill) / (kills + 2);
      const untilMs = performance.now() + limitMs;
      while (receiver.received.length < share && performance.now() < untilMs) await pause(20);
      await outbox.end('SIGKILL');
    }
    const last = await start();
    const untilMs = performance.now() + limitMs;
    while (last.child.exitCode === null && performance.now() < untilMs) await pause(50);
    if (last.child.exitCode === null) await last.end('SIGKILL');
    assert.match(last.output(), /^done$/m);
    assert.deepEqual(receiver.bad, []);
    const ofCall = new Map<string, (typeof receiver.received)[number][]>();
    for (const each of receiver.received) {
      const own = ofCall.get(each.vgwSessionID) ?? [];
      own.push(each);
      ofCall.set(each.vgwSessionID, own);
    }
    assert.equal(ofCall.size, calls);
    const faults: string[] = [];
    for (const [id, own] of ofCall) {
      faults.push(...findFaults(id, own));
      if (new Set(own.map(({ sequence }) => sequence)).size !== 10) faults.push(`${id}: ${own.length} came`);
    }
    assert.deepEqual(faults, []);
  });
});
