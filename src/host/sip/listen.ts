/** Ports that take SIP connections: TCP, TLS, WebSockets. */
import { createServer as createHttpServer, type IncomingMessage, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import type { HostPort } from '../../sip/index.ts';
import type { Admission, Refusal } from './admission.ts';
import type { Remote } from './connection.ts';
import { explainConnectionFault, serverTlsOptions, type SipTls } from './tls.ts';
import { subprotocol } from './web-socket-connection.ts';

export interface ListenOrder {
  readonly transport: Remote['transport'];
  readonly bind: HostPort;
  readonly tls: SipTls;
  readonly admission: Admission;
  /** For TLS and WebSockets: how long the handshake may take. */
  readonly handshakeMs: number;
}

export interface ListenListener {
  onStream(socket: Socket): void;
  onWebSocket(socket: WebSocket, raw: Socket): void;
  onRefused(refusal: Refusal | 'handshake', detail: string): void;
}

export interface SipListener {
  /** What it is bound to. */
  readonly local: HostPort;
  /** Takes no more connections. */
  close(): Promise<void>;
}

/** Rejects with the system's reason. */
export async function listen(order: ListenOrder, listener: ListenListener): Promise<SipListener> {
  const server = createServer(order, listener);
  // In front of everybody else: before the handshake, which is what costs.
  server.prependListener('connection', (socket: Socket) => {
    const refusal = order.admission.admit(socket);
    if (refusal !== undefined) listener.onRefused(refusal, `a connection from ${socket.remoteAddress ?? 'nobody'}`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: order.bind.host, port: order.bind.port, ipv6Only: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  const local =
    typeof address === 'object' && address !== null ? { host: address.address, port: address.port } : order.bind;
  return {
    local,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

function createServer({ transport, tls, handshakeMs }: ListenOrder, listener: ListenListener): Server {
  const onTlsFault = (error: Error): void => {
    listener.onRefused('handshake', explainConnectionFault(error));
  };
  switch (transport) {
    case 'tcp':
      return createTcpServer((socket) => {
        // One that was refused comes here too.
        if (!socket.destroyed) listener.onStream(socket);
      });
    case 'tls':
      return createTlsServer({ ...serverTlsOptions(tls), handshakeTimeout: handshakeMs }, (socket) => {
        listener.onStream(socket);
      }).on('tlsClientError', onTlsFault);
    case 'ws':
      return takeWebSockets(createHttpServer(), handshakeMs, listener);
    case 'wss': {
      const server = createHttpsServer({ ...serverTlsOptions(tls), handshakeTimeout: handshakeMs });
      return takeWebSockets(server.on('tlsClientError', onTlsFault), handshakeMs, listener);
    }
    default:
      return transport satisfies never;
  }
}

/** Takes upgrades to the subprotocol `sip` and nothing else (RFC 7118 §4.1). */
function takeWebSockets<S extends HttpServer>(server: S, handshakeMs: number, listener: ListenListener): S {
  server.headersTimeout = handshakeMs;
  server.requestTimeout = handshakeMs;
  server.keepAliveTimeout = 1;
  const upgrades = new WebSocketServer({
    noServer: true,
    handleProtocols: () => subprotocol,
    maxPayload: 65_536,
    perMessageDeflate: false,
  });
  server.on('request', (_request, response) => {
    response
      .writeHead(426, { connection: 'close', upgrade: 'websocket' })
      .end('SIP over WebSocket (RFC 7118) is spoken here.\n');
  });
  server.on('upgrade', (request: IncomingMessage, raw: Socket, head: Buffer) => {
    raw.on('error', () => undefined);
    const protocols = (request.headers['sec-websocket-protocol'] ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase());
    if (!protocols.includes(subprotocol)) {
      listener.onRefused('handshake', 'a WebSocket client does not name the subprotocol sip');
      raw.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    upgrades.handleUpgrade(request, raw, head, (socket) => {
      listener.onWebSocket(socket, raw);
    });
  });
  return server;
}
