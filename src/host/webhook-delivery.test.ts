// Webhook lanes over the real HTTP client and real timers, against receivers that misbehave on real sockets.
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach, test } from 'node:test';
import { createWebhookLanes, type NotificationResult, type WebhookTarget } from '../webhooks/index.ts';
import { createHttpClient } from './http-client.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => {
      server.close(resolve);
    });
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

const serveHttp = (listener: RequestListener): Promise<string> => listen(createServer(listener));

/** Tells a receiver of two states and waits until both are settled. */
async function deliver(url: string, target: Partial<WebhookTarget> = {}): Promise<NotificationResult[]> {
  const results: NotificationResult[] = [];
  const client = createHttpClient();
  cleanups.push(() => client.close());
  const lanes = createWebhookLanes({
    post: client.post,
    after(_ms, fire) {
      // The pauses themselves are tested with simulated time.
      const timer = setTimeout(fire, 1);
      return () => {
        clearTimeout(timer);
      };
    },
    nowMs: () => performance.now(),
    onResult: (result) => results.push(result),
  });
  const slow = { url, readTimeoutMs: 5000, maxRetries: 1, ...target };
  lanes.send(slow, { vgwSessionID: 's-1', callState: 'started', failureReason: null });
  lanes.send(slow, { vgwSessionID: 's-1', callState: 'failed', failureReason: 'busy' });
  await lanes.idle();
  return results;
}

const summary = (results: readonly NotificationResult[]): unknown[] =>
  results.map(({ notification, outcome, attempts }) => [notification.callState, outcome, attempts]);

test('a receiver gets JSON with credentials, in order', async () => {
  const seen: unknown[] = [];
  const url = await serveHttp((request, response) => {
    request.setEncoding('utf8').on('data', (body: string) => {
      seen.push([request.method, request.headers['content-type'], request.headers.authorization, JSON.parse(body)]);
      response.writeHead(200).end();
    });
  });
  const results = await deliver(url, { username: 'gw', password: 'pw' });
  const head = ['POST', 'application/json', `Basic ${btoa('gw:pw')}`];
  assert.deepEqual(seen, [
    [...head, { vgwSessionID: 's-1', callState: 'started', failureReason: null }],
    [...head, { vgwSessionID: 's-1', callState: 'failed', failureReason: 'busy' }],
  ]);
  assert.deepEqual(summary(results), [
    ['started', 'delivered', 1],
    ['failed', 'delivered', 1],
  ]);
});

const givenUp = [
  ['started', 'given-up', 2],
  ['failed', 'given-up', 2],
];

test('a receiver that takes the request and drips its head is given up', async () => {
  const url = await listen(
    createTcpServer((socket) => {
      const timer = setInterval(() => socket.write('H'), 20);
      socket.once('close', () => {
        clearInterval(timer);
      });
    }),
  );
  assert.deepEqual(summary(await deliver(url, { readTimeoutMs: 100 })), givenUp);
});

test('a receiver that sends headers without end is given up', async () => {
  const url = await listen(
    createTcpServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('x-more: and more\r\n'), 10);
      socket.once('close', () => {
        clearInterval(timer);
      });
    }),
  );
  assert.deepEqual(summary(await deliver(url, { readTimeoutMs: 100 })), givenUp);
});

test('a receiver that said 200 and drips its body has been told, once', async () => {
  let requests = 0;
  const url = await serveHttp((_request, response) => {
    requests++;
    response.writeHead(200);
    const timer = setInterval(() => response.write('.'), 20);
    response.once('close', () => {
      clearInterval(timer);
    });
  });
  assert.deepEqual(summary(await deliver(url, { readTimeoutMs: 400 })), [
    ['started', 'delivered', 1],
    ['failed', 'delivered', 1],
  ]);
  assert.equal(requests, 2);
});

test('a redirect is not followed', async () => {
  const paths = new Set<unknown>();
  const url = await serveHttp((request, response) => {
    paths.add(request.url);
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  assert.deepEqual(summary(await deliver(url)), givenUp);
  assert.deepEqual([...paths], ['/hook']);
});

test('a port where nobody listens is given up with the reason', async () => {
  const server = createTcpServer();
  const url = await listen(server);
  await cleanups.pop()?.();
  const results = await deliver(url);
  assert.deepEqual(summary(results), givenUp);
  assert.match(results[0]?.reason ?? '', /refused the connection/);
});
