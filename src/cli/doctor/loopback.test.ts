import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readSettings } from '../../config/index.ts';
import { checkWritableDirectory, createHttpClient, type HttpClient, monotonicClock } from '../../host/index.ts';
import { seededRandom } from '../../kit/index.ts';
import type { Dns } from '../../sip/index.ts';
import { examine } from './doctor.ts';
import { type DoctorWorld, planChecks } from './plan-checks.ts';
import { checkHttpPort, checkRtpPorts, checkSipPort } from './port-checks.ts';
import { connectOnce, dateOf, readTlsFile } from './run-doctor.ts';
import { pingTrunk } from './trunk-check.ts';

const bounded = { timeout: 20_000 };
const host = '127.0.0.1';

async function udpPeer(
  context: TestContext,
  onRequest: (request: string, answer: (text: string) => void) => void = () => undefined,
): Promise<{ port: number; requests: string[]; socket: Socket }> {
  const socket = createSocket('udp4');
  const requests: string[] = [];
  socket.on('message', (bytes, { address, port }) => {
    requests.push(bytes.toString());
    onRequest(bytes.toString(), (text) => {
      socket.send(text, port, address);
    });
  });
  socket.bind(0, host);
  await once(socket, 'listening');
  context.after(() => socket.close());
  return { port: socket.address().port, requests, socket };
}

/** An answer with what must come back of a request. */
function answerTo(request: string, startLine: string): string {
  const kept = request.split('\r\n').filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/.test(line));
  return [startLine, ...kept, 'Content-Length: 0', '', ''].join('\r\n');
}

async function ping(port: number, limitMs = 10_000, signal = new AbortController().signal) {
  const trunk = { host: 'trunk.test', port };
  return pingTrunk({ trunk, address: host, userAgent: 'outdial/1', random: seededRandom(3), limitMs }, signal);
}

test('a trunk that answers is up, whatever it answers', bounded, async (context) => {
  for (const line of ['SIP/2.0 200 OK', 'SIP/2.0 404 Not Found', 'SIP/2.0 503 Service Unavailable']) {
    const peer = await udpPeer(context, (request, answer) => {
      answer('nonsense');
      answer(answerTo(request, 'SIP/2.0 100 Trying'));
      answer(answerTo(request, line));
    });
    const { status, detail } = await ping(peer.port);
    assert.deepEqual([status, detail], ['good', `trunk.test:${peer.port} answered ${line.slice(8)}`]);
    assert.match(
      peer.requests[0] ?? '',
      /^OPTIONS sip:trunk\.test:\d+ SIP\/2\.0\r\nVia: SIP\/2\.0\/UDP 127\.0\.0\.1:\d+;/,
    );
  }
});

test('an answer that comes late still counts: the request is repeated', bounded, async (context) => {
  let count = 0;
  const peer = await udpPeer(context, (request, answer) => {
    count += 1;
    if (count === 2) answer(answerTo(request, 'SIP/2.0 200 OK'));
  });
  assert.equal((await ping(peer.port)).status, 'good');
  assert.equal(peer.requests.length, 2);
  assert.equal(peer.requests[0], peer.requests[1], 'the same bytes');
});

test('a silent trunk, one that never finishes, and one that is not there', bounded, async (context) => {
  const silent = await udpPeer(context);
  const { status, detail } = await ping(silent.port, 60);
  assert.deepEqual([status, detail], ['bad', `trunk.test:${silent.port} is silent`]);
  const trying = await udpPeer(context, (request, answer) => {
    answer(answerTo(request, 'SIP/2.0 100 Trying'));
  });
  assert.match((await ping(trying.port, 400)).detail, /began to answer/);
  const gone = createSocket('udp4').bind(0, host);
  await once(gone, 'listening');
  const { port } = gone.address();
  await new Promise<void>((resolve) => gone.close(() => resolve()));
  assert.match((await ping(port)).detail, /nothing listens there/);
  assert.equal((await ping(silent.port, 10_000, AbortSignal.timeout(1))).status, 'bad', 'the doctor may give up first');
});

