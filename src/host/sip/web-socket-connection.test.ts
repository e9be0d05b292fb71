import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import type { ConnectionLimits } from './connection.ts';
import { openWebSocketConnection } from './web-socket-connection.ts';

const limits: ConnectionLimits = {
  messageMs: 60_000,
  firstMessageMs: 0,
  idleMs: 60_000,
  keepAliveMs: 20,
  waitingBytes: 1_000_000,
};

/** Ours is the accepted one; `closed` says why it ended. */
async function pair(t: TestContext, answersPings: boolean): Promise<{ peer: WebSocket; closed: Promise<string> }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  const accepted = new Promise<WebSocket>((resolve) => {
    server.once('connection', resolve);
  });
  const peer = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
    autoPong: answersPings,
  });
  peer.on('error', () => undefined);
  t.after(() => {
    peer.terminate();
    server.close();
  });
  const socket = await accepted;
  const closed = new Promise<string>((resolve) => {
    openWebSocketConnection(socket, limits, { onMessage: () => undefined, onClosed: resolve });
  });
  return { peer, closed };
}

test('RFC 7118 §6, RFC 6455 §5.5.2: a WebSocket is pinged, and stays as long as pongs come', async (t) => {
  const { peer, closed } = await pair(t, true);
  const pinged = async (): Promise<string> => {
    for (let count = 0; count < 5; count += 1) await new Promise((resolve) => peer.once('ping', resolve));
    return 'pinged five times';
  };
  assert.equal(await Promise.race([pinged(), closed]), 'pinged five times');
});

test('RFC 7118 §6: a WebSocket whose peer answers no ping is closed', async (t) => {
  const { closed } = await pair(t, false);
  assert.equal(await closed, 'it did not answer a ping');
});

test('RFC 6455 §5.5.3: a ping of the other side is answered by a pong with its data', async (t) => {
  const { peer } = await pair(t, true);
  await new Promise((resolve) => peer.once('open', resolve));
  const pong = new Promise<string>((resolve) => {
    peer.once('pong', (data: Buffer) => {
      resolve(data.toString());
    });
  });
  peer.ping('still there?');
  assert.equal(await pong, 'still there?');
});
