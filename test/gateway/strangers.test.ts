/** A whole gateway on real sockets that takes calls, and who is answered at all. Speech is faked; nobody speaks here. */
import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { createLog, type Gateway, startGateway } from '../../src/app/index.ts';
import { readSettings } from '../../src/config/index.ts';
import { freePort } from '../../src/host/loopback-server.fixture.ts';

const speechModule = new URL('../../src/testing/fake-speech-engines.js', import.meta.url).href;

async function withGateway(
  environment: Readonly<Record<string, string>>,
  use: (gateway: Gateway, socket: Socket, answers: readonly string[]) => Promise<void>,
): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'outdial-strangers-'));
  const ports = { HTTP_PORT: '0', SIP_PORT: '0', RTP_UDP_PORT_RANGE: '33000-33098' };
  const read = readSettings({ ...ports, OUTDIAL_DATA_DIR: dataDir, OUTDIAL_INBOUND_CALLS: 'true', ...environment });
  assert.ok(read.ok, JSON.stringify(read));
  const started = await startGateway({ settings: read.value.settings, log: createLog('silent'), speechModule });
  assert.ok(started.ok, JSON.stringify(started));
  const socket = createSocket('udp4');
  const answers: string[] = [];
  socket.on('message', (bytes) => {
    answers.push(bytes.toString().split('\r\n', 1)[0] ?? '');
  });
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  try {
    await use(started.value, socket, answers);
  } finally {
    socket.close();
    await started.value.stop(0);
    await rm(dataDir, { recursive: true, force: true });
  }
}

function send({ sipPort }: Gateway, socket: Socket, method: string, number: number, more = ''): void {
  const { port } = socket.address();
  const text = [
    `${method} sip:1234@127.0.0.1:${sipPort} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${port};rport;branch=z9hG4bK${method}${number}`,
    'Max-Forwards: 70',
    `From: <sip:stranger@127.0.0.1>;tag=${number}`,
    `To: <sip:1234@127.0.0.1:${sipPort}>`,
    `Call-ID: ${method}-${number}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:stranger@127.0.0.1:${port}>`,
    ...(more === '' ? [] : [more]),
    'Content-Length: 0',
  ].join('\r\n');
  socket.send(`${text}\r\n\r\n`, sipPort, '127.0.0.1');
}

