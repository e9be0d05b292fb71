import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createAuthorization } from '../authorization/index.ts';
import { createWatsonAssistantV1, watsonAssistantV1Options } from '../providers/watson-assistant-v1/index.ts';
import type { HttpPostOrder } from '../kit/index.ts';
import { listenOnLoopback } from './loopback-server.fixture.ts';
import { monotonicClock } from './monotonic-clock.ts';
import { createHttpClient, type HttpClient, type HttpClientOptions } from './http-client.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

function openClient(options: HttpClientOptions = {}): HttpClient {
  const client = createHttpClient(options);
  cleanups.push(() => client.close());
  return client;
}

async function listen(server: Server): Promise<string> {
  const listening = await listenOnLoopback(server);
  cleanups.push(() => listening.close());
  return listening.host;
}

const serveHttp = (listener: RequestListener): Promise<string> => listen(createServer(listener));
const serveTcp = (onSocket: (socket: Socket) => void): Promise<string> => listen(createTcpServer(onSocket));

/** A port on which nothing listens: it was free a moment ago. */
async function closedPort(): Promise<string> {
  const listening = await listenOnLoopback(createTcpServer());
  await listening.close();
  return listening.host;
}

const order = (host: string, more: Partial<HttpPostOrder> = {}): HttpPostOrder => ({
  url: `http://${host}/hook?a=1`,
  headers: { 'content-type': 'application/json' },
  body: '{"said":"ciào"}',
  connectTimeoutMs: 2000,
  readTimeoutMs: 2000,
  maxReplyBytes: 1000,
  signal: new AbortController().signal,
  ...more,
});

/** Writes `text` over and over, a piece at a time, until the peer has had enough. */
function drip(
  socket: { write(text: string): unknown; once(event: 'close', listener: () => void): unknown },
  text: string,
) {
  const timer = setInterval(() => socket.write(text), 20);
  socket.once('close', () => {
    clearInterval(timer);
  });
}