test('ports: free, taken, not of this machine', bounded, async (context) => {
  const { port } = await udpPeer(context);
  const taken = await checkSipPort({ sipBindHost: host, sipPort: port });
  assert.equal(taken.status, 'bad');
  assert.match(`${taken.detail} ${taken.fix}`, /EADDRINUSE.*SIP_PORT/);
  assert.equal((await checkSipPort({ sipBindHost: host, sipPort: 0 })).status, 'good');
  const listener = createTcpServer();
  await new Promise<void>((resolve) => {
    listener.listen(0, host, resolve);
  });
  const { port: sipTcpPort } = listener.address() as AddressInfo;
  const tcpTaken = await checkSipPort({ sipBindHost: host, sipPort: 0, sipTcpPort });
  listener.close();
  assert.equal(tcpTaken.status, 'bad');
  assert.match(JSON.stringify(tcpTaken), new RegExp(`TCP ${host}:${sipTcpPort}.*SIP_PORT_TCP`));
  const foreign = await checkSipPort({ sipBindHost: '192.0.2.1', sipPort: 0 });
  assert.match(foreign.detail, /not an address of this machine/);

  const server = await httpServer(context);
  const http = await checkHttpPort({ httpHost: host, httpPort: portOf(server) });
  assert.match(http.detail, /EADDRINUSE/);
  assert.equal((await checkHttpPort({ httpHost: host, httpPort: 0 })).status, 'good');

  const rtpHost = '127.0.0.9';
  const call = createSocket('udp4').bind(40_912, rtpHost);
  context.after(() => call.close());
  await once(call, 'listening');
  const range = { rtpBindHost: rtpHost, maxSessions: 0 };
  const rtp = await checkRtpPorts({ ...range, rtpPorts: { first: 40_910, last: 40_915 } });
  assert.deepEqual([rtp.status, rtp.detail], ['bad', '1 of 3 ports tried: EADDRINUSE, in use (40912)']);
  const beside = await checkRtpPorts({ ...range, rtpPorts: { first: 40_913, last: 40_960 } });
  assert.deepEqual([beside.status, beside.detail], ['good', 'ports for 23 calls; 8 of them tried']);
  const few = await checkRtpPorts({
    rtpBindHost: '127.0.0.9',
    rtpPorts: { first: 40_901, last: 40_905 },
    maxSessions: 3,
  });
  assert.match(few.detail, /ports for 2 calls, MAX_SESSIONS allows 3/);
});

