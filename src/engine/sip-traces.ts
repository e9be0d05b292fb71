/**
 * SIP traces: what was sent and received for each call of this process, in order, for people who look for the reason of
 * something. Secrets are masked when a message is taken, so that none is ever kept or handed on. Bounded in every direction; a
 * call never waits for its trace.
 */
import { printWallTime } from '../kit/index.ts';
import {
  type CapturedMessage,
  findCallId,
  type Hop,
  type HostPort,
  maskSecrets,
  printHostPort,
  type SipTransport,
} from '../sip/index.ts';

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
  readonly transport: SipTransport;
  /** `host:port` of this side, as it is told to others. */
  readonly local: string;
  /** `host:port` of the other side; the host may be a name. */
  readonly peer: string;
  /** Head and body with secrets masked; bytes that are no UTF-8 appear as U+FFFD. */
  readonly text: string;
}

/** What traces need to know, and who looks on. */
export interface SipCapture {
  /** What this side is called in messages of a transport. */
  ownAddress(transport: SipTransport): HostPort;
  /** Takes every message of a traced call, whether or not there is room for it in the trace. Never blocks. */
  readonly watch?: (message: CapturedMessage, callId: string) => void;
}

/** Of one call, and of all calls together. A usual call has ten messages of a kilobyte. */
export const traceLimits = { messages: 200, bytes: 128 * 1024, calls: 5000, bytesInAll: 32 * 1024 * 1024 } as const;

interface OpenTrace {
  readonly messages: TracedMessage[];
  readonly isKept: boolean;
  sizeBytes: number;
  dropped: number;
}

const nowhere: SipCapture = { ownAddress: () => ({ host: '0.0.0.0', port: 5060 }) };

export class SipTraces {
  readonly #open = new Map<string, OpenTrace>();
  /** Call-IDs of further legs, with their session. */
  readonly #joined = new Map<string, string>();
  readonly #wallMs: () => number;
  readonly #capture: SipCapture;
  readonly #decoder = new TextDecoder();
  #sizeBytes = 0;

  constructor(wallMs: () => number, capture: SipCapture = nowhere) {
    this.#wallMs = wallMs;
    this.#capture = capture;
  }

  /** Whether somebody looks on beside the traces that are kept. */
  get isWatched(): boolean {
    return this.#capture.watch !== undefined;
  }

  /** Traces this call from now on, unless there are too many: for its trace, or only for who looks on. */
  begin(sessionId: string, purpose: 'keep' | 'watch'): void {
    if (this.#open.size >= traceLimits.calls) return;
    this.#open.set(sessionId, { messages: [], isKept: purpose === 'keep', sizeBytes: 0, dropped: 0 });
  }

  /** The call whose messages have this Call-ID goes by another name. */
  rename(callId: string, sessionId: string): void {
    const trace = this.#open.get(callId);
    if (trace === undefined) return;
    this.#open.delete(callId);
    this.#open.set(sessionId, trace);
  }

  /** Messages with this Call-ID belong to that call, too; until `part`. */
  join(callId: string, sessionId: string): void {
    this.#joined.set(callId, sessionId);
  }

  part(callId: string): void {
    this.#joined.delete(callId);
  }

  /** A message that belongs to none of the calls is not kept. */
  take(direction: TracedMessage['direction'], bytes: Uint8Array, { transport, host, port }: Hop): void {
    if (this.#open.size === 0) return;
    const text = this.#decoder.decode(bytes);
    const named = findCallId(text);
    const callId = named === undefined ? undefined : (this.#joined.get(named) ?? named);
    const trace = callId === undefined ? undefined : this.#open.get(callId);
    if (trace === undefined || callId === undefined) return;
    const hasRoom = trace.isKept && this.#hasRoom(trace, bytes.length);
    if (trace.isKept && !hasRoom) trace.dropped += 1;
    const { watch } = this.#capture;
    if (!hasRoom && watch === undefined) return;
    const [local, peer] = [this.#capture.ownAddress(transport), { host, port }];
    const [source, destination] = direction === 'sent' ? [local, peer] : [peer, local];
    const message: CapturedMessage = {
      wallMs: this.#wallMs(),
      transport,
      source,
      destination,
      text: maskSecrets(text),
    };
    watch?.(message, callId);
    if (!hasRoom) return;
    trace.sizeBytes += bytes.length;
    this.#sizeBytes += bytes.length;
    trace.messages.push({
      at: printWallTime(message.wallMs),
      direction,
      transport,
      local: printHostPort(local.host, local.port),
      peer: printHostPort(host, port),
      text: message.text,
    });
  }

  /** The trace of a call so far; undefined when none is kept. */
  soFar(sessionId: string): SipTrace | undefined {
    const trace = this.#open.get(sessionId);
    if (trace?.isKept !== true) return undefined;
    return { vgwSessionID: sessionId, messages: [...trace.messages], droppedMessages: trace.dropped };
  }

  /** Forgets the trace of a call. */
  end(sessionId: string): void {
    this.#sizeBytes -= this.#open.get(sessionId)?.sizeBytes ?? 0;
    this.#open.delete(sessionId);
  }

  #hasRoom({ messages, sizeBytes }: OpenTrace, moreBytes: number): boolean {
    return (
      messages.length < traceLimits.messages &&
      sizeBytes + moreBytes <= traceLimits.bytes &&
      this.#sizeBytes + moreBytes <= traceLimits.bytesInAll
    );
  }
}
