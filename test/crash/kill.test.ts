/**
 * Promises R1, R6 and R9: a gateway that is killed (SIGKILL) again and again while calls come in, ring, talk and end. Every call that
 * was answered 200 reaches one end, told once, in order and signed, has one record, and leaves no far end in a dialog.
 *
 * `CRASH_KILLS=1000 npm run test:crash` for the long run; `DATABASE_URL` for PostgreSQL instead of SQLite.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openStoreOf } from './call-world.ts';
import { type FarEnd, startFarEnd } from './far-end.ts';
import { endAll, freePort, type GatewayProcess, pause, startBot, startGatewayProcess } from './processes.ts';
import { findFaults, type Receiver, startReceiver } from './receiver.ts';

const kills = Number(process.env['CRASH_KILLS'] ?? 25);
const secret = `whsec_${Buffer.from('k'.repeat(32)).toString('base64')}`;
/** How long every far end may have to wait for its BYE after a restart. */
const byeLimitMs = 30_000;
const cancelLimitMs = 34_000;

describe(`a gateway that is killed ${kills} times`, () => {
  let folder: string;
  let farEnd: FarEnd;
  let bot: Awaited<ReturnType<typeof startBot>>;
  let receiver: Receiver;
  let environment: Record<string, string>;
  const accepted: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outdial-crash-'));
    farEnd = await startFarEnd((callId) => Number.parseInt(callId.slice(0, 2), 16) * 2);
    bot = await startBot();
    receiver = await startReceiver(secret, 9);
    environment = {
      ENABLE_OUTBOUND_CALLS: 'true',
      HTTP_PORT: '0',
      SIP_PORT: String(await freePort()),
      RTP_UDP_PORT_RANGE: '20000-22998',
      OUTDIAL_DATA_DIR: folder,
      OUTDIAL_STORE_SECRET: 'a secret of this test alone',
      OUTDIAL_WEBHOOK_SECRETS: secret,
      WATSON_CONVERSATION_URL: bot.url,
      OUTBOUND_CALLS_STATUS_WEBHOOK: receiver.url,
      POST_RESPONSE_TIMEOUT: '300',
      ...(process.env['DATABASE_URL'] === undefined ? {} : { DATABASE_URL: process.env['DATABASE_URL'] }),
    };
  });

  after(async () => {
    endAll();
    await Promise.allSettled([farEnd.close(), bot.close(), receiver.close()]);
    await rm(folder, { recursive: true, force: true });
  });

  it('takes calls and dies, again and again', async () => {
    for (let life = 0; life < kills; life++) {
      const gateway = await startGatewayProcess(environment);
      const dying = new AbortController();
      const callers = Promise.all(
        Array.from({ length: 3 }, async () => {
          while (!dying.signal.aborted) {
            const sessionId = await call(gateway, farEnd.port);
            if (sessionId !== undefined) accepted.push(sessionId);
            await pause(15);
          }
        }),
      );
      // From before the first INVITE to well into conversations.
      await pause(200 + ((life * 137) % 900));
      dying.abort();
      await gateway.end('SIGKILL');
      await callers;
    }
    assert.ok(accepted.length > kills * 3, `only ${accepted.length} calls were accepted`);
  });

  it('the next life ends every far end, within 30 s', async () => {
    const gateway = await startGatewayProcess(environment);
    const restartedAtMs = performance.now();
    const isOpen = (): string[] =>
      [...farEnd.calls.values()]
        .filter(({ endedAtMs }) => endedAtMs === undefined)
        .map(({ callId, state }) => `${callId} ${state}`);
    while (isOpen().length > 0 && performance.now() - restartedAtMs < byeLimitMs) await pause(100);
    assert.deepEqual(isOpen(), [], `far ends that nobody ended: ${gateway.output().slice(-6000)}`);
    // A CANCEL that finds nothing waits for a late answer (64 T1, RFC 3261 §9.1) before its call is over.
    await pause(Math.max(0, cancelLimitMs - (performance.now() - restartedAtMs)));
    // What is still to be told is told within the first retries, also of the calls that ended just now.
    const isTold = (): boolean => accepted.every((id) => findFaults(id, receiver.received).length === 0);
    for (let wait = 0; wait < 600 && !isTold(); wait++) await pause(100);
    await gateway.end('SIGTERM');
  });

  it('every accepted call was told of: in order, one end, every signature genuine', () => {
    assert.deepEqual(receiver.bad, []);
    assert.deepEqual(
      accepted.flatMap((id) => findFaults(id, receiver.received)),
      [],
    );
    const known = new Set(accepted);
    const strangers = receiver.received.filter(
      ({ vgwSessionID, webhookId }) => !known.has(vgwSessionID) && !webhookId.startsWith(`msg_${vgwSessionID}_`),
    );
    assert.deepEqual(strangers, []);
  });

  it('every accepted call has a terminal state and one record in the store', async () => {
    const store = await openStoreOf(environment);
    const without: string[] = [];
    for (const id of accepted) {
      const [call, record] = [await store.call(id), await store.record(id)];
      assert.ok(call.ok && record.ok);
      const isOver = call.value?.endedAtWallMs !== undefined && ['ended', 'failed'].includes(call.value.state);
      if (!isOver || record.value?.['vgwSessionID'] !== id) without.push(`${id}: ${call.value?.state ?? 'unknown'}`);
    }
    await store.close();
    assert.deepEqual(without, []);
  });
});

/** The session id, or undefined when it was not answered 200: the gateway died first. */
async function call(gateway: GatewayProcess, port: number): Promise<string | undefined> {
  try {
    const response = await fetch(`${gateway.httpUrl}/vgw/outboundCalls/t/startOutboundCall`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        to: `sip:callee@127.0.0.1:${port}`,
        context: { kind: Math.random() < 0.5 ? 'short' : 'long' },
      }),
      signal: AbortSignal.timeout(5000),
    });
    const body = (await response.json()) as { vgwSessionID?: string };
    return response.status === 200 ? body.vgwSessionID : undefined;
  } catch {
    return undefined;
  }
}
