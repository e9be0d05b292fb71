/** What a connection to a speech service needs of the world: real sockets and real time. */
import { createAuthorizationBook } from '../authorization/index.ts';
import { createHttpClient, createWebSocketClient, monotonicClock } from '../host/index.ts';
import type { SpeechServicePorts } from '../providers/speech-connection/index.ts';

export function openServicePorts(): { readonly ports: SpeechServicePorts; readonly close: () => Promise<void> } {
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
