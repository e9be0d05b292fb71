/** A client's ports with real sockets and real time, and the service behind them. */
import { createAuthorizationBook } from '../../src/authorization/index.ts';
import { createHttpClient, createWebSocketClient, monotonicClock } from '../../src/host/index.ts';
import type { SpeechServicePorts } from '../../src/providers/speech-connection/index.ts';

export function openPorts(): { readonly ports: SpeechServicePorts; close(): Promise<void> } {
  const http = createHttpClient();
  const openWebSocket = createWebSocketClient();
  const book = createAuthorizationBook({ post: http.post, clock: monotonicClock });
  return {
    ports: {
      nowMs: () => monotonicClock.nowMs(),
      wallMs: () => monotonicClock.wallMs(),
      after: (delayMs, callback) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
      newAbort: () => new AbortController(),
      openWebSocket: { operator: openWebSocket, request: openWebSocket },
      postStream: { operator: http.postStream, request: http.postStream },
      authorizationBy: (_trust, method) => book.authorizationBy(method),
    },
    close: () => http.close(),
  };
}

/** Options as a tenant's settings become them. */
export function optionsFor(url: string, more: object = {}): object {
  return { url, trust: 'operator', authorization: { kind: 'none' }, parameters: {}, ...more };
}
