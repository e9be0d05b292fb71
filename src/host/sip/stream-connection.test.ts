import assert from 'node:assert/strict';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { ConnectionLimits } from './connection.ts';
import { openStreamConnection } from './stream-connection.ts';

const lenient: ConnectionLimits = {
  messageMs: 60_000,
  firstMessageMs: 0,
  idleMs: 60_000,
  keepAliveMs: 0,
  waitingBytes: 1_000_000,
};

interface Pair {
  readonly connection: ReturnType<typeof openStreamConnection>;
  readonly peer: Socket;
  /** Why it ended. */
  readonly closed: Promise<string>;
  readonly messages: string[];
}

async function pair(t: TestContext, limits: Partial<ConnectionLimits>): Promise<Pair> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const accepted = new Promise<Socket>((resolve) => {
    server.once('connection', resolve);
  });
  const peer = connect((server.address() as AddressInfo).port, '127.0.0.1');
  peer.on('error', () => undefined);
  t.after(() => {
    peer.destroy();
    server.close();
  });
  const socket = await accepted;
  const messages: string[] = [];
  let tell: (reason: string) => void = () => undefined;
  const closed = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const connection = openStreamConnection(
    socket,
    { ...lenient, ...limits },
    {
      onMessage: (bytes) => {
        messages.push(new TextDecoder().decode(bytes));
      },
      onClosed: tell,
    },
  );
  return { connection, peer, closed, messages };
}

test('a message must be whole in time, however its bytes trickle in', async (t) => {
  const { peer, closed } = await pair(t, { messageMs: 120 });
  const trickle = setInterval(() => peer.write('x'), 20);
  t.after(() => {
    clearInterval(trickle);
  });
  assert.equal(await closed, 'no whole message came within 0.12 s');
});

test('an accepted connection must send something in time', async (t) => {
  const { closed } = await pair(t, { firstMessageMs: 50 });
  assert.equal(await closed, 'no whole message came within 0.05 s');
});

test('a connection without a word is closed', async (t) => {
  const { closed } = await pair(t, { idleMs: 50 });
  assert.equal(await closed, 'nothing came for 0.05 s');
});

test('a peer that does not read is cut off before it costs memory', async (t) => {
  const { connection, peer, closed } = await pair(t, { waitingBytes: 100_000 });
  peer.pause();
  const chunk = new Uint8Array(50_000);
  let written = 0;
  while (connection.write(chunk) && written < 100_000_000) written += chunk.length;
  assert.equal(await closed, 'it did not take 100000 bytes that wait for it');
});

test('RFC 5626 §4.4.1: an idle connection is kept alive by two line ends', async (t) => {
  const { peer } = await pair(t, { keepAliveMs: 20 });
  assert.equal((await new Promise<Buffer>((resolve) => peer.once('data', resolve))).toString(), '\r\n\r\n');
});

test('the end of the other side is told with who made it', async (t) => {
  const { peer, closed } = await pair(t, {});
  peer.end();
  assert.equal(await closed, 'the other side closed it');
});