async function httpServer(context: TestContext, onRequest?: (method: string, url: string) => void): Promise<Server> {
  const server = createServer((request, response) => {
    onRequest?.(request.method ?? '', request.url ?? '');
    response.setHeader('date', 'Thu, 01 Jan 2026 12:00:00 GMT');
    response.writeHead(404).end();
  });
  server.listen(0, host);
  await once(server, 'listening');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

test('a connection, a date, a certificate file', bounded, async (context) => {
  const requests: string[] = [];
  const server = await httpServer(context, (method, url) => requests.push(`${method} ${url}`));
  await connectOnce(host, portOf(server));
  assert.equal(await dateOf(`http://${host}:${portOf(server)}`), 'Thu, 01 Jan 2026 12:00:00 GMT');
  assert.deepEqual(requests, ['HEAD /'], 'a connection alone asks nothing');
  await assert.rejects(connectOnce(host, 1));
  const folder = await mkdtemp(join(tmpdir(), 'outdial-doctor-'));
  context.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'key.pem'), '-----BEGIN PRIVATE KEY-----\n');
  assert.deepEqual(await readTlsFile(join(folder, 'key.pem')), { validToMs: undefined });
  await writeFile(join(folder, 'cert.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  await assert.rejects(readTlsFile(join(folder, 'cert.pem')));
  await assert.rejects(readTlsFile(join(folder, 'none.pem')), /ENOENT/);
});

function loopbackWorld(http: HttpClient, environment: Record<string, string>): DoctorWorld {
  return {
    environment,
    localAddresses: [host],
    clock: { nowMs: () => monotonicClock.nowMs(), wallMs: () => Date.UTC(2026, 0, 1, 12, 0, 2) },
    random: seededRandom(1),
    http,
    resolve: async (name) => [name],
    openDns: () => loopbackDns,
    connect: connectOnce,
    dateOf,
    openEngines: () => Promise.reject(new Error('none in this test')),
    openVoiceProgram: () => assert.fail(),
    checkWritable: (path) => checkWritableDirectory(path, 4000),
    freeBytes: async () => 5e9,
    readTlsFile,
    readLimits: async () => 'Max open files            4096                 4096                 files\n',
  };
}

/** Where the trunk of a test is. */
let trunkPort = 0;

/** Knows one name, by an SRV record. */
const loopbackDns: Dns = {
  naptr: () => Promise.resolve({ kind: 'none' }),
  srv: (name) =>
    Promise.resolve(
      name === '_sip._udp.trunk.test'
        ? { kind: 'found', records: [{ priority: 1, weight: 0, port: trunkPort, target: 'one.trunk.test' }] }
        : { kind: 'none' },
    ),
  addresses: (name, family) =>
    Promise.resolve(name === 'one.trunk.test' && family === 4 ? { kind: 'found', records: [host] } : { kind: 'none' }),
};

test('a trunk with several targets: good by those that answer, and the others are told', bounded, async (context) => {
  const trunk = await udpPeer(context, (request, answer) => {
    answer(answerTo(request, 'SIP/2.0 200 OK'));
  });
  trunkPort = trunk.port;
  const http = createHttpClient();
  context.after(() => http.close());
  const look = async (targets: string) => {
    const read = readSettings({ OUTDIAL_SIP_TRUNK: 'sip:trunk.test', OUTDIAL_SIP_TRUNK_TARGETS: targets });
    assert.ok(read.ok);
    const parts = { settings: read.value.settings, tenants: [], dialogs: new Map() };
    const checks = planChecks(parts, loopbackWorld(http, {}), { asksBot: false });
    const check = checks.find(({ name }) => name === 'trunk');
    assert.ok(check);
    const { status, detail } = await check.run(AbortSignal.timeout(9000));
    return [status, detail];
  };
  assert.deepEqual(await look(''), ['good', `trunk.test:${trunk.port} answered 200 OK`]);
  const [mixed, told] = await look('sip:trunk.test, sip:nowhere.test, sip:127.0.0.1:1;transport=tcp');
  assert.equal(mixed, 'warning');
  assert.match(String(told), /nowhere\.test cannot be located: .*; 127\.0\.0\.1:1 \(tcp\): .*ECONNREFUSED/);
  assert.equal((await look('sip:nowhere.test'))[0], 'bad');
});

test('credentials are tried at the registrar that DNS leads to', bounded, async (context) => {
  const registrar = await udpPeer(context, (request, answer) => {
    answer(answerTo(request, 'SIP/2.0 200 OK'));
  });
  trunkPort = registrar.port;
  const http = createHttpClient();
  context.after(() => http.close());
  const look = async (trunk: string) => {
    const account = { OUTBOUND_CALLS_SIP_AUTH_USERNAME: 'u', OUTBOUND_CALLS_SIP_AUTH_PASSWORD: 'p' };
    const read = readSettings({ OUTDIAL_SIP_TRUNK: trunk, ...account });
    assert.ok(read.ok);
    const parts = { settings: read.value.settings, tenants: [], dialogs: new Map() };
    const check = planChecks(parts, loopbackWorld(http, {}), { asksBot: false }).find(
      ({ name }) => name === 'registration',
    );
    assert.ok(check);
    return check.run(AbortSignal.timeout(9000));
  };
  assert.equal((await look('sip:trunk.test')).status, 'good');
  assert.match(registrar.requests[0] ?? '', /^REGISTER sip:trunk\.test/);
  assert.equal((await look(`sip:${host}:${registrar.port}`)).status, 'good');
  const lost = await look('sip:nowhere.test');
  assert.equal(lost.status, 'bad');
  assert.match(lost.detail, /nowhere\.test cannot be located/);
});

test('registrars are asked for the address of record, those by UDP', bounded, async (context) => {
  const asked: string[] = [];
  const registrar = await udpPeer(context, (request, answer) => {
    asked.push(/^To: (.*)\r$/m.exec(request)?.[1] ?? '');
    answer(answerTo(request, 'SIP/2.0 200 OK'));
  });
  const http = createHttpClient();
  context.after(() => http.close());
  const look = async (registrars: string): Promise<readonly [string, string]> => {
    const read = readSettings({
      OUTDIAL_REGISTRAR: registrars,
      OUTDIAL_REGISTRATION_AOR: 'sip:+391234@example.net',
      OUTBOUND_CALLS_SIP_AUTH_USERNAME: 'alice',
      OUTBOUND_CALLS_SIP_AUTH_PASSWORD: 'hush',
    });
    assert.ok(read.ok);
    const parts = { settings: read.value.settings, tenants: [], dialogs: new Map() };
    const checks = planChecks(parts, loopbackWorld(http, {}), { asksBot: false });
    const check = checks.find(({ name }) => name === 'registration');
    assert.ok(check);
    const { status, detail } = await check.run(AbortSignal.timeout(9000));
    return [status, detail];
  };
  const udp = `sip:${host}:${registrar.port}`;
  const [status, detail] = await look(udp);
  assert.equal(status, 'good');
  assert.match(detail, /answered REGISTER with 200 OK/);
  assert.deepEqual(asked, ['<sip:+391234@example.net>']);
  assert.deepEqual(await look(`sip:${host};transport=tls`), [
    'skipped',
    `${host} is not reached by UDP, which this check speaks`,
  ]);
});

test('the whole doctor against peers on loopback', bounded, async (context) => {
  const trunk = await udpPeer(context, (request, answer) => {
    answer(answerTo(request, 'SIP/2.0 200 OK'));
  });
  const server = await httpServer(context);
  const folder = await mkdtemp(join(tmpdir(), 'outdial-doctor-'));
  context.after(() => rm(folder, { recursive: true }));
  const http = createHttpClient();
  context.after(() => http.close());
  const printed: string[] = [];
  const world = (environment: Record<string, string>): DoctorWorld => loopbackWorld(http, environment);
  const environment = {
    OUTDIAL_SIP_TRUNK: `sip:${host}:${trunk.port}`,
    OUTBOUND_CALLS_STATUS_WEBHOOK: `http://${host}:${portOf(server)}/states`,
    OUTDIAL_DATA_DIR: folder,
    SIP_PORT: '0',
    HTTP_PORT: '0',
    RTP_UDP_PORT_RANGE: '40920-40930',
  };
  const output = { print: (text: string) => void printed.push(text), isStyled: false };
  assert.equal(await examine(world(environment), { asksBot: true, isJson: true }, output), 1);
  const report: { isHealthy: boolean; checks: { name: string; status: string; detail: string }[] } = JSON.parse(
    printed[0] ?? '',
  );
  assert.equal(report.isHealthy, false);
  assert.deepEqual(Object.fromEntries(report.checks.map(({ name, status }) => [name, status])), {
    settings: 'good',
    'sip port': 'good',
    'http port': 'good',
    'rtp ports': 'good',
    addresses: 'good',
    dns: 'good',
    registration: 'skipped',
    clock: 'good',
    tls: 'skipped',
    trunk: 'good',
    speech: 'bad',
    'espeak-ng': 'skipped',
    bot: 'good',
    webhooks: 'good',
    'data directory': 'good',
    'file descriptors': 'good',
  });
  // With settings that cannot be read there is nothing else to look at.
  assert.equal(await examine(world({ HTTP_PORT: 'x' }), { asksBot: false, isJson: false }, output), 1);
  assert.match(
    printed[1] ?? '',
    /^✗ settings {2}HTTP_PORT="x".*\n {12}→ HTTP_PORT: Correct it.*\n\n0 good, 0 to look at, 1 bad, 0 not checked$/,
  );
});
