/** A command for a call reaches the gateway that has it, whichever of those that share a PostgreSQL was asked. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startPostgresql } from '../store/postgresql.ts';
import { createCallWorld } from './call-world.ts';
import { endAll, pause } from './processes.ts';

after(endAll);

test('one gateway hangs up a call of another one', { timeout: 60_000 }, async () => {
  const [postgresql, world] = [await startPostgresql(), await createCallWorld({ ringMs: 100 })];
  const { farEnd } = world;
  try {
    const settings = { DATABASE_URL: await postgresql.newDatabase(), POST_RESPONSE_TIMEOUT: '20000' };
    const [one, other] = [await world.startNode('one', settings), await world.startNode('other', settings)];
    const json = { 'content-type': 'application/json' };
    const to = `sip:callee@127.0.0.1:${farEnd.port}`;
    const made = await fetch(`${one.process.httpUrl}/v1/tenants/t/calls`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ to }),
    });
    assert.equal(made.status, 202);
    const states = (): string[] => [...farEnd.calls.values()].map(({ state }) => state);
    for (let wait = 0; wait < 100 && states()[0] !== 'answered'; wait++) await pause(50);
    const place = `${other.process.httpUrl}${made.headers.get('location') ?? ''}/hangup`;
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
    await world.close();
    await postgresql.dispose();
  }
});
