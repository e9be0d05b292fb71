/** Opens a connection to an address: TCP, TLS or a WebSocket. Everything that goes wrong until it stands is one reason. */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import { printHostPort } from '../../sip/index.ts';
import type { ConnectionLimits, ConnectionListener, Remote, SipConnection } from './connection.ts';
import { openStreamConnection } from './stream-connection.ts';
import { clientTlsOptions, explainConnectionFault, type SipTls } from './tls.ts';
import { openWebSocketConnection, subprotocol } from './web-socket-connection.ts';

export interface DialOrder {
  /** Where to: `host` is an address. */
  readonly remote: Remote;
  /** The name that was asked for: of TLS, the one to be proven; of a WebSocket, the one of its URL. */
  readonly serverName: string;
  readonly tls: SipTls;
  readonly limits: ConnectionLimits;
  readonly connectMs: number;
  /** The address to connect from, when it matters. */
  readonly localHost?: string;
}

export interface DialListener extends ConnectionListener {
  onOpen(connection: SipConnection): void;
  /** It never stood. `reason` is a part of a sentence. */
  onFailed(reason: string): void;
}

/** The function returned gives it up, without a word to the listener, as long as it does not stand. */
export function dial(order: DialOrder, listener: DialListener): () => void {
  const { transport } = order.remote;
  return transport === 'ws' || transport === 'wss' ? dialWebSocket(order, listener) : dialStream(order, listener);
}

function dialStream({ remote, serverName, tls, limits, connectMs, localHost }: DialOrder, listener: DialListener) {
  const { transport, host, port } = remote;
  const place = { host, port, ...(localHost === undefined ? {} : { localAddress: localHost }) };
  const socket: Socket =
    transport === 'tls' ? connectTls({ ...place, ...clientTlsOptions(tls, serverName) }) : connectTcp(place);
  const attempt = beginAttempt(connectMs, listener, () => socket.destroy());
  socket.on('error', (error) => {
    attempt.fail(explainConnectionFault(error));
  });
  socket.once('close', () => {
    attempt.fail('it closed the connection at once');
  });
  socket.once(transport === 'tls' ? 'secureConnect' : 'connect', () => {
    if (attempt.isOver()) return;
    attempt.end();
    listener.onOpen(openStreamConnection(socket, limits, listener));
  });
  return () => {
    attempt.giveUp();
  };
}

function dialWebSocket({ remote, serverName, tls, limits, connectMs, localHost }: DialOrder, listener: DialListener) {
  const { transport, host, port } = remote;
  const socket = new WebSocket(`${transport}://${printHostPort(serverName, port)}/`, subprotocol, {
    ...(transport === 'wss' ? clientTlsOptions(tls, serverName) : {}),
    ...(localHost === undefined ? {} : { localAddress: localHost }),
    // What was judged is what is connected to: the name is not resolved again.
    lookup: (_hostname, options, callback) => {
      const family = isIP(host);
      if (options.all === true) callback(null, [{ address: host, family }]);
      else callback(null, host, family);
    },
    handshakeTimeout: connectMs,
    maxPayload: 65_536,
    perMessageDeflate: false,
    followRedirects: false,
  });
  const attempt = beginAttempt(connectMs, listener, () => socket.terminate());
  socket.on('error', (error) => {
    attempt.fail(explainConnectionFault(error));
  });
  socket.once('open', () => {
    if (attempt.isOver()) return;
    attempt.end();
    listener.onOpen(openWebSocketConnection(socket, limits, listener));
  });
  return () => {
    attempt.giveUp();
  };
}

interface Attempt {
  isOver(): boolean;
  end(): void;
  fail(reason: string): void;
  giveUp(): void;
}

function beginAttempt(connectMs: number, listener: DialListener, destroy: () => void): Attempt {
  let isOver = false;
  const end = (): void => {
    isOver = true;
    clearTimeout(timer);
  };
  const fail = (reason: string): void => {
    if (isOver) return;
    end();
    destroy();
    listener.onFailed(reason);
  };
  const timer = setTimeout(() => {
    fail(`it does not answer within ${connectMs / 1000} s`);
  }, connectMs);
  return {
    isOver: () => isOver,
    end,
    fail,
    giveUp() {
      if (isOver) return;
      end();
      destroy();
    },
  };
}
