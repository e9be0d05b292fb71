/** SIP over one TCP or TLS connection that stands: messages in and out, keep-alives, limits. */
import type { Socket } from 'node:net';
import { pong, StreamFramer } from '../../sip/index.ts';
import type { ConnectionLimits, ConnectionListener, SipConnection } from './connection.ts';

const ping = Uint8Array.of(13, 10, 13, 10);

export function openStreamConnection(
  socket: Socket,
  limits: ConnectionLimits,
  listener: ConnectionListener,
): SipConnection {
  return new StreamConnection(socket, limits, listener);
}

class StreamConnection implements SipConnection {
  readonly #socket: Socket;
  readonly #limits: ConnectionLimits;
  readonly #listener: ConnectionListener;
  readonly #framer = new StreamFramer();
  #messageTimer: NodeJS.Timeout | undefined;
  readonly #keepAlive: NodeJS.Timeout | undefined;
  #reason: string | undefined;

  constructor(socket: Socket, limits: ConnectionLimits, listener: ConnectionListener) {
    this.#socket = socket;
    this.#limits = limits;
    this.#listener = listener;
    socket.setNoDelay(true);
    socket.setTimeout(limits.idleMs, () => {
      this.destroy(`nothing came for ${limits.idleMs / 1000} s`);
    });
    socket.on('data', (chunk: Uint8Array) => {
      this.#onData(chunk);
    });
    socket.on('error', (error) => {
      this.#reason ??= error.message;
    });
    socket.once('end', () => {
      this.#reason ??= 'the other side closed it';
    });
    socket.once('close', () => {
      clearTimeout(this.#messageTimer);
      clearInterval(this.#keepAlive);
      listener.onClosed(this.#reason ?? 'it was closed');
    });
    if (limits.firstMessageMs > 0) this.#awaitMessage(limits.firstMessageMs);
    if (limits.keepAliveMs > 0) {
      this.#keepAlive = setInterval(() => {
        this.write(ping);
      }, limits.keepAliveMs);
    }
  }

  write(bytes: Uint8Array): boolean {
    const { waitingBytes } = this.#limits;
    if (this.#socket.writableLength + bytes.length > waitingBytes) {
      this.destroy(`it did not take ${waitingBytes} bytes that wait for it`);
      return false;
    }
    if (!this.#socket.writable) return false;
    this.#socket.write(bytes);
    return true;
  }

  close(): void {
    this.#reason ??= 'we closed it';
    this.#socket.end();
    const timer = setTimeout(() => this.#socket.destroy(), 1000);
    this.#socket.once('close', () => {
      clearTimeout(timer);
    });
  }

  destroy(reason: string): void {
    this.#reason ??= reason;
    this.#socket.destroy();
  }

  #onData(chunk: Uint8Array): void {
    for (const framed of this.#framer.push(chunk)) {
      switch (framed.type) {
        case 'message':
          this.#stopWaiting();
          this.#listener.onMessage(framed.bytes);
          break;
        case 'ping':
          this.write(pong);
          break;
        case 'broken':
          // What can be refused is answered first: the answer leaves before the connection does.
          if (framed.head !== undefined) this.#listener.onMessage(framed.head);
          this.#reason ??= framed.reason;
          this.close();
          break;
        default:
          framed satisfies never;
      }
    }
    if (this.#framer.isMidMessage) this.#awaitMessage(this.#limits.messageMs);
  }

  /** Runs on while the message is under way: bytes that trickle in buy no time. */
  #awaitMessage(limitMs: number): void {
    this.#messageTimer ??= setTimeout(() => {
      this.destroy(`no whole message came within ${limitMs / 1000} s`);
    }, limitMs);
  }

  #stopWaiting(): void {
    clearTimeout(this.#messageTimer);
    this.#messageTimer = undefined;
  }
}
