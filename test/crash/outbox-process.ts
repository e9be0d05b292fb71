/**
 * An outbox over a store on disk as a process of its own, to be killed. It first puts into the store what is not there yet of
 * CALLS calls with ten notifications each, then delivers until nothing waits.
 */
import { openStore } from '../../src/app/open-store.ts';
import { readSettings } from '../../src/config/index.ts';
import { at, createHttpClient, createNodeRandom, monotonicClock as clock } from '../../src/host/index.ts';
import type { Change, DurableStore, Owner } from '../../src/store/index.ts';
import { createOutbox, printTarget, signingKeys } from '../../src/webhooks/index.ts';

const { RECEIVER: url = '', CALLS: count = '0', SECRET: secret = '', ...environment } = process.env;
const perCall = 10;

const read = readSettings(environment);
if (!read.ok) throw new Error(JSON.stringify(read.error));
const opened = await openStore(read.value.settings);
if (!opened.ok) throw new Error(opened.error);
const store: DurableStore = opened.value;
const joined = await store.joinNode('outbox', Date.now() + 600_000);
if (!joined.ok) throw new Error(joined.error.message);
const owner: Owner = joined.value;
const adopted = await store.adopt(owner, Date.now());
if (!adopted.ok) throw new Error(adopted.error.message);

const limits = { connectTimeoutMs: 3000, readTimeoutMs: 5000, maxRetries: 10, windowMs: 86_400_000 };
const endpoint = { key: url, target: printTarget({ url, trust: 'operator', ...limits }) };

async function put(sessionId: string): Promise<void> {
  const known = await store.call(sessionId);
  if (!known.ok) throw new Error(known.error.message);
  if (known.value !== undefined) return;
  const names = { sessionId, tenantId: 't' };
  const call = { ...names, owner, to: 'sip:a@b', from: 'sip:c@d', acceptedAtWallMs: Date.now(), endpoint, facts: {} };
  const events = Array.from({ length: perCall }, (_, index): Change => {
    const callState = index === perCall - 1 ? 'ended' : 'active';
    const data = { callState, failureReason: null };
    const event = { ...names, sequence: index + 1, type: `call.${callState}`, atWallMs: Date.now(), data };
    return { type: 'event', owner, endpoint, event };
  });
  const done = await store.commit([{ type: 'call-accepted', call }, ...events]);
  if (!done.ok) throw new Error(done.error.message);
}

const keys = signingKeys(secret);
const http = createHttpClient();
const outbox = createOutbox(
  {
    store,
    owner,
    random: createNodeRandom(),
    post: http.post,
    after: (ms, fire) => at(clock, clock.nowMs() + ms, fire),
    wallMs: () => Date.now(),
    unseal: (sealed) => sealed,
    signingKeys: () => keys,
    onResult: () => undefined,
  },
  { perEndpoint: 128 },
);
outbox.wake();
process.stdout.write('ready -\n');
for (let first = 0; first < Number(count); first += 100) {
  const ids = Array.from({ length: Math.min(100, Number(count) - first) }, (_, index) => `call-${first + index}`);
  await Promise.all(ids.map(put));
  outbox.wake();
}
for (;;) {
  await outbox.idle();
  const next = await store.nextDueAtWallMs(owner, []);
  if (next.ok && next.value === undefined) break;
  await new Promise((resolve) => {
    setTimeout(resolve, 100);
  });
}
await outbox.close();
await store.close();
await http.close();
process.stdout.write('done\n');
