/** Sinks over the real HTTP client against collectors and databases on loopback that behave, and that do not. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { createHttpClient } from '../../src/host/index.ts';
import { createCollectorSink, createCouchSink, type QueuedReport } from '../../src/reporting/index.ts';

type Handle = (request: IncomingMessage, body: string, response: ServerResponse) => void;

interface Server {
  readonly url: string;
  readonly requests: { readonly path: string; readonly authorization: string | undefined; readonly body: string }[];
}

async function serve(t: TestContext, handle: Handle): Promise<Server> {
  const requests: Server['requests'] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      requests.push({ path: request.url ?? '', authorization: request.headers.authorization, body });
      handle(request, body, response);
    });
    request.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

function client(t: TestContext) {
  const http = createHttpClient();
  t.after(() => http.close());
  // The sinks wait for 15 s at most; no test should.
  return (order: Parameters<typeof http.post>[0]) => http.post({ ...order, readTimeoutMs: 300 });
}

const reports = (count: number): QueuedReport[] =>
  Array.from({ length: count }, (_, order) => ({
    id: `id-${order}`,
    sink: 'collector:t',
    sessionId: 's-1',
    document: { index: 'cdr', event: { order } },
    queuedAtWallMs: 0,
  }));
const ordersIn = (body: string): number[] =>
  body.split('\n').map((line) => (JSON.parse(line) as { event: { order: number } }).event.order);
const { signal } = new AbortController();
const types = (verdicts: readonly { readonly type: string }[]): string[] => verdicts.map(({ type }) => type);

test('collector: the exact URL, Basic with the token as password, envelopes one after the other', async (t) => {
  const server = await serve(t, (_request, _body, response) => response.end('{"text":"Success","code":0}'));
  const order = { url: `${server.url}/services/collector?x=1`, username: 'x', password: 'HEC-TOKEN', batchSize: 10 };
  const sink = createCollectorSink(order, client(t));
  assert.deepEqual(types(await sink.send(reports(3), signal)), ['sent', 'sent', 'sent']);
  const [request] = server.requests;
  assert.equal(request?.path, '/services/collector?x=1');
  assert.equal(request.authorization, `Basic ${Buffer.from('x:HEC-TOKEN').toString('base64')}`);
  assert.deepEqual(ordersIn(request.body), [0, 1, 2]);
});

test('collector: a poison report is found by halves and refused alone', async (t) => {
  const taken: number[] = [];
  const server = await serve(t, (_request, body, response) => {
    const orders = ordersIn(body);
    if (orders.includes(5)) {
      response.writeHead(400).end('{"code":6}');
      return;
    }
    taken.push(...orders);
    response.end('{}');
  });
  const sink = createCollectorSink({ url: server.url, batchSize: 10 }, client(t));
  const verdicts = await sink.send(reports(8), signal);
  assert.deepEqual(types(verdicts), ['sent', 'sent', 'sent', 'sent', 'sent', 'refused', 'sent', 'sent']);
  assert.deepEqual(
    taken.sort((a, b) => a - b),
    [0, 1, 2, 3, 4, 6, 7],
  );
  assert.equal(server.requests[0]?.authorization, undefined);
});

for (const [name, status, type] of [
  ['busy', 429, 'later'],
  ['timed out', 408, 'later'],
  ['down', 503, 'later'],
  ['elsewhere', 302, 'later'],
  ['a wrong token', 403, 'later'],
  ['no credentials', 401, 'later'],
  ['a wrong address', 404, 'later'],
  ['too large for any request', 413, 'refused'],
  ['no such index', 400, 'refused'],
] as const) {
  test(`collector: ${name} (${status}) means ${type}`, async (t) => {
    const server = await serve(t, (_request, _body, response) =>
      response.writeHead(status, { 'retry-after': '120', location: 'http://127.0.0.1:1/' }).end('secret words'),
    );
    const sink = createCollectorSink({ url: server.url, batchSize: 1 }, client(t));
    const [verdict] = await sink.send(reports(1), signal);
    assert.ok(verdict?.type === type);
    assert.ok(verdict.reason.includes(String(status)));
    assert.ok(!JSON.stringify(verdict).includes('secret'));
    if (verdict.type === 'later') assert.equal(verdict.afterMs, 120_000);
    assert.equal(server.requests.length, 1);
  });
}

test('collector: silence, rubbish, a broken connection and nobody there all mean later', async (t) => {
  const post = client(t);
  const handles: Handle[] = [
    () => undefined,
    (request) => void request.socket.end('rubbish\r\n\r\n'),
    (request) => void request.socket.destroy(),
    (_request, _body, response) => void response.writeHead(503, { 'retry-after': 'rubbish' }).write('x'),
  ];
  for (const handle of handles) {
    const server = await serve(t, handle);
    const sink = createCollectorSink({ url: server.url, batchSize: 5 }, post);
    assert.deepEqual(types(await sink.send(reports(2), signal)), ['later', 'later']);
  }
  const nobody = createCollectorSink({ url: 'http://127.0.0.1:1/', batchSize: 5 }, post);
  assert.deepEqual(types(await nobody.send(reports(1), signal)), ['later']);
});

test('collector: a 200 whose body never ends is a success', async (t) => {
  const server = await serve(t, (_request, _body, response) => void response.writeHead(200).write('{'));
  const sink = createCollectorSink({ url: server.url, batchSize: 5 }, client(t));
  assert.deepEqual(types(await sink.send(reports(1), signal)), ['sent']);
});

test('database: bulk documents under the ids of the reports; written twice is written', async (t) => {
  const server = await serve(t, (_request, _body, response) =>
    response.writeHead(201).end(
      JSON.stringify([
        { id: 'id-3', error: 'internal_server_error' },
        { ok: true, id: 'id-0', rev: '1-a' },
        { id: 'id-1', error: 'conflict', reason: 'Document update conflict.' },
        { id: 'id-2', error: 'forbidden', reason: 'a validation says no' },
      ]),
    ),
  );
  const order = { url: `${server.url}/`, database: 'cdr/2025', username: 'u', password: 'p', batchSize: 100 };
  const sink = createCouchSink(order, client(t));
  assert.deepEqual(types(await sink.send(reports(4), signal)), ['sent', 'sent', 'refused', 'later']);
  const [request] = server.requests;
  assert.equal(request?.path, '/cdr%2F2025/_bulk_docs');
  assert.equal(request.authorization, `Basic ${Buffer.from('u:p').toString('base64')}`);
  const { docs } = JSON.parse(request.body) as { docs: { _id: string; index: string; event: object }[] };
  assert.deepEqual(docs[3], { _id: 'id-3', index: 'cdr', event: { order: 3 } });
});

test('database: there yet or not, an answer of another kind, and one bad document', async (t) => {
  const post = client(t);
  const missing = await serve(t, (_request, _body, response) => response.writeHead(404).end('{"error":"not_found"}'));
  const order = { database: 'cdr', batchSize: 100 };
  assert.deepEqual(types(await createCouchSink({ ...order, url: missing.url }, post).send(reports(2), signal)), [
    'later',
    'later',
  ]);
  const odd = await serve(t, (_request, _body, response) => response.writeHead(201).end('<html>'));
  assert.deepEqual(types(await createCouchSink({ ...order, url: odd.url }, post).send(reports(2), signal)), [
    'sent',
    'sent',
  ]);
  const picky = await serve(t, (_request, body, response) =>
    body.includes('"order":1') ? response.writeHead(400).end() : response.writeHead(201).end('[]'),
  );
  assert.deepEqual(types(await createCouchSink({ ...order, url: picky.url }, post).send(reports(3), signal)), [
    'sent',
    'refused',
    'sent',
  ]);
});
