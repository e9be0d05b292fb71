/**
 * HTTP POST over pooled connections with hard limits: time to connect, time to the end of the reply, size of the reply,
 * and for a reply that is read while it comes the time between two pieces of it. Nothing a peer does makes a call outlive
 * them. Redirects are answers like any other. Standing on undici's dispatch interface, because only that tells when a
 * request leaves on a connection.
 */
import { setMaxListeners } from 'node:events';
import { Agent, type Dispatcher } from 'undici';
import {
  err,
  type HttpFailure,
  type HttpPost,
  type HttpReply,
  type HttpStreamOrder,
  type HttpStreamPost,
  ok,
  type Result,
} from '../kit/index.ts';
import { checkedConnector, longestConnectMs } from './checked-connector.ts';
import { type AddressJudge, AddressNotAllowedError, type Resolve, resolveBySystem } from './checked-lookup.ts';
import type { ClientTls } from './client-tls-options.ts';
import { monotonicClock } from './monotonic-clock.ts';
import { readRetryAfter } from './retry-after.ts';

export interface HttpClient {
  readonly post: HttpPost;
  readonly postStream: HttpStreamPost;
  /** Cuts what is under way (it fails as `aborted`) and frees all sockets. */
  close(): Promise<void>;
}

export interface HttpClientOptions {
  /** Sockets per scheme, host and port; further requests wait their turn within their connect timeout. Default 128. */
  readonly connectionsPerOrigin?: number;
  /**
   * Which addresses and ports may be connected to; asked for each address a name resolves to, right before the connection
   * is opened. Connections are reused only within one client, so every client stands for one policy. Default: all.
   */
  readonly judgeAddress?: AddressJudge;
  /** Default: the system's. */
  readonly resolve?: Resolve;
  /** What TLS peers are checked against and shown, beside what Node does by itself; counts with `judgeAddress` alone. */
  readonly tls?: ClientTls;
}

export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const { connectionsPerOrigin = 128, judgeAddress, resolve = resolveBySystem, tls } = options;
  const agent = new Agent({
    connections: connectionsPerOrigin,
    pipelining: 1,
    maxHeaderSize: 16 * 1024,
    // A conversation has a turn every few seconds: a connection should last from one to the next, and not much longer.
    keepAliveTimeout: 20_000,
    keepAliveMaxTimeout: 60_000,
    // One deadline of ours covers head and body.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: judgeAddress === undefined ? { timeout: longestConnectMs } : checkedConnector(judgeAddress, resolve, tls),
  });
  let isClosed = false;
  const exchange = (order: ExchangeOrder): Promise<Outcome> => {
    const url = parseHttpUrl(order.url);
    if (url === undefined) {
      return Promise.resolve(err({ kind: 'bad-url', detail: 'The URL is not an absolute http: or https: URL.' }));
    }
    if (isClosed || order.signal.aborted) return Promise.resolve(err(aborted(url)));
    return new Promise((resolve) => {
      new Exchange(agent, url, order, resolve).start();
    });
  };
  return {
    async post({ readTimeoutMs, ...order }) {
      const chunks: Uint8Array[] = [];
      const onData = (bytes: Uint8Array) => {
        chunks.push(bytes);
        return 'progress' as const;
      };
      const outcome = await exchange({ ...order, totalTimeoutMs: readTimeoutMs, onData });
      if (!outcome.ok) return outcome;
      return ok({ ...outcome.value, bodyText: new TextDecoder().decode(Buffer.concat(chunks)) });
    },
    postStream: exchange,
    async close() {
      isClosed = true;
      await agent.destroy(new ClosedError());
    },
  };
}

class ClosedError extends Error {}

type ExchangeOrder = Omit<HttpStreamOrder, 'idleTimeoutMs'> & Partial<Pick<HttpStreamOrder, 'idleTimeoutMs'>>;
type Outcome = Result<Omit<HttpReply, 'bodyText'>, HttpFailure>;

