/** The UDP socket that SIP uses: datagrams in and out, nothing of SIP itself. */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { isIP } from 'node:net';
import type { Hop, HostPort } from '../sip/index.ts';
import { resolveBySystem } from './checked-lookup.ts';

export interface SipSocket {
  /** Sends one datagram. A host name is resolved first; what cannot be sent is told to `onSendFailed`. */
  send(bytes: Uint8Array, to: Hop): void;
  /** What the socket is bound to. */
  readonly local: HostPort;
  /** Room for datagrams that wait to be read, as the system has granted it. */
  readonly receiveBufferBytes: number;
  isOpen(): boolean;
  close(): Promise<void>;
}

export interface SipSocketListener {
  onDatagram(bytes: Uint8Array, source: Hop): void;
  onSendFailed(to: Hop, detail: string): void;
  /** Why no datagram for `host` may go to this address, or undefined. Asked for each datagram once its host is resolved. */
  judgeAddress?(host: string, at: HostPort): string | undefined;
}

/**
 * Asked for; the system gives less where its limit is lower (net.core.rmem_max). The usual 208 kB overflow when a hundred calls
 * begin at a time, and what is lost then costs half a second each.
 */
const wantedBufferBytes = 1024 * 1024;

/** Binds the socket; rejects with the system's reason when the port is taken or the address is not ours. */
export async function openSipSocket(bind: HostPort, listener: SipSocketListener): Promise<SipSocket> {
  const family = isIP(bind.host) === 6 ? 6 : 4;
  const socket = createSocket({
    ...(family === 6 ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' }),
    recvBufferSize: wantedBufferBytes,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(bind.port, bind.host, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  let isClosed = false;
  // Asynchronous socket errors (ICMP) belong to no datagram in particular; the transaction timers notice what matters.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isClosed = true;
  });
  socket.on('message', (bytes: Uint8Array, { address, port }: RemoteInfo) => {
    listener.onDatagram(bytes, { transport: 'udp', host: address, port });
  });
  const { address, port } = socket.address();

  function sendTo(at: HostPort, bytes: Uint8Array, to: Hop): void {
    const refusal = listener.judgeAddress?.(to.host, at);
    if (refusal !== undefined) {
      // Not while the caller is still at work on what it sends.
      queueMicrotask(() => {
        if (!isClosed) listener.onSendFailed(to, refusal);
      });
      return;
    }
    socket.send(bytes, at.port, at.host, (error) => {
      if (error !== null && !isClosed) listener.onSendFailed(to, error.message);
    });
  }

  return {
    local: { host: address, port },
    receiveBufferBytes: socket.getRecvBufferSize(),
    isOpen: () => !isClosed,
    send(bytes, to) {
      if (isClosed) return;
      if (isIP(to.host) !== 0) return sendTo(to, bytes, to);
      // What is judged is what is sent to: the name is not resolved again.
      resolveBySystem(to.host, { family, all: true }, (fault, found) => {
        if (isClosed) return;
        if (fault !== null) return listener.onSendFailed(to, fault.message);
        sendTo({ host: found[0]?.address ?? '', port: to.port }, bytes, to);
      });
    },
    close() {
      if (isClosed) return Promise.resolve();
      isClosed = true;
      return new Promise((resolve) => {
        socket.close(resolve);
      });
    },
  };
}