/** How many messages were dropped for this reason, as soon as there are so many. */
async function dropped({ httpUrl }: Gateway, reason: string, atLeast: number): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const text = await (await fetch(`${httpUrl}/metrics`)).text();
    const count = Number(new RegExp(`messages_dropped_total\\{reason="${reason}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
    if (count >= atLeast) return count;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  return 0;
}

it('promise S4: who is not on TRUSTED_IP_LIST gets no answer and leaves no call', async () => {
  await withGateway({ TRUSTED_IP_LIST: '192.0.2.0/24' }, async (gateway, socket, answers) => {
    for (const method of ['OPTIONS', 'INVITE', 'REGISTER', 'BYE']) send(gateway, socket, method, 1);
    assert.equal(await dropped(gateway, 'untrusted', 4), 4);
    assert.deepEqual(answers, []);
    assert.equal(gateway.activeCalls(), 0);
  });
});

it('who is on TRUSTED_IP_LIST is answered without a limit', async () => {
  const environment = { TRUSTED_IP_LIST: '127.0.0.1', OUTDIAL_SIP_SOURCE_RATE: '1' };
  await withGateway(environment, async (gateway, socket, answers) => {
    for (let number = 0; number < 20; number += 1) send(gateway, socket, 'OPTIONS', number);
    for (let attempt = 0; attempt < 200 && answers.length < 20; attempt += 1) {
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
    assert.deepEqual(
      answers,
      Array.from({ length: 20 }, () => 'SIP/2.0 200 OK'),
    );
  });
});

it('a flood of one address is limited, and a scanner is not answered', async () => {
  await withGateway({ OUTDIAL_SIP_SOURCE_RATE: '5' }, async (gateway, socket, answers) => {
    send(gateway, socket, 'OPTIONS', 0, 'User-Agent: friendly-scanner');
    assert.equal(await dropped(gateway, 'scanner', 1), 1);
    assert.deepEqual(answers, []);
    for (let number = 1; number <= 200; number += 1) send(gateway, socket, 'OPTIONS', number);
    assert.ok((await dropped(gateway, 'flood', 100)) >= 100);
    assert.ok(answers.length < 100, `${answers.length} were answered`);
  });
});

/** Whether the gateway answers an OPTIONS over TCP or closes the connection without a word. */
function askByTcp({ sipPort }: Gateway, localAddress: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = 'cut';
    const peer = connect({ port: sipPort, host: '127.0.0.1', localAddress });
    peer.on('error', () => undefined);
    peer.on('data', (bytes: Buffer) => {
      heard = bytes.toString().split('\r\n', 1)[0] ?? '';
      peer.end();
    });
    peer.once('close', () => {
      resolve(heard);
    });
    peer.write(
      [
        `OPTIONS sip:1234@127.0.0.1:${sipPort} SIP/2.0`,
        `Via: SIP/2.0/TCP ${localAddress};branch=z9hG4bKtcp${localAddress}`,
        'Max-Forwards: 70',
        'From: <sip:stranger@127.0.0.1>;tag=1',
        `To: <sip:1234@127.0.0.1:${sipPort}>`,
        `Call-ID: tcp-${localAddress}`,
        'CSeq: 1 OPTIONS',
        'Content-Length: 0',
        '\r\n',
      ].join('\r\n'),
    );
  });
}

async function refusedConnections({ httpUrl }: Gateway): Promise<number> {
  const text = await (await fetch(`${httpUrl}/metrics`)).text();
  const row = /connections_refused_total\{[^}]*reason="source-not-allowed"[^}]*\} (\d+)/;
  return Number(row.exec(text)?.[1] ?? 0);
}

it('connections from refused addresses, and where there is a list from all that are not on it, are cut', async () => {
  for (const environment of [{ OUTDIAL_SIP_DENY: '127.0.0.5' }, { TRUSTED_IP_LIST: '127.0.0.1' }]) {
    await withGateway(environment, async (gateway) => {
      assert.equal(await askByTcp(gateway, '127.0.0.5'), 'cut');
      assert.equal(await refusedConnections(gateway), 1);
      assert.equal(await askByTcp(gateway, '127.0.0.1'), 'SIP/2.0 200 OK');
      assert.equal(await refusedConnections(gateway), 1);
    });
  }
});

it('RFC 3261 §18.3: a message on a stream without Content-Length is answered 400, and the connection closed', async () => {
  await withGateway({}, async ({ sipPort }) => {
    const heard = await new Promise<string>((resolve, reject) => {
      let text = '';
      const peer = connect({ port: sipPort, host: '127.0.0.1' });
      peer.once('error', reject);
      peer.on('data', (bytes: Buffer) => {
        text += bytes.toString();
      });
      // It does not end the connection: the gateway does.
      peer.once('end', () => {
        resolve(text);
      });
      peer.write(
        [
          `OPTIONS sip:1234@127.0.0.1:${sipPort} SIP/2.0`,
          'Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKlength',
          'Max-Forwards: 70',
          'From: <sip:stranger@127.0.0.1>;tag=1',
          'To: <sip:1234@127.0.0.1>',
          'Call-ID: no-length',
          'CSeq: 1 OPTIONS',
          '\r\nbody',
        ].join('\r\n'),
      );
    });
    assert.match(heard, /^SIP\/2\.0 400 /);
    assert.match(heard, /\r\nVia: SIP\/2\.0\/TCP 127\.0\.0\.1;branch=z9hG4bKlength/);
    assert.match(heard, /\r\nCall-ID: no-length\r\n/);
  });
});

it('RFC 3261 §26.3.1: with OUTDIAL_SIP_REQUIRE_CLIENT_CERTIFICATE who shows no certificate is not heard', async () => {
  const file = (name: string): string => join(import.meta.dirname, '../../../test/fixtures/tls', name);
  const [keyFile, certificateFile] = [file('test-only.key.pem'), file('test-only.cert.pem')];
  const port = await freePort();
  const environment = {
    OUTDIAL_SIP_REQUIRE_CLIENT_CERTIFICATE: 'true',
    OUTDIAL_TLS_KEY_FILE: keyFile,
    OUTDIAL_TLS_CERTIFICATE_FILE: certificateFile,
    OUTDIAL_SIP_CA_FILE: certificateFile,
    SIP_PORT_TLS: String(port),
    HTTPS_PORT: '0',
  };
  await withGateway(environment, async () => {
    const ca = readFileSync(certificateFile);
    assert.equal(await askByTls(port, { ca, key: readFileSync(keyFile), cert: ca }), 'SIP/2.0 200 OK');
    assert.match(await askByTls(port, { ca }), /certificate required|ECONNRESET|^cut$/);
  });
});

/** The start line of the answer to an OPTIONS, or how the connection ended without one. */
function askByTls(port: number, options: ConnectionOptions): Promise<string> {
  return new Promise((resolve) => {
    const peer = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ...options });
    peer.once('error', (fault) => {
      resolve(fault.message);
    });
    peer.once('data', (bytes: Buffer) => {
      resolve(bytes.toString().split('\r\n', 1)[0] ?? '');
      peer.end();
    });
    peer.once('close', () => {
      resolve('cut');
    });
    peer.write(
      [
        `OPTIONS sip:1234@127.0.0.1:${port} SIP/2.0`,
        'Via: SIP/2.0/TLS 127.0.0.1;branch=z9hG4bKtls',
        'Max-Forwards: 70',
        'From: <sip:peer@127.0.0.1>;tag=1',
        'To: <sip:1234@127.0.0.1>',
        'Call-ID: by-tls',
        'CSeq: 1 OPTIONS',
        'Content-Length: 0',
        '\r\n',
      ].join('\r\n'),
    );
  });
}