/** One request and its reply. Settles exactly once, on whichever comes first. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #agent: Agent;
  readonly #url: URL;
  readonly #order: ExchangeOrder;
  readonly #resolve: (outcome: Outcome) => void;
  #sizeBytes = 0;
  #status: number | undefined;
  #contentType: string | undefined;
  #retryAfterS: number | undefined;
  #firstByteAtMs: number | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #isSettled = false;

  constructor(agent: Agent, url: URL, order: ExchangeOrder, resolve: (outcome: Outcome) => void) {
    this.#agent = agent;
    this.#url = url;
    this.#order = order;
    this.#resolve = resolve;
  }

  start(): void {
    const { method = 'POST', headers, body, signal } = this.#order;
    // One signal may stand over any number of requests: those of an outbox, say.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#arm(this.#order.connectTimeoutMs, 'connect', 'accepted no connection');
    const path = `${this.#url.pathname}${this.#url.search}`;
    try {
      this.#agent.dispatch({ origin: this.#url.origin, path, method, headers, body }, this);
    } catch (error) {
      this.#fail('bad-url', `the request cannot be sent: ${String(error)}`);
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Given up while it waited for a connection: it must not be sent after all.
    if (this.#isSettled) controller.abort(new ClosedError());
    else {
      this.#arm(this.#order.totalTimeoutMs, 'timeout', 'did not answer to the end');
      this.#armIdle('began no answer');
    }
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Record<string, unknown>): void {
    this.#firstByteAtMs = monotonicClock.nowMs();
    this.#status = status;
    const contentType = headers['content-type'];
    if (typeof contentType === 'string') this.#contentType = contentType;
    const retryAfter = headers['retry-after'];
    if (typeof retryAfter === 'string') this.#retryAfterS = readRetryAfter(retryAfter, monotonicClock.wallMs());
    if (Number(headers['content-length']) > this.#order.maxReplyBytes) this.#failTooLarge();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes > this.#order.maxReplyBytes) this.#failTooLarge();
    else if (!this.#isSettled && this.#order.onData(chunk, this.#status ?? 0, this.#contentType) === 'progress') {
      this.#armIdle('stopped amid its answer and sent no more of it');
    }
  }

  onResponseEnd(): void {
    const [retryAfterS, firstByteAtMs] = [this.#retryAfterS, this.#firstByteAtMs];
    this.#settle(
      ok({
        status: this.#status ?? 0,
        ...(retryAfterS === undefined ? {} : { retryAfterS }),
        ...(firstByteAtMs === undefined ? {} : { firstByteAtMs }),
      }),
    );
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (error instanceof ClosedError) this.#settle(err(aborted(this.#url)));
    else if (error instanceof AddressNotAllowedError) this.#fail('not-allowed', error.message);
    else if (this.#controller === undefined) this.#fail('connect', describeConnectError(error));
    else if (/^(HPE_|HTTPParserError|UND_ERR_HEADERS_OVERFLOW)/.test(codeOf(error))) {
      this.#fail('malformed', `sent something that is not HTTP (${codeOf(error)})`);
    } else this.#fail('broken', `closed the connection before the end of its reply (${codeOf(error)})`);
  }

  readonly #onAbort = (): void => {
    this.#settle(err(aborted(this.#url)));
  };

  #arm(afterMs: number, kind: 'connect' | 'timeout', what: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#fail(kind, `${what} within ${afterMs} ms`);
    }, afterMs);
  }

  #armIdle(what: string): void {
    clearTimeout(this.#idleTimer);
    const { idleTimeoutMs } = this.#order;
    if (this.#isSettled || idleTimeoutMs === undefined) return;
    this.#idleTimer = setTimeout(() => {
      this.#fail('timeout', `${what} within ${idleTimeoutMs} ms`);
    }, idleTimeoutMs);
  }

  #failTooLarge(): void {
    this.#fail('too-large', `sent a reply of more than ${this.#order.maxReplyBytes} bytes`);
  }

  #fail(kind: HttpFailure['kind'], what: string): void {
    const status = this.#status;
    this.#settle(err({ kind, detail: `${this.#url.host} ${what}.`, ...(status !== undefined && { status }) }));
  }

  #settle(outcome: Outcome): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#idleTimer);
    this.#order.signal.removeEventListener('abort', this.#onAbort);
    // Without the rest of the reply the connection is of no use: close it. After a whole reply this does nothing.
    if (!outcome.ok) this.#controller?.abort(new ClosedError());
    this.#resolve(outcome);
  }
}

function parseHttpUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}

function aborted(url: URL): HttpFailure {
  return { kind: 'aborted', detail: `The request to ${url.host} was given up.` };
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** What stands behind an error before the request left, in words that name the fix where there is one. */
function describeConnectError(error: Error): string {
  const code = codeOf(error);
  switch (code) {
    case 'ECONNREFUSED':
      return 'refused the connection: nothing listens there';
    case 'ENOTFOUND':
      return 'is not a known host name';
    case 'EAI_AGAIN':
      return 'could not be resolved: the name server did not answer';
    case 'UND_ERR_CONNECT_TIMEOUT':
      return 'accepted no connection in time';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'showed a TLS certificate for another host name';
    case 'CERT_HAS_EXPIRED':
      return 'showed a TLS certificate that has expired';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `showed a TLS certificate that is not trusted (${code}); name its CA file in NODE_EXTRA_CA_CERTS`;
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
    case 'EPROTO':
      return `does not speak TLS on this port (${code})`;
    default:
      return `could not be connected to (${code})`;
  }
}
