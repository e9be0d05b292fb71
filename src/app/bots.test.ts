import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { readSettings } from '../config/index.ts';
import { changeBot, createTenantDirectory } from '../tenants/index.ts';
import { botOf } from './bots.ts';
import { createDestinations } from './destinations.ts';

const turn = { sessionId: 's', tenantId: '+1', text: 'hi', context: {} };

/** A bot on loopback, and a tenant of many whose first bot is out of reach and whose second one it is. */
async function withBot(
  use: (url: string, asked: () => number, destinations: ReturnType<typeof createDestinations>) => Promise<void>,
): Promise<void> {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    response.end(JSON.stringify({ output: { text: ['Hi.'] }, context: {} }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const read = readSettings({ MULTI_TENANT_CONFIG_FILE: '/t.json' });
  assert.ok(read.ok);
  const destinations = createDestinations(read.value.settings);
  try {
    await use(`http://127.0.0.1:${port}/turn`, () => asked, destinations);
  } finally {
    await destinations.close();
    server.closeAllConnections();
    server.close();
  }
}

function tenantWith(conversation: unknown) {
  const read = readSettings({ MULTI_TENANT_CONFIG_FILE: '/t.json' });
  assert.ok(read.ok);
  const text = JSON.stringify({ tenants: [{ tenantURI: '+1', conversation }] });
  const directory = createTenantDirectory(read.value.settings, text);
  assert.ok(directory.ok);
  return directory.value.tenants[0] ?? assert.fail();
}

test('a bot that is down is replaced by the next one of the list', async () => {
  await withBot(async (url, _asked, destinations) => {
    const tenant = tenantWith([{ name: 'dead', url: 'http://127.0.0.1:9/' }, { url }]);
    const bot = botOf(tenant, new Map(), destinations);
    const first = await bot.turn(turn, new AbortController().signal);
    assert.ok(first.ok, JSON.stringify(first));
    assert.equal(first.value.provider, 'conversation[1]');
    assert.match(first.value.problems.join(), /The bot "dead" failed: .*The bot "conversation\[1\]" answers/);
  });
});

test('a URL that a bot names reaches only what a request may reach', async () => {
  await withBot(async (url, asked, destinations) => {
    const operators = tenantWith({ url });
    const signal = new AbortController().signal;
    assert.ok((await botOf(operators, new Map(), destinations).turn(turn, signal)).ok);
    assert.equal(asked(), 1);
    const changed = changeBot(operators, { url: url.replace('/turn', '/other') });
    assert.ok(changed.ok);
    const refused = await botOf(changed.value, new Map(), destinations).turn(turn, signal);
    assert.equal(!refused.ok && refused.error.code, 'bot.unreachable');
    assert.equal(asked(), 1);
  });
});
