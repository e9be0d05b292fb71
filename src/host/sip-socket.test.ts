import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { test } from 'node:test';
import type { Hop } from '../sip/index.ts';
import { openSipSocket } from './sip-socket.ts';

test('RFC 3261 §18.1.1: datagrams go both ways with their source, up to the largest that UDP has', async () => {
  // In many fragments wherever the path is narrower than loopback.
  const large = 'x'.repeat(65_000);
  const peer = createSocket('udp4');
  peer.bind(0, '127.0.0.1');
  await once(peer, 'listening');
  const arrived = new Promise<{ text: string; source: Hop }>((resolve, reject) => {
    void openSipSocket(
      { host: '127.0.0.1', port: 0 },
      {
        onDatagram: (bytes, source) => {
          resolve({ text: new TextDecoder().decode(bytes), source });
        },
        onSendFailed: (_to, detail) => {
          reject(new Error(detail));
        },
      },
    ).then((socket) => {
      peer.on('message', (bytes, remote) => {
        peer.send(`echo ${bytes.toString()}`, remote.port, remote.address, () => undefined);
      });
      socket.send(new TextEncoder().encode(large), { transport: 'udp', host: '127.0.0.1', port: peer.address().port });
      void arrived.then(() => socket.close());
    }, reject);
  });
  const { text, source } = await arrived;
  assert.equal(text, `echo ${large}`);
  assert.deepEqual(source, { transport: 'udp', host: '127.0.0.1', port: peer.address().port });
  peer.close();
});

test('as much room for waiting datagrams as the system grants of 1 MiB, in both families', async () => {
  for (const [host, type] of [
    ['127.0.0.1', 'udp4'],
    ['::1', 'udp6'],
  ] as const) {
    const plain = createSocket(type);
    plain.bind(0, host);
    await once(plain, 'listening');
    plain.setRecvBufferSize(1024 * 1024);
    const listener = { onDatagram: () => undefined, onSendFailed: () => undefined };
    const socket = await openSipSocket({ host, port: 0 }, listener);
    assert.equal(socket.receiveBufferBytes, plain.getRecvBufferSize());
    await socket.close();
    plain.close();
  }
});

test('a port that is taken is an error at the start', async () => {
  const listener = { onDatagram: () => undefined, onSendFailed: () => undefined };
  const first = await openSipSocket({ host: '127.0.0.1', port: 0 }, listener);
  await assert.rejects(openSipSocket(first.local, listener), /EADDRINUSE/);
  await first.close();
});

test('a name that does not resolve is told as a failed send', async () => {
  const failure = new Promise<string>((resolve, reject) => {
    void openSipSocket(
      { host: '127.0.0.1', port: 0 },
      {
        onDatagram: () => undefined,
        onSendFailed: (to, detail) => {
          resolve(`${to.host}: ${detail}`);
        },
      },
    ).then((socket) => {
      socket.send(new Uint8Array(4), { transport: 'udp', host: 'no-such-host.invalid', port: 5060 });
      void failure.then(() => socket.close());
    }, reject);
  });
  assert.match(await failure, /no-such-host\.invalid: .*(ENOTFOUND|EAI_AGAIN)/);
});

test('no datagram goes to an address that is refused, whether it was named or resolved', async () => {
  const peer = createSocket('udp4');
  peer.bind(0, '127.0.0.1');
  await once(peer, 'listening');
  const arrived: string[] = [];
  peer.on('message', (bytes) => arrived.push(bytes.toString()));
  const judged: string[] = [];
  const failed: string[] = [];
  let isRefusing = true;
  let tell = (): void => undefined;
  const socket = await openSipSocket(
    { host: '127.0.0.1', port: 0 },
    {
      onDatagram: () => undefined,
      onSendFailed: (to, detail) => {
        failed.push(`${to.host}: ${detail}`);
        tell();
      },
      judgeAddress: (host, at) => {
        judged.push(`${host} at ${at.host}`);
        return isRefusing ? 'It is refused.' : undefined;
      },
    },
  );
  for (const host of ['127.0.0.1', 'localhost']) {
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    socket.send(new TextEncoder().encode('refused'), { transport: 'udp', host, port: peer.address().port });
    await told;
  }
  isRefusing = false;
  socket.send(new TextEncoder().encode('allowed'), { transport: 'udp', host: 'localhost', port: peer.address().port });
  await once(peer, 'message');
  assert.deepEqual(arrived, ['allowed']);
  assert.deepEqual(judged, ['127.0.0.1 at 127.0.0.1', 'localhost at 127.0.0.1', 'localhost at 127.0.0.1']);
  assert.deepEqual(failed, ['127.0.0.1: It is refused.', 'localhost: It is refused.']);
  await socket.close();
  peer.close();
});
