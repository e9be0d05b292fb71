/** A socket to a service with the header that proves who asks; after one 401 it is tried once more with another token. */
import type { Authorization } from '../../authorization/index.ts';
import type { OpenWebSocket, WebSocketConnection, WebSocketListener } from '../../kit/index.ts';
import type { SpeechPorts } from '../../speech/index.ts';

export interface ServiceOrder {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly authorization: Authorization;
  readonly connectTimeoutMs: number;
}

export interface ServiceListener extends Omit<WebSocketListener, 'onEnd'> {
  /** Once and last; one sentence without secrets. `goodbye`: the service has said all it had to say. */
  onEnd(reason: string, how: 'goodbye' | 'failure'): void;
}

const maxMessageBytes = 1024 * 1024;

export class ServiceConnection {
  readonly #order: ServiceOrder;
  readonly #listener: ServiceListener;
  readonly #openWebSocket: OpenWebSocket;
  readonly #abort: { readonly signal: AbortSignal; abort(): void };
  #socket: WebSocketConnection | undefined;
  #isOver = false;

  constructor(order: ServiceOrder, openWebSocket: OpenWebSocket, ports: SpeechPorts, listener: ServiceListener) {
    this.#order = order;
    this.#openWebSocket = openWebSocket;
    this.#listener = listener;
    this.#abort = ports.newAbort();
    void this.#open('first');
  }

  get waitingBytes(): number {
    return this.#socket?.waitingBytes ?? 0;
  }

  send(data: string | Uint8Array): void {
    this.#socket?.send(data);
  }

  /** No event follows. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#abort.abort();
    this.#socket?.close();
  }

  async #open(attempt: 'first' | 'second'): Promise<void> {
    const { url, authorization, connectTimeoutMs } = this.#order;
    let header: Awaited<ReturnType<Authorization['header']>>;
    try {
      header = await authorization.header(this.#abort.signal);
    } catch {
      // Given up.
      return;
    }
    if (this.#isOver) return;
    if (!header.ok) return this.#end(header.error.detail, 'failure');
    const sent = header.value;
    const headers = { ...this.#order.headers, ...(sent === undefined ? {} : { authorization: sent }) };
    const { onOpen, onText, onBinary } = this.#unlessOver();
    this.#socket = this.#openWebSocket(
      { url, headers, connectTimeoutMs, maxMessageBytes },
      {
        onOpen,
        onText,
        onBinary,
        onEnd: (end) => {
          const mayRetry = attempt === 'first' && end.status === 401 && authorization.forget(sent);
          if (mayRetry && !this.#isOver) void this.#open('second');
          else this.#end(end.detail, end.code === 1000 || end.code === 1005 ? 'goodbye' : 'failure');
        },
      },
    );
  }

  #unlessOver(): Omit<WebSocketListener, 'onEnd'> {
    return {
      onOpen: () => {
        if (!this.#isOver) this.#listener.onOpen();
      },
      onText: (text) => {
        if (!this.#isOver) this.#listener.onText(text);
      },
      onBinary: (bytes) => {
        if (!this.#isOver) this.#listener.onBinary(bytes);
      },
    };
  }

  #end(reason: string, how: 'goodbye' | 'failure'): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listener.onEnd(reason, how);
  }
}
