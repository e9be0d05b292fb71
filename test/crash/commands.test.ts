/** A command for a call reaches the gateway that has it, whichever of those that share a PostgreSQL was asked. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startPostgresql } from '../store/postgresql.ts';
import { startFarEnd } from './far-end.ts';
import { endAll, pause, startBot, startGatewayProcess } from './processes.ts';

after(endAll);

test('one gateway hangs up a call of another one', { timeout: 60_000 }, async () => {
  const postgresql = await startPostgresql();
  const [farEnd, bot] = [await startFarEnd(() => 100), await startBot()];
  const folder = await mkdtemp(join(tmpdir(), 'outdial-commands-'));
  try {
    const url = await postgresql.newDatabase();
    const start = (name: string, sipPort: string, rtpPorts: string): ReturnType<typeof startGatewayProcess> =>
      startGatewayProcess({
        ENABLE_OUTBOUND_CALLS: 'true',
        HTTP_PORT: '0',
        SIP_PORT: sipPort,
        RTP_UDP_PORT_RANGE: rtpPorts,
        OUTDIAL_DATA_DIR: join(folder, name),
        OUTDIAL_STORE_SECRET: 'a secret of this test alone',
        OUTDIAL_NODE_ID: name,
        DATABASE_URL: url,
        WATSON_CONVERSATION_URL: bot.url,
        POST_RESPONSE_TIMEOUT: '20000',
      });
    const [one, other] = [await start('one', '25071', '26000-26098'), await start('other', '25072', '26200-26298')];
    const json = { 'content-type': 'application/json' };
    const to = `sip:callee@127.0.0.1:${farEnd.port}`;
    const made = await fetch(`${one.httpUrl}/v1/tenants/t/calls`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ to }),
    });
    assert.equal(made.status, 202);
    const states = (): string[] => [...farEnd.calls.values()].map(({ state }) => state);
    for (let wait = 0; wait < 100 && states()[0] !== 'answered'; wait++) await pause(50);
    const place = `${other.httpUrl}${made.headers.get('location') ?? ''}/hangup`;
    // Answered at the far end; here when its ACK has gone.
    let status = 0;
    for (let attempt = 0; attempt < 20 && status !== 202; attempt++) {
      status = (await fetch(place, { method: 'POST', headers: json, body: '{}' })).status;
      if (status !== 202) await pause(100);
    }
    assert.equal(status, 202);
    for (let wait = 0; wait < 100 && states()[0] !== 'ended'; wait++) await pause(50);
    assert.deepEqual(states(), ['ended']);
  } finally {
    endAll();
    await Promise.allSettled([farEnd.close(), bot.close()]);
    await postgresql.dispose();
    await rm(folder, { recursive: true, force: true });
  }
});
