import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { DestinationPolicy } from '../policy/index.ts';
import { createCheckedFetch } from './checked-fetch.ts';

const policy: DestinationPolicy = { internal: 'allowed', allowNetworks: [], own: { addresses: [], ports: [] } };

test('an address is reached where the policy allows it, and not even connected to where it does not', async (context) => {
  let connections = 0;
  const server = createServer((_request, response) => response.end('audio'));
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const signal = AbortSignal.timeout(5000);
  const allowed = await createCheckedFetch(policy)(`http://127.0.0.1:${port}/`, { signal });
  assert.equal(await allowed.text(), 'audio');
  assert.equal(connections, 1);
  const refusing: readonly (DestinationPolicy | undefined)[] = [
    { ...policy, internal: 'refused' },
    { ...policy, own: { addresses: [], ports: [port] } },
    undefined,
  ];
  for (const strict of refusing) {
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433']) {
      await assert.rejects(createCheckedFetch(strict)(`http://${host}:${port}/`, { signal }), host);
    }
  }
  assert.equal(connections, 1);
});
