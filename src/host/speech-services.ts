/** Sockets, tokens and timers of the speech services of others. */
import { createAuthorizationBook } from '../authorization/index.ts';
import { type DestinationPolicy, judgeDestination } from '../policy/index.ts';
import type { RunVoiceProgram } from '../providers/espeak-ng/index.ts';
import type { SpeechServicePorts } from '../providers/speech-connection/index.ts';
import type { ClientTls } from './client-tls-options.ts';
import { createHttpClient } from './http-client.ts';
import { monotonicClock } from './monotonic-clock.ts';
import { createVoiceProgram } from './voice-program.ts';
import { createWebSocketClient } from './web-socket-client.ts';

export interface SpeechServiceOptions {
  /** Where services may be: of the operator, and of callers and bots. Absent: nowhere. */
  readonly destinations?: { readonly operator: DestinationPolicy; readonly request: DestinationPolicy };
  readonly tls?: ClientTls;
  /** The operator's espeak-ng: a name that is looked for in PATH, or a path. */
  readonly voiceProgram?: string;
}

export interface SpeechServices {
  readonly ports: SpeechServicePorts & { readonly runVoiceProgram: RunVoiceProgram };
  close(): Promise<void>;
}

/** One set for each kind of trust. */
export function createServices({
  destinations,
  tls,
  voiceProgram = 'espeak-ng',
}: SpeechServiceOptions): SpeechServices {
  const operator = createAccess(destinations?.operator, tls);
  const request = createAccess(destinations?.request, tls);
  const access = { operator, request };
  return {
    ports: {
      nowMs: () => monotonicClock.nowMs(),
      wallMs: () => monotonicClock.wallMs(),
      after: (delayMs, callback) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
      newAbort: () => new AbortController(),
      openWebSocket: { operator: operator.openWebSocket, request: request.openWebSocket },
      postStream: { operator: operator.http.postStream, request: request.http.postStream },
      runVoiceProgram: createVoiceProgram(voiceProgram),
      authorizationBy: (trust, method) => access[trust].tokens.authorizationBy(method),
    },
    close: async () => {
      await Promise.all([operator.close(), request.close()]);
    },
  };
}

function createAccess(policy: DestinationPolicy | undefined, tls: ClientTls | undefined) {
  const judgeAddress = (address: string, port: number): string | undefined => {
    if (policy === undefined) return 'No destination is allowed.';
    const judged = judgeDestination(address, port, policy);
    return judged.ok ? undefined : judged.error;
  };
  const shown = { judgeAddress, ...(tls === undefined ? {} : { tls }) };
  const http = createHttpClient(shown);
  // Token services are public, with certificates like anybody else's.
  const tokenHttp = createHttpClient({ judgeAddress });
  return {
    http,
    openWebSocket: createWebSocketClient(shown),
    tokens: createAuthorizationBook({ post: tokenHttp.post, clock: monotonicClock }),
    close: () => Promise.all([http.close(), tokenHttp.close()]),
  };
}
