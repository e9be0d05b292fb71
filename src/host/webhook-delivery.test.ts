// The outbox over the real HTTP client and real timers, against receivers that misbehave on real sockets.
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type Server } from 'node:net';
import { afterEach, test } from 'node:test';
import { seededRandom } from '../kit/index.ts';
import { type Change, createMemoryStore, type Owner } from '../store/index.ts';
import { createOutbox, type DeliveryResult, printTarget, type WebhookTarget } from '../webhooks/index.ts';
import { createHttpClient } from './http-client.ts';
import { listenOnLoopback } from './loopback-server.fixture.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function listen(server: Server): Promise<string> {
  const listening = await listenOnLoopback(server);
  cleanups.push(() => listening.close());
  return `http://${listening.host}/hook`;
}

const serveHttp = (listener: RequestListener): Promise<string> => listen(createServer(listener));

/** Tells a receiver of two states and waits until both are settled. */
async function deliver(url: string, target: Partial<WebhookTarget> = {}): Promise<DeliveryResult[]> {
  const results: DeliveryResult[] = [];
  const client = createHttpClient();
  const store = createMemoryStore();
  const joined = await store.joinNode('n', Date.now() + 60_000);
  assert.ok(joined.ok);
  const owner = joined.value;
  const settled = new Promise<void>((resolve) => {
    const outbox = createOutbox({
      store,
      owner,
      random: seededRandom(1),
      post: client.post,
      after(_ms, fire) {
        // The pauses themselves are tested with simulated time; here none is waited for.
        const timer = setTimeout(fire, 1);
        return () => {
          clearTimeout(timer);
        };
      },
      // Time flies, so that what was postponed is due.
      wallMs: () => Date.now() + 60_000 * results.length,
      unseal: (sealed) => sealed,
      signingKeys: () => [],
      onResult: (result) => {
        results.push(result);
        if (results.filter(({ outcome }) => outcome !== 'postponed').length === 2) resolve();
      },
    });
    cleanups.push(async () => {
      await outbox.close();
      await client.close();
    });
    void store
      .commit(notifications(owner, { url, trust: 'request', connectTimeoutMs: 3000, ...patient, ...target }))
      .then(() => {
        outbox.wake();
      });
  });
  await settled;
  return results;
}

const patient = { readTimeoutMs: 5000, maxRetries: 1, windowMs: 0 };

function notifications(owner: Owner, target: WebhookTarget): Change[] {
  const endpoint = { key: 'e', target: printTarget(target) };
  const names = { sessionId: 's-1', tenantId: 't' };
  const call = { ...names, owner, to: 'sip:a@b', from: 'sip:c@d', acceptedAtWallMs: 0, endpoint, facts: {} };
  return [
    { type: 'call-accepted', call },
    ...['started', 'failed'].map((callState, index) => {
      const data = { callState, failureReason: callState === 'failed' ? 'busy' : null };
      const event = { ...names, sequence: index + 1, type: `call.${callState}`, atWallMs: 0, data };
      return { type: 'event', owner, endpoint, event } as const;
    }),
  ];
}

const summary = (results: readonly DeliveryResult[]): unknown[] =>
  results
    .filter(({ outcome }) => outcome !== 'postponed')
    .map(({ event, outcome, attempts }) => [event.data['callState'], outcome, attempts]);

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
  const common = { vgwSessionID: 's-1', tenantID: 't', timestamp: '1970-01-01T00:00:00.000Z', data: {} };
  assert.deepEqual(seen, [
    [...head, { ...common, callState: 'started', failureReason: null, type: 'call.started', sequence: 1 }],
    [...head, { ...common, callState: 'failed', failureReason: 'busy', type: 'call.failed', sequence: 2 }],
  ]);
  assert.deepEqual(summary(results), [
    ['started', 'delivered', 1],
    ['failed', 'delivered', 1],
  ]);
});

const givenUp = [
  ['started', 'dead', 2],
  ['failed', 'dead', 2],
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
