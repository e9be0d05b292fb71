import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { WebSocketServer } from 'ws';
import type { WebSocketEnd, WebSocketListener } from '../kit/index.ts';
import { createWebSocketClient, type WebSocketClientOptions } from './web-socket-client.ts';

async function serve(t: TestContext): Promise<{ readonly server: WebSocketServer; readonly port: number }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    for (const peer of server.clients) peer.terminate();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/** Opens a socket and waits for its end. */
function open(url: string, options: WebSocketClientOptions = {}, listener: Partial<WebSocketListener> = {}) {
  let connection: ReturnType<ReturnType<typeof createWebSocketClient>> | undefined;
  const ended = new Promise<WebSocketEnd>((resolve) => {
    const order = { url, headers: {}, connectTimeoutMs: 500, maxMessageBytes: 1000 };
    connection = createWebSocketClient(options)(order, {
      onOpen: () => undefined,
      onText: () => undefined,
      onBinary: () => undefined,
      ...listener,
      onEnd: resolve,
    });
  });
  assert.ok(connection !== undefined);
  return { connection, ended };
}

test('messages both ways, and a goodbye', async (t) => {
  const { server, port } = await serve(t);
  server.on('connection', (peer) => {
    peer.on('message', (data, isBinary) => peer.send(data, { binary: isBinary }));
  });
  const got: string[] = [];
  const listener = {
    onText: (text: string): void => void got.push(text),
    onBinary: (bytes: Uint8Array): void => {
      got.push([...bytes].join());
      connection.close();
    },
  };
  const { connection, ended } = open(`ws://127.0.0.1:${port}/`, {}, { ...listener, onOpen: () => send() });
  const send = (): void => {
    const bytes = Uint8Array.of(1, 2, 3);
    connection.send('hello');
    connection.send(bytes);
    // It may be used again at once.
    bytes.fill(9);
  };
  connection.send('before it is open nothing is sent');
  const end = await ended;
  assert.deepEqual([got, end.kind], [['hello', '1,2,3'], 'aborted']);
  connection.send('after the end nothing is sent');
  connection.close();
});

test('an address against the policy is not connected to, as an address or behind a name', async (t) => {
  const { server, port } = await serve(t);
  let connections = 0;
  server.on('connection', () => (connections += 1));
  const judgeAddress = (address: string): string | undefined => (address === '127.0.0.1' ? 'Loopback.' : undefined);
  const literal = await open(`ws://127.0.0.1:${port}/`, { judgeAddress }).ended;
  const named = await open(`ws://inside.test:${port}/`, {
    judgeAddress,
    resolve: (_name, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
  }).ended;
  assert.deepEqual([literal.kind, named.kind, connections], ['not-allowed', 'not-allowed', 0]);
  assert.match(named.detail, /inside\.test:\d+ resolves to no allowed address/);
  const allowed = open(`ws://outside.test:${port}/`, {
    resolve: (_name, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
  });
  server.once('connection', (peer) => peer.close(4001));
  assert.deepEqual([(await allowed.ended).code, connections], [4001, 1]);
});

test('every end has its kind, and no detail shows a path or credentials', async (t) => {
  const { server, port } = await serve(t);
  const silent = createServer();
  silent.listen(0, '127.0.0.1');
  const http = createServer((socket: Socket) => {
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n');
  });
  http.listen(0, '127.0.0.1');
  await Promise.all([silent, http].map((each) => new Promise((resolve) => each.once('listening', resolve))));
  t.after(() => {
    silent.close();
    http.close();
  });
  const at = (listening: typeof silent): string => `127.0.0.1:${(listening.address() as AddressInfo).port}`;
  const long = `ws://127.0.0.1:${port}/secret`;
  server.on('connection', (peer, { url }) => {
    if (url === '/secret') peer.send('x'.repeat(2000));
    else peer.terminate();
  });
  const ends = await Promise.all(
    [
      'http://example.test/secret',
      'no url secret',
      'ws://127.0.0.1:1/secret',
      `ws://user:secret@${at(silent)}/secret`,
      `ws://${at(http)}/secret`,
      `ws://127.0.0.1:${port}/cut?secret`,
      long,
    ].map((url) => open(url).ended),
  );
  assert.deepEqual(
    ends.map(({ kind }) => kind),
    ['bad-url', 'bad-url', 'connect', 'connect', 'refused', 'broken', 'malformed'],
  );
  assert.equal(ends[4]?.status, 302);
  for (const { detail } of ends) assert.ok(!detail.includes('secret'), detail);
});

test('a peer that answers no ping is gone', async (t) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: false });
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    for (const peer of server.clients) peer.terminate();
    server.close();
  });
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const end = await open(url, { heartbeatMs: 30 }).ended;
  assert.equal(end.kind, 'silent');
});
