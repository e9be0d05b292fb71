import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import type { Hop, SipTransport } from '../../sip/index.ts';
import { freePort } from '../loopback-server.fixture.ts';
import type { ConnectionNews } from './connections.ts';
import type { SipTls } from './tls.ts';
import { openSipTransports, type SipTransports, type SipTransportsOptions } from './transports.ts';

const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../../../test/fixtures/tls', name), 'utf8');
const ca = fixture('test-only.cert.pem');
const identity = { key: fixture('test-only.key.pem'), cert: ca };
const encoder = new TextEncoder();
const decoder = new TextDecoder();

const messageOf = (name: string): string => `OPTIONS sip:x SIP/2.0\r\nCall-ID: ${name}\r\nContent-Length: 0\r\n\r\n`;

/** What came, in order, each asked for once. */
class Inbox<T> {
  readonly all: T[] = [];
  #read = 0;
  #wake: () => void = () => undefined;

  push(item: T): void {
    this.all.push(item);
    this.#wake();
  }

  async next(): Promise<T> {
    while (this.all.length <= this.#read) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const item = this.all[this.#read];
    this.#read += 1;
    return item ?? assert.fail();
  }
}

interface End {
  readonly transports: SipTransports;
  readonly messages: Inbox<{ readonly text: string; readonly source: Hop }>;
  readonly failures: Inbox<{ readonly to: Hop; readonly detail: string }>;
  readonly news: Inbox<ConnectionNews>;
  readonly refused: Inbox<string>;
  send(text: string, to: Hop): void;
  /** The port of a transport that it listens on. */
  port(transport: SipTransport): number;
}

interface EndOptions extends Partial<SipTransportsOptions> {
  readonly deny?: string;
  readonly denySource?: string;
}

async function open(t: TestContext, transports: readonly SipTransport[], options: EndOptions = {}): Promise<End> {
  const messages: End['messages'] = new Inbox();
  const failures: End['failures'] = new Inbox();
  const news: End['news'] = new Inbox();
  const refused: End['refused'] = new Inbox();
  const opened = await openSipTransports(
    {
      listen: transports.map((transport) => ({ transport, host: '127.0.0.1', port: 0 })),
      tls: {},
      admission: { connections: 20, connectionsPerSource: 10 },
      outgoingIdleMs: 60_000,
      ...options,
    },
    {
      onMessage: (bytes, source) => {
        messages.push({ text: decoder.decode(bytes), source });
      },
      onSendFailed: (to, detail) => {
        failures.push({ to, detail });
      },
      onNews: (each) => {
        news.push(each);
      },
      onRefused: (_transport, refusal) => {
        refused.push(refusal);
      },
      judgeAddress: (_host, at) => (at.host === options.deny ? 'it is denied' : undefined),
      judgeSource: (address) => (address === options.denySource ? 'it is denied' : undefined),
    },
  );
  t.after(() => opened.close());
  return {
    transports: opened,
    messages,
    failures,
    news,
    refused,
    send: (text, to) => {
      opened.send(encoder.encode(text), to);
    },
    port: (transport) => opened.places.find((place) => place.transport === transport)?.port ?? assert.fail(),
  };
}

const both: SipTls = { identity, ca };

test('RFC 3261 §18.1.1, §18.2.2: one connection for all that is sent to a target, and answers come back by it', async (t) => {
  for (const transport of ['tcp', 'tls', 'ws', 'wss'] satisfies SipTransport[]) {
    const callee = await open(t, [transport], { tls: both });
    const caller = await open(t, [], { tls: { ca } });
    const to: Hop = { transport, host: 'localhost', port: callee.port(transport), serverName: 'localhost' };
    caller.send(messageOf('one'), to);
    caller.send(messageOf('two'), to);
    const first = await callee.messages.next();
    assert.equal(first.text, messageOf('one'), transport);
    assert.equal(first.source.transport, transport);
    assert.equal(first.source.host, '127.0.0.1');
    assert.equal((await callee.messages.next()).text, messageOf('two'));
    // The port is none that anybody listens on: only the connection leads back.
    callee.send(messageOf('answer'), { ...first.source, port: 9 });
    const answer = await caller.messages.next();
    assert.equal(answer.text, messageOf('answer'));
    caller.send(messageOf('three'), to);
    assert.equal((await callee.messages.next()).text, messageOf('three'));
    assert.deepEqual(
      caller.news.all.map(({ what, by }) => `${what} by ${by}`),
      ['opened by us'],
    );
    assert.deepEqual(
      callee.news.all.map(({ what, by }) => `${what} by ${by}`),
      ['opened by peer'],
    );
  }
});

test('RFC 3261 §18.2.2: an answer whose connection is gone goes to its sent-by over a new one', async (t) => {
  const caller = await open(t, ['tcp']);
  const callee = await open(t, []);
  callee.send(messageOf('late'), {
    transport: 'tcp',
    host: '127.0.0.1',
    port: caller.port('tcp'),
    connection: 'tcp-99',
  });
  assert.equal((await caller.messages.next()).text, messageOf('late'));
});

test('RFC 3261 §17.1.4: what waits for an answer by a connection of somebody else is told that it is lost', async (t) => {
  for (const transport of ['tcp', 'ws'] as const) {
    const callee = await open(t, [transport]);
    const caller = await open(t, []);
    caller.send(messageOf('one'), { transport, host: '127.0.0.1', port: callee.port(transport) });
    const { source } = await callee.messages.next();
    await caller.transports.close();
    const { to, detail } = await callee.failures.next();
    assert.deepEqual(to, { transport, host: '127.0.0.1', port: source.port });
    assert.match(detail, /the connection was lost: the other side closed it/);
  }
});

test('RFC 5626 §3.5.1: two line ends are answered by one', async (t) => {
  const callee = await open(t, ['tcp']);
  const peer = connect(callee.port('tcp'), '127.0.0.1');
  t.after(() => peer.destroy());
  peer.write('\r\n\r\n');
  const pong = await new Promise<Buffer>((resolve) => peer.once('data', resolve));
  assert.equal(pong.toString(), '\r\n');
});

test('RFC 3261 §18.3: without a Content-Length the message is handed over to be refused, and the connection ends', async (t) => {
  const callee = await open(t, ['tcp']);
  const peer = connect(callee.port('tcp'), '127.0.0.1');
  const isEnded = new Promise<void>((resolve) => {
    peer.once('close', () => {
      resolve();
    });
  });
  peer.resume().write('OPTIONS sip:x SIP/2.0\r\nCall-ID: a\r\n\r\nbody');
  assert.equal((await callee.messages.next()).text, 'OPTIONS sip:x SIP/2.0\r\nCall-ID: a\r\n\r\n');
  await isEnded;
});

test('nobody there, a denied address, a lost connection: each is told for what was sent there', async (t) => {
  const caller = await open(t, [], { deny: '127.0.0.9' });
  const free = await freePort();
  const nowhere: Hop = { transport: 'tcp', host: '127.0.0.1', port: free };
  caller.send(messageOf('a'), nowhere);
  const refused = await caller.failures.next();
  assert.deepEqual(refused.to, nowhere);
  assert.equal(refused.detail, `127.0.0.1:${free} (TCP): nothing listens there (ECONNREFUSED)`);
  caller.send(messageOf('a'), { ...nowhere, host: '127.0.0.9' });
  assert.match((await caller.failures.next()).detail, /it is denied/);
  const server = createServer((socket) => {
    socket.once('data', () => socket.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  caller.send(messageOf('a'), { ...nowhere, port });
  const lost = await caller.failures.next();
  assert.equal(lost.to.port, port);
  assert.match(lost.detail, /the connection was lost/);
});

test('RFC 5922 §7.3: a certificate that proves another name, or that nobody signed, ends the handshake with its reason', async (t) => {
  const callee = await open(t, ['tls', 'tcp', 'wss'], { tls: both });
  const trusting = await open(t, [], { tls: { ca } });
  const strange = await open(t, []);
  const place = (transport: 'tls' | 'wss'): Hop => ({
    transport,
    host: '127.0.0.1',
    port: callee.port(transport),
    serverName: 'sbc.example.net',
  });
  for (const transport of ['tls', 'wss'] as const) {
    trusting.send(messageOf('a'), place(transport));
    const misnamed = (await trusting.failures.next()).detail;
    assert.match(misnamed, /the certificate is for localhost and not for sbc\.example\.net/);
    strange.send(messageOf('a'), { ...place(transport), serverName: 'localhost' });
    assert.match(
      (await strange.failures.next()).detail,
      /self-signed.*OUTDIAL_SIP_CA_FILE.*DEPTH_ZERO_SELF_SIGNED_CERT/,
    );
  }
  trusting.send(messageOf('a'), { ...place('tls'), port: callee.port('tcp'), serverName: 'localhost' });
  assert.match((await trusting.failures.next()).detail, /\(TLS\): /);
  trusting.send(messageOf('by address'), { transport: 'tls', host: '127.0.0.1', port: callee.port('tls') });
  assert.equal((await callee.messages.next()).text, messageOf('by address'));
});

test('RFC 3261 §26.3.1: a client shows its certificate where it is asked for, and is refused without', async (t) => {
  const callee = await open(t, ['tls'], { tls: { ...both, requiresClientCertificate: true } });
  const to: Hop = { transport: 'tls', host: '127.0.0.1', port: callee.port('tls'), serverName: 'localhost' };
  const known = await open(t, [], { tls: both });
  known.send(messageOf('known'), to);
  assert.equal((await callee.messages.next()).text, messageOf('known'));
  const unknown = await open(t, [], { tls: { ca } });
  unknown.send(messageOf('unknown'), to);
  assert.match((await unknown.failures.next()).detail, /client certificate|closed|lost/);
  assert.equal(callee.messages.all.length, 1);
});

test('TLS older than 1.2 is not spoken', async (t) => {
  const callee = await open(t, ['tls'], { tls: both });
  const socket = connectTls({
    port: callee.port('tls'),
    host: '127.0.0.1',
    ca,
    maxVersion: 'TLSv1.1',
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  await assert.rejects(
    new Promise((_resolve, reject) => {
      socket.once('secureConnect', _resolve).once('error', reject);
    }),
  );
});

test('connections are limited for each source and in all, and closed ones make room', async (t) => {
  const callee = await open(t, ['tcp'], { admission: { connections: 3, connectionsPerSource: 2 } });
  const port = callee.port('tcp');
  const held = [await connected(port), await connected(port)];
  await isCutOff(port);
  assert.deepEqual(callee.refused.all, ['source-full']);
  held.push(await connected(port, '127.0.0.2'));
  await isCutOff(port, '127.0.0.3');
  assert.deepEqual(callee.refused.all, ['source-full', 'full']);
  held[2]?.destroy();
  while ((await callee.news.next()).what !== 'closed');
  held.push(await connected(port, '127.0.0.3'));
  for (const socket of held) socket.destroy();
});

test('who may not connect is cut off before anything is read', async (t) => {
  const callee = await open(t, ['tcp'], { denySource: '127.0.0.5' });
  await isCutOff(callee.port('tcp'), '127.0.0.5');
  assert.deepEqual(callee.refused.all, ['source-not-allowed']);
});

test('RFC 7118 §4.1, §4.2: a WebSocket without the subprotocol sip is refused; a frame is a message and needs no length', async (t) => {
  const callee = await open(t, ['ws']);
  const url = `ws://127.0.0.1:${callee.port('ws')}/`;
  const stranger = new WebSocket(url, 'chat');
  const answered = await new Promise<string>((resolve) => {
    stranger.once('error', (error) => {
      resolve(error.message);
    });
  });
  assert.match(answered, /400/);
  const response = await fetch(url.replace('ws:', 'http:'));
  assert.equal(response.status, 426);
  const browser = new WebSocket(url, ['other', 'sip']);
  await new Promise((resolve) => browser.once('open', resolve));
  assert.equal(browser.protocol, 'sip');
  browser.send('OPTIONS sip:x SIP/2.0\r\nCall-ID: a\r\n\r\n');
  const { source } = await callee.messages.next();
  const isText = new Promise<boolean>((resolve) => {
    browser.once('message', (_data, isBinary) => {
      resolve(!isBinary);
    });
  });
  callee.send(messageOf('answer'), source);
  assert.equal(await isText, true);
  browser.terminate();
});

test('both address families at a time: UDP leaves by the socket of its target', async (t) => {
  const listen = [
    { transport: 'udp', host: '127.0.0.1', port: 0 },
    { transport: 'udp', host: '::1', port: 0 },
    { transport: 'tcp', host: '::1', port: 0 },
  ] as const;
  const callee = await open(t, [], { listen });
  const caller = await open(t, [], { listen });
  for (const place of callee.transports.places) {
    caller.send(messageOf(place.host), place);
    const { text, source } = await callee.messages.next();
    assert.equal(text, messageOf(place.host));
    assert.equal(source.host, place.host);
  }
  const onlyIpv4 = await open(t, ['udp']);
  onlyIpv4.send(messageOf('a'), { transport: 'udp', host: '::1', port: 9 });
  assert.match((await onlyIpv4.failures.next()).detail, /no UDP socket is bound to an IPv6 address/);
});

test('a port that is taken stops the start, or gives way when it was not asked for', async (t) => {
  const first = await open(t, ['tcp']);
  const place = { transport: 'tcp', host: '127.0.0.1', port: first.port('tcp') } as const;
  await assert.rejects(open(t, [], { listen: [place] }), /SIP cannot listen on TCP 127\.0\.0\.1:\d+: .*EADDRINUSE/);
  const second = await open(t, [], { listen: [{ ...place, isPortFlexible: true }] });
  assert.notEqual(second.port('tcp'), place.port);
});

function connected(port: number, localAddress = '127.0.0.1'): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    // A pong says that it was taken.
    socket.once('data', () => {
      resolve(socket);
    });
    socket.once('error', reject);
    socket.write('\r\n\r\n');
  });
}

function isCutOff(port: number, localAddress = '127.0.0.1'): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      resolve();
    });
  });
}
