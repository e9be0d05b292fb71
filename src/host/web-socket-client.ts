/** WebSockets towards services: connected only where the policy lets them, without redirects, with a heartbeat. */
import { isIP } from 'node:net';
import { WebSocket } from 'ws';
import type {
  OpenWebSocket,
  WebSocketConnection,
  WebSocketEnd,
  WebSocketListener,
  WebSocketOrder,
} from '../kit/index.ts';
import {
  type AddressJudge,
  AddressNotAllowedError,
  checkedLookup,
  type Resolve,
  resolveBySystem,
} from './checked-lookup.ts';
import { type ClientTls, tlsOptions } from './client-tls-options.ts';

export interface WebSocketClientOptions {
  /** As for HTTP clients. Default: all. */
  readonly judgeAddress?: AddressJudge;
  /** Default: the system's. */
  readonly resolve?: Resolve;
  /** Time between two pings; a peer that has not answered one by the next is gone. Default 5 s. */
  readonly heartbeatMs?: number;
  /** What TLS peers are checked against and shown, beside what Node does by itself. */
  readonly tls?: ClientTls;
}

const defaultHeartbeatMs = 5000;

export function createWebSocketClient(options: WebSocketClientOptions = {}): OpenWebSocket {
  return (order, listener) => new Connection(order, listener, options);
}

class Connection implements WebSocketConnection {
  readonly #listener: WebSocketListener;
  readonly #host: string;
  #socket: WebSocket | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #end: WebSocketEnd | undefined;
  #isAnswering = true;

  constructor(order: WebSocketOrder, listener: WebSocketListener, options: WebSocketClientOptions) {
    this.#listener = listener;
    const url = URL.canParse(order.url) ? new URL(order.url) : undefined;
    this.#host = url?.host ?? '';
    if (url === undefined || (url.protocol !== 'ws:' && url.protocol !== 'wss:')) {
      this.#finish({ kind: 'bad-url', detail: 'The URL is not an absolute ws: or wss: URL.' });
      return;
    }
    // Addresses are judged here, names where they are resolved.
    const { judgeAddress = () => undefined, resolve = resolveBySystem } = options;
    const port = Number(url.port) || (url.protocol === 'wss:' ? 443 : 80);
    const address = url.hostname.replace(/^\[|\]$/g, '');
    const reason = isIP(address) === 0 ? undefined : judgeAddress(address, port);
    if (reason !== undefined) {
      this.#finish({ kind: 'not-allowed', detail: `${url.host} is not an allowed destination (${reason}).` });
      return;
    }
    url.username = '';
    url.password = '';
    try {
      this.#connect(url, order, checkedLookup(port, judgeAddress, resolve), options);
    } catch (error) {
      this.#finish({ kind: 'bad-url', detail: `${url.host} cannot be asked: ${codeOf(error)}.` });
    }
  }

  get waitingBytes(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  send(data: string | Uint8Array): void {
    // A callback: without one, a socket that is closing would throw.
    if (this.#end === undefined && this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(data, ignore);
  }

  close(): void {
    if (this.#end !== undefined) return;
    const socket = this.#socket;
    if (socket?.readyState === WebSocket.OPEN) {
      socket.close(1000);
      // Who does not answer a goodbye is not waited for.
      const timer = setTimeout(() => socket.terminate(), 1000);
      socket.once('close', () => clearTimeout(timer));
    } else {
      socket?.terminate();
    }
    this.#finish({ kind: 'aborted', detail: `The connection to ${this.#host} was given up.` });
  }

  #connect(
    url: URL,
    order: WebSocketOrder,
    lookup: ReturnType<typeof checkedLookup>,
    { heartbeatMs = defaultHeartbeatMs, tls }: WebSocketClientOptions,
  ): void {
    const socket = new WebSocket(url, {
      headers: order.headers,
      handshakeTimeout: order.connectTimeoutMs,
      maxPayload: order.maxMessageBytes,
      perMessageDeflate: false,
      followRedirects: false,
      lookup,
      ...tlsOptions(tls),
    });
    this.#socket = socket;
    socket.binaryType = 'nodebuffer';
    socket.on('open', () => {
      if (this.#end !== undefined) return;
      this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs);
      this.#listener.onOpen();
    });
    socket.on('pong', () => (this.#isAnswering = true));
    socket.on('message', (data, isBinary) => {
      this.#isAnswering = true;
      if (this.#end !== undefined || !Buffer.isBuffer(data)) return;
      if (isBinary) this.#listener.onBinary(data);
      else this.#listener.onText(data.toString('utf8'));
    });
    socket.on('unexpected-response', (request, response) => {
      const status = response.statusCode ?? 0;
      request.destroy();
      this.#finish({ kind: 'refused', status, detail: `${this.#host} answered with HTTP status ${status}.` });
    });
    socket.on('error', (error) => this.#finish(this.#endOf(error)));
    socket.on('close', (code) => {
      this.#finish(
        code === 1006
          ? { kind: 'broken', detail: `The connection to ${this.#host} broke off.` }
          : { kind: 'closed', code, detail: `${this.#host} closed the connection (${code}).` },
      );
    });
  }

  #beat(): void {
    if (this.#isAnswering) {
      this.#isAnswering = false;
      this.#socket?.ping(undefined, undefined, ignore);
      return;
    }
    this.#finish({ kind: 'silent', detail: `${this.#host} does not answer any more.` });
    this.#socket?.terminate();
  }

  #endOf(error: Error): WebSocketEnd {
    const code = codeOf(error);
    if (error instanceof AddressNotAllowedError) {
      return { kind: 'not-allowed', detail: `${this.#host} ${error.message}.` };
    }
    if (code.startsWith('WS_ERR_')) return { kind: 'malformed', detail: `${this.#host} broke the protocol (${code}).` };
    const isOpen = this.#heartbeat !== undefined;
    if (isOpen) return { kind: 'broken', detail: `The connection to ${this.#host} broke off (${code}).` };
    const what = /timed out/.test(error.message) ? 'did not answer in time' : `could not be connected to (${code})`;
    return { kind: 'connect', detail: `${this.#host} ${what}.` };
  }

  /** Once; told in a later turn, because a listener is not ready inside the call that opens. */
  #finish(end: WebSocketEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    clearInterval(this.#heartbeat);
    setImmediate(() => this.#listener.onEnd(end));
  }
}

function ignore(): void {
  // What cannot be sent is told by the end of the connection.
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
