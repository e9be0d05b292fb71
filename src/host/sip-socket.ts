/** The UDP socket that SIP uses: datagrams in and out, nothing of SIP itself. */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { isIP } from 'node:net';
import type { HostPort } from '../sip/index.ts';

export interface SipSocket {
  /** Sends one datagram. A host name is resolved first; what cannot be sent is told to `onSendFailed`. */
  send(bytes: Uint8Array, to: HostPort): void;
  /** What the socket is bound to. */
  readonly local: HostPort;
  isOpen(): boolean;
  close(): Promise<void>;
}

export interface SipSocketListener {
  onDatagram(bytes: Uint8Array, source: HostPort): void;
  onSendFailed(to: HostPort, detail: string): void;
}

/** Binds the socket; rejects with the system's reason when the port is taken or the address is not ours. */
export async function openSipSocket(bind: HostPort, listener: SipSocketListener): Promise<SipSocket> {
  const socket = createSocket({ type: isIP(bind.host) === 6 ? 'udp6' : 'udp4' });
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
    listener.onDatagram(bytes, { host: address, port });
  });
  const { address, port } = socket.address();
  return {
    local: { host: address, port },
    isOpen: () => !isClosed,
    send(bytes, to) {
      if (isClosed) return;
      socket.send(bytes, to.port, to.host, (error) => {
        if (error !== null && !isClosed) listener.onSendFailed(to, error.message);
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
