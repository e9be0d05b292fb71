import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { Environment } from '../../src/config/index.ts';
import { type ApiWorld, createWorld, startCallUrl } from './api-world.ts';

const timeouts = { headersMs: 200, requestMs: 300, checkEveryMs: 50, keepAliveMs: 200 };

async function listen(t: TestContext, environment: Environment = {}): Promise<{ world: ApiWorld; port: number }> {
  const world = createWorld({ timeouts, environment });
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  t.after(async () => world.app.close());
  const address = world.app.server.address();
  assert.ok(address !== null && typeof address === 'object');
  return { world, port: address.port };
}

/** Sends what it is told and gives everything that came back once the server has closed the connection. */
function untilClosed(port: number, send: (socket: Socket) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: '127.0.0.1', port }, () => send(socket));
    socket.on('data', (chunk) => chunks.push(chunk));
    // Being cut in the middle of a write shows as either of these.
    const isCut = (error: Error): boolean => 'code' in error && ['ECONNRESET', 'EPIPE'].includes(String(error.code));
    socket.on('error', (error) => (isCut(error) ? undefined : reject(error)));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}

const head = (contentLength: number): string =>
  `POST ${startCallUrl('x')} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${contentLength}\r\n\r\n`;

/** Writes a text one byte at a time, for as long as the socket lives. */
function trickle(socket: Socket, text: string): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (socket.writable && sent < text.length) socket.write(text.slice(sent, (sent += 1)));
    else clearInterval(timer);
  }, 20);
  socket.once('close', () => clearInterval(timer));
}

test(
  'slow and silent sockets are answered with 408 and cut, while a good client is served',
  { timeout: 20_000 },
  async (t) => {
    const { world, port } = await listen(t);
    const slow = Array.from({ length: 60 }, async (_, index) => {
      const kind = ['silent', 'slow head', 'slow body', 'stopped body'][index % 4] ?? 'silent';
      const answer = await untilClosed(port, (socket) => {
        if (kind === 'slow head') trickle(socket, head(10));
        if (kind === 'slow body') socket.write(head(500), () => trickle(socket, ' '.repeat(500)));
        if (kind === 'stopped body') socket.write(`${head(500)}{"to":`);
      });
      return { kind, answer };
    });
    const good = await fetch(`http://127.0.0.1:${port}${startCallUrl('x')}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"to":"tel:+15551234"}',
    });
    assert.equal(good.status, 200);
    await good.arrayBuffer();
    for (const { kind, answer } of await Promise.all(slow)) {
      assert.match(answer, /^HTTP\/1\.1 408 /, kind);
      assert.match(answer, /"code":"http\.timeout"/, kind);
    }
    assert.equal(world.orders.length, 1);
  },
);

test('connections over the cap are closed at once, and the API goes on when others have gone', async (t) => {
  const { world, port } = await listen(t);
  world.app.server.maxConnections = 5;
  const answers = Array.from({ length: 12 }, () => untilClosed(port, () => undefined));
  const all = await Promise.all(answers);
  assert.ok(all.filter((answer) => answer === '').length >= 7, 'closed without an answer');
  assert.ok(all.filter((answer) => answer.startsWith('HTTP/1.1 408 ')).length <= 5);
  const good = await fetch(`http://127.0.0.1:${port}/livez`);
  assert.equal(good.status, 200);
  await good.arrayBuffer();
});

test('bytes that are not HTTP and heads that are too large get an answer in the shape of the contract', async (t) => {
  const { port } = await listen(t);
  const rubbish = await untilClosed(port, (socket) => void socket.write('\u0016\u0003\u0001rubbish\r\n\r\n'));
  assert.match(rubbish, /^HTTP\/1\.1 400 [\s\S]*"code":"http\.bad-request"/);
  const large = await untilClosed(
    port,
    (socket) => void socket.write(`GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`),
  );
  assert.match(large, /^HTTP\/1\.1 431 [\s\S]*"code":"http\.headers-too-large"/);
  const [, headers = '', body = ''] = /^([\s\S]*?)\r\n\r\n([\s\S]*)$/.exec(large) ?? [];
  assert.match(headers, new RegExp(`content-length: ${body.length}`));
  assert.equal(JSON.parse(body).status, 431);
});

test('two heads with two lengths are refused, not guessed at', async (t) => {
  const { world, port } = await listen(t);
  const answer = await untilClosed(port, (socket) => {
    socket.write(
      `POST ${startCallUrl('x')} HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    );
  });
  assert.match(answer, /^HTTP\/1\.1 400 /);
  assert.deepEqual(world.orders, []);
});

test('a refused caller who keeps the body coming is answered at once and cut in time', async (t) => {
  const { world, port } = await listen(t, { REST_API_USERNAME: 'u', REST_API_PASSWORD: 'p' });
  const answer = await untilClosed(port, (socket) => {
    socket.write(head(1_000_000), () => trickle(socket, ' '.repeat(1000)));
  });
  assert.match(answer, /^HTTP\/1\.1 401 [\s\S]*www-authenticate: Basic realm="outdial", charset="UTF-8"/i);
  assert.deepEqual(world.orders, []);
});

test('closing gives every socket and timer back', async () => {
  const world = createWorld({ timeouts });
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  await world.app.close();
  assert.equal(world.app.server.listening, false);
});
