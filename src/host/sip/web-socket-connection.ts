/** SIP over one WebSocket that stands (RFC 7118): a message a frame, pings of the WebSocket instead of line ends. */
import type { WebSocket } from 'ws';
import type { ConnectionLimits, ConnectionListener, SipConnection } from './connection.ts';

/** What both sides must name at the handshake (RFC 7118 §4.1). */
export const subprotocol = 'sip';

export function openWebSocketConnection(
  socket: WebSocket,
  limits: ConnectionLimits,
  listener: ConnectionListener,
): SipConnection {
  let reason: string | undefined;
  let isHeard = true;
  const timers: NodeJS.Timeout[] = [];
  const destroy = (why: string): void => {
    reason ??= why;
    socket.terminate();
  };
  const write = (bytes: Uint8Array): boolean => {
    if (socket.bufferedAmount + bytes.length > limits.waitingBytes) {
      destroy(`it did not take ${limits.waitingBytes} bytes that wait for it`);
      return false;
    }
    if (socket.readyState !== socket.OPEN) return false;
    // Without a callback a socket that is closing would throw. Text frames are what browsers expect; SIP is UTF-8 unless its
    // body is not, and then it goes as it is.
    socket.send(bytes, { binary: !isUtf8(bytes) }, () => undefined);
    return true;
  };
  let firstMessage: NodeJS.Timeout | undefined;
  if (limits.firstMessageMs > 0) {
    firstMessage = setTimeout(() => {
      destroy(`no whole message came within ${limits.firstMessageMs / 1000} s`);
    }, limits.firstMessageMs);
    timers.push(firstMessage);
  }
  let idle = setTimeout(onIdle, limits.idleMs);
  function onIdle(): void {
    destroy(`nothing came for ${limits.idleMs / 1000} s`);
  }
  const heard = (): void => {
    isHeard = true;
    clearTimeout(idle);
    idle = setTimeout(onIdle, limits.idleMs);
  };
  if (limits.keepAliveMs > 0) {
    timers.push(
      setInterval(() => {
        if (!isHeard) {
          destroy('it did not answer a ping');
          return;
        }
        isHeard = false;
        socket.ping();
      }, limits.keepAliveMs),
    );
  }
  socket.on('message', (data) => {
    heard();
    clearTimeout(firstMessage);
    // `ws` hands over a Buffer unless told otherwise; of fragments it makes one.
    if (data instanceof Uint8Array) listener.onMessage(data);
  });
  socket.on('ping', heard);
  socket.on('pong', heard);
  socket.on('error', (error) => {
    reason ??= error.message;
  });
  socket.once('close', (code) => {
    for (const timer of [...timers, idle]) clearTimeout(timer);
    listener.onClosed(reason ?? `the other side closed it (${code})`);
  });
  return {
    write,
    destroy,
    close() {
      reason ??= 'we closed it';
      socket.close(1000);
      // Who does not answer a goodbye is not waited for.
      const timer = setTimeout(() => socket.terminate(), 1000);
      socket.once('close', () => clearTimeout(timer));
    },
  };
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strictUtf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
