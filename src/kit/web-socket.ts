/** A WebSocket (RFC 6455) as rooms without a network ask for it; the host carries it out. Without extensions. */

export interface WebSocketOrder {
  /** ws: or wss:. Credentials in it are not used; give an `authorization` header. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** From the call until the handshake is over: DNS, TCP, TLS and upgrade. */
  readonly connectTimeoutMs: number;
  /** Of one message; a longer one ends the connection. */
  readonly maxMessageBytes: number;
}

export interface WebSocketEnd {
  /**
   * `refused`: the peer answered the handshake with an HTTP status. `closed`: a closing frame with `code`. `broken`: the
   * connection went without one. `silent`: it did not answer a ping. `aborted`: this side let go.
   */
  readonly kind:
    | 'bad-url'
    | 'not-allowed'
    | 'connect'
    | 'refused'
    | 'closed'
    | 'broken'
    | 'malformed'
    | 'silent'
    | 'aborted';
  /** One sentence naming host and cause, fit for log and record: no credentials, no path, no content. */
  readonly detail: string;
  readonly status?: number;
  readonly code?: number;
}

/** `onEnd` comes exactly once and last, never inside the call that opened the socket. */
export interface WebSocketListener {
  onOpen(): void;
  onText(text: string): void;
  /** `bytes` is the listener's. */
  onBinary(bytes: Uint8Array): void;
  onEnd(end: WebSocketEnd): void;
}

export interface WebSocketConnection {
  /** Sends one message; before `onOpen` and after the end nothing. `data` may be used again at once. Never throws. */
  send(data: string | Uint8Array): void;
  /** What was sent and has not left this process yet. */
  readonly waitingBytes: number;
  /** Says goodbye and lets go. `onEnd` follows with `aborted`, or what came before. */
  close(): void;
}

export type OpenWebSocket = (order: WebSocketOrder, listener: WebSocketListener) => WebSocketConnection;
