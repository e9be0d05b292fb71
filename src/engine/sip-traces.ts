/**
 * SIP traces: what was sent and received for each call of this process, in order, for people who look for the reason of
 * something. Secrets are masked when a message is taken, so that none is ever kept. Bounded in every direction; a call never
 * waits for its trace.
 */
import { printWallTime } from '../kit/index.ts';
import { findCallId, type HostPort, maskSecrets } from '../sip/index.ts';

export interface SipTrace {
  readonly vgwSessionID: string;
  readonly messages: readonly TracedMessage[];
  /** Messages that were not kept because there was no more room. */
  readonly droppedMessages: number;
}

export interface TracedMessage {
  /** When it was handed to the transport, or came from there; e.g. `2026-01-31T12:00:00.000Z`. */
  readonly at: string;
  readonly direction: 'sent' | 'received';
  /** `host:port` of the other side; the host may be a name. */
  readonly peer: string;
  /** Head and body with secrets masked; bytes that are no UTF-8 appear as U+FFFD. */
  readonly text: string;
}

/** Of one call, and of all calls together. A usual call has ten messages of a kilobyte. */
export const traceLimits = { messages: 200, bytes: 128 * 1024, calls: 5000, bytesInAll: 32 * 1024 * 1024 } as const;

interface OpenTrace {
  readonly messages: TracedMessage[];
  sizeBytes: number;
  dropped: number;
}

export class SipTraces {
  readonly #open = new Map<string, OpenTrace>();
  readonly #wallMs: () => number;
  readonly #decoder = new TextDecoder();
  #sizeBytes = 0;

  constructor(wallMs: () => number) {
    this.#wallMs = wallMs;
  }

  /** Traces this call from now on, unless there are too many. */
  begin(sessionId: string): void {
    if (this.#open.size >= traceLimits.calls) return;
    this.#open.set(sessionId, { messages: [], sizeBytes: 0, dropped: 0 });
  }

  /** A message that belongs to none of the calls is not kept. */
  take(direction: TracedMessage['direction'], bytes: Uint8Array, { host, port }: HostPort): void {
    if (this.#open.size === 0) return;
    const text = this.#decoder.decode(bytes);
    const callId = findCallId(text);
    const trace = callId === undefined ? undefined : this.#open.get(callId);
    if (trace === undefined) return;
    if (!this.#hasRoom(trace, bytes.length)) {
      trace.dropped += 1;
      return;
    }
    trace.sizeBytes += bytes.length;
    this.#sizeBytes += bytes.length;
    const peer = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    trace.messages.push({ at: printWallTime(this.#wallMs()), direction, peer, text: maskSecrets(text) });
  }

  /** Ends the trace of a call and gives it; undefined when there is none. */
  end(sessionId: string): SipTrace | undefined {
    const trace = this.#open.get(sessionId);
    if (trace === undefined) return undefined;
    this.#open.delete(sessionId);
    this.#sizeBytes -= trace.sizeBytes;
    return { vgwSessionID: sessionId, messages: trace.messages, droppedMessages: trace.dropped };
  }

  #hasRoom({ messages, sizeBytes }: OpenTrace, moreBytes: number): boolean {
    return (
      messages.length < traceLimits.messages &&
      sizeBytes + moreBytes <= traceLimits.bytes &&
      this.#sizeBytes + moreBytes <= traceLimits.bytesInAll
    );
  }
}