describe('the HTTP client', () => {
  test('posts what it is given and reads the reply', async () => {
    const seen: unknown[] = [];
    const host = await serveHttp((request, response) => {
      request.setEncoding('utf8').on('data', (body) => {
        seen.push([request.method, request.url, request.headers['content-type'], body]);
        response.writeHead(201).end('grüße');
      });
    });
    const beforeMs = monotonicClock.nowMs();
    const reply = await openClient().post(order(host));
    assert.ok(reply.ok);
    const { firstByteAtMs, ...rest } = reply.value;
    assert.deepEqual(rest, { status: 201, bodyText: 'grüße' });
    assert.ok(firstByteAtMs !== undefined && firstByteAtMs >= beforeMs && firstByteAtMs <= monotonicClock.nowMs());
    assert.deepEqual(seen, [['POST', '/hook?a=1', 'application/json', '{"said":"ciào"}']]);
  });

  test('uses one connection for one call after another', async () => {
    const ports = new Set<number | undefined>();
    const host = await serveHttp((request, response) => {
      ports.add(request.socket.remotePort);
      response.end();
    });
    const client = openClient();
    for (let turn = 0; turn < 3; turn++) {
      assert.ok((await client.post(order(host))).ok);
      // The connection is free again once the event loop has come round.
      await setImmediate();
    }
    assert.equal(ports.size, 1);
  });

  test('does not follow a redirect', async () => {
    const paths: unknown[] = [];
    const host = await serveHttp((request, response) => {
      paths.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const outcome = await openClient().post(order(host));
    assert.equal(outcome.ok && outcome.value.status, 302);
    assert.deepEqual(paths, ['/hook?a=1']);
  });

  const failures: readonly (readonly [name: string, serve: () => Promise<string>, kind: string, detail: RegExp])[] = [
    ['nothing listens', closedPort, 'connect', /refused the connection/],
    ['the peer never answers', () => serveTcp(() => {}), 'timeout', /within 150 ms/],
    [
      'the peer sends a byte now and then',
      () =>
        serveHttp((_request, response) => {
          response.writeHead(200);
          drip(response, '.');
        }),
      'timeout',
      /did not answer to the end/,
    ],
    [
      'the headers drip without end',
      () =>
        serveTcp((socket) => {
          socket.write('HTTP/1.1 200 OK\r\n');
          drip(socket, 'a: b\r\n');
        }),
      'timeout',
      /did not answer to the end/,
    ],
    [
      'the headers flood without end',
      () =>
        serveTcp((socket) => {
          socket.write('HTTP/1.1 200 OK\r\n');
          drip(socket, 'a: b\r\n'.repeat(5000));
        }),
      'malformed',
      /not HTTP/,
    ],
    [
      'the peer speaks something else',
      () => serveTcp((socket) => socket.write('SIP/2.0 200 OK\r\n\r\n')),
      'malformed',
      /not HTTP/,
    ],
    [
      'the peer closes amid the exchange',
      () => serveTcp((socket) => socket.on('data', () => socket.destroy())),
      'broken',
      /closed/,
    ],
    [
      'the peer announces a large body',
      () => serveHttp((_request, response) => response.writeHead(200, { 'content-length': 10_000_000 }).flushHeaders()),
      'too-large',
      /more than 1000 bytes/,
    ],
    [
      'the peer sends a large body in chunks',
      () => serveHttp((_request, response) => response.end('x'.repeat(10_000_000))),
      'too-large',
      /more than 1000 bytes/,
    ],
  ];
  for (const [name, serve, kind, detail] of failures) {
    test(`fails as ${kind} when ${name}`, async () => {
      const outcome = await openClient().post(order(await serve(), kind === 'timeout' ? { readTimeoutMs: 150 } : {}));
      assert.ok(!outcome.ok);
      assert.equal(outcome.error.kind, kind, outcome.error.detail);
      assert.match(outcome.error.detail, detail);
    });
  }

  test('tells the status of a reply that it could not read to the end', async () => {
    const host = await serveHttp((_request, response) => response.end('x'.repeat(5000)));
    const outcome = await openClient().post(order(host));
    assert.equal(!outcome.ok && outcome.error.status, 200);
  });

  test('a failed handshake is a failure to connect and says why', async () => {
    const host = await serveHttp((_request, response) => response.end());
    const outcome = await openClient().post(order(host, { url: `https://${host}/` }));
    assert.equal(!outcome.ok && outcome.error.kind, 'connect');
    assert.match(outcome.ok ? '' : outcome.error.detail, /does not speak TLS/);
  });

  test('a handshake that never ends is cut by the connect timeout', async () => {
    const host = await serveTcp(() => {});
    const outcome = await openClient().post(order(host, { url: `https://${host}/`, connectTimeoutMs: 100 }));
    assert.equal(!outcome.ok && outcome.error.kind, 'connect');
    assert.match(outcome.ok ? '' : outcome.error.detail, /within 100 ms/);
  });

  test('waiting for a free connection counts as connecting, and what was given up is never sent', async () => {
    const bodies: string[] = [];
    const replies: (() => void)[] = [];
    const host = await serveHttp((request, response) => {
      request.setEncoding('utf8').on('data', (body: string) => {
        bodies.push(body);
        replies.push(() => response.end());
      });
    });
    const client = openClient({ connectionsPerOrigin: 1 });
    const first = client.post(order(host, { body: 'first' }));
    const second = await client.post(order(host, { body: 'second', connectTimeoutMs: 200 }));
    assert.equal(!second.ok && second.error.kind, 'connect');
    for (const reply of replies) reply();
    assert.ok((await first).ok);
    await client.post(order(host, { body: 'third', readTimeoutMs: 500 }));
    assert.deepEqual(bodies, ['first', 'third']);
  });

  for (const url of ['', 'hook', '/hook', 'ftp://127.0.0.1/', 'http://']) {
    test(`"${url}" is a bad URL`, async () => {
      const outcome = await openClient().post(order('', { url }));
      assert.equal(!outcome.ok && outcome.error.kind, 'bad-url');
    });
  }

  test('a header that cannot be sent is refused as a value', async () => {
    const host = await serveHttp((_request, response) => response.end());
    const outcome = await openClient().post(order(host, { headers: { 'x-a': 'b\r\nc: d' } }));
    assert.ok(!outcome.ok);
  });

  test('abort ends it before and during the exchange', async () => {
    const controller = new AbortController();
    const host = await serveHttp(() => {
      controller.abort();
    });
    const client = openClient();
    const during = await client.post(order(host, { signal: controller.signal }));
    const before = await client.post(order(host, { signal: controller.signal }));
    for (const outcome of [during, before]) assert.equal(!outcome.ok && outcome.error.kind, 'aborted');
  });

  test('close cuts what is under way and frees every socket', async () => {
    const client = createHttpClient();
    const sockets: Socket[] = [];
    const host = await serveHttp((request) => {
      sockets.push(request.socket);
      void client.close();
    });
    for (let attempt = 0; attempt < 2; attempt++) {
      const outcome = await client.post(order(host));
      assert.equal(!outcome.ok && outcome.error.kind, 'aborted');
    }
    const [socket] = sockets;
    assert.ok(socket);
    if (!socket.destroyed) await once(socket, 'close');
    assert.equal(sockets.length, 1);
  });

  test('an address that is not allowed is never connected to, by number or by name', async () => {
    let connections = 0;
    const host = await serveTcp(() => connections++);
    const port = host.split(':')[1] ?? '';
    const client = openClient({
      judgeAddress: (address) => (address.startsWith('127.') || address === '::1' ? 'It is loopback.' : undefined),
    });
    for (const name of ['127.0.0.1', '0x7f.1', '2130706433', 'localhost', '[::1]']) {
      const outcome = await client.post(order('', { url: `http://${name}:${port}/` }));
      assert.equal(!outcome.ok && outcome.error.kind, 'not-allowed', name);
      assert.match(outcome.ok ? '' : outcome.error.detail, /allowed .*loopback/, name);
    }
    assert.equal(connections, 0);
    assert.ok((await openClient({ judgeAddress: () => undefined }).post(order(await serveHttp((_, r) => r.end())))).ok);
  });

  test('a detail names the host and no secret of the URL', async () => {
    const host = await closedPort();
    const outcome = await openClient().post(order(host, { url: `http://user:secret@${host}/token` }));
    assert.ok(!outcome.ok && outcome.error.detail.includes(host));
    assert.doesNotMatch(outcome.error.detail, /secret|token/);
  });
});

describe('a v1 bot over real sockets', () => {
  const ask = async (host: string, readTimeoutMs: number) => {
    const options = watsonAssistantV1Options.parse({
      url: `http://${host}/`,
      connectTimeoutMs: 2000,
      readTimeoutMs,
    });
    const { post } = openClient();
    const authorization = createAuthorization({ kind: 'none' }, { post, clock: monotonicClock });
    const service = createWatsonAssistantV1(options, post, authorization);
    return service.turn({ sessionId: 's', tenantId: 't', text: '', context: {} }, new AbortController().signal);
  };
  /** What the bot does on each request, in turn; the last entry goes on. */
  const botDoing = (...acts: RequestListener[]): { host: Promise<string>; count: () => number } => {
    let count = 0;
    const host = serveHttp((request, response) => {
      const act = acts[Math.min(count++, acts.length - 1)];
      request.resume().once('end', () => act?.(request, response));
    });
    return { host, count: () => count };
  };
  const greet: RequestListener = (_request, response) => response.end('{"output":{"text":"Hi."},"context":{}}');
  const fail: RequestListener = (_request, response) => response.writeHead(500).end('oops');
  const hang: RequestListener = () => {};
  const vanish: RequestListener = (request) => request.socket.destroy();

  for (const [name, acts, expected, requests] of [
    ['answers', [greet], 'ok', 1],
    ['answers 500, then well', [fail, greet], 'ok', 2],
    ['answers too late, then well', [hang, greet], 'ok', 2],
    ['closes the socket, then answers', [vanish, greet], 'ok', 2],
    ['always answers 500', [fail], 'bot.bad-status', 2],
    ['is always too late', [hang], 'bot.timeout', 2],
    ['always closes the socket', [vanish], 'bot.unreachable', 2],
    ['answers garbage', [(_, response) => response.end('\u0000\uFFFF{')], 'bot.bad-reply', 1],
    ['answers 10 MB', [(_, response) => response.end(`"${'x'.repeat(10_000_000)}"`)], 'bot.reply-too-large', 1],
    ['redirects', [(_, response) => response.writeHead(307, { location: '/' }).end()], 'bot.bad-status', 1],
  ] as const satisfies readonly (readonly [string, readonly RequestListener[], string, number])[]) {
    test(`a bot that ${name}: ${expected} after ${requests} requests`, async () => {
      const bot = botDoing(...acts);
      // Only where lateness is the point is the budget small.
      const reply = await ask(await bot.host, name.includes('late') ? 400 : 5000);
      assert.equal(reply.ok ? 'ok' : reply.error.code, expected);
      assert.equal(bot.count(), requests);
    });
  }
});
