/**
 * One call's ear at the recognition service. One socket carries all of a call: it is opened once, hears everything, and
 * tells each utterance by its final result.
 *
 * The service decides where an utterance ends; a voice begins with its first hypothesis that has words, as in the
 * original, or earlier with the service's own `speech_begin_event` where that is configured. Instants are worked out from
 * the word timestamps: the service counts seconds of audio, and the session knows when which audio came.
 */
import { encodeUlaw } from '../../audio/index.ts';
import type { Authorization } from '../../authorization/index.ts';
import { gatewayError } from '../../kit/index.ts';
import type { RecognitionEvent, RecognitionOptions, RecognitionSession } from '../../speech/index.ts';
import type { WatsonSpeechOptions } from './options.ts';
import {
  type Hypothesis,
  printStart,
  readRecognitionMessage,
  recognizeUrl,
  stopMessage,
} from './recognition-messages.ts';
import { ServiceConnection, type WatsonSpeechPorts } from './service-connection.ts';

/** Audio that waits for the connection, at most; what comes beyond is lost. */
const pendingMs = 12_000;
/** A socket that has more to send than this is not being read. */
const maxBacklogMs = 5000;
/** After the service closed a quiet request: not more often than this, or it is a failure. */
const renewEveryMs = 10_000;

export interface RecognitionCall {
  readonly sessionId: string;
  readonly service: WatsonSpeechOptions;
  readonly authorization: Authorization;
}

export class WatsonRecognitionSession implements RecognitionSession {
  readonly #call: RecognitionCall;
  readonly #options: RecognitionOptions;
  readonly #onEvent: (event: RecognitionEvent) => void;
  readonly #ports: WatsonSpeechPorts;
  readonly #bytesPerMs: number;
  #connection: ServiceConnection;
  #state: 'connecting' | 'starting' | 'listening' | 'closed' = 'connecting';
  /** What is sent next, as bytes; used again and again. */
  #encoded = new Uint8Array(0);
  #pending: Uint8Array | undefined;
  #pendingBytes = 0;
  /** Of this request. */
  #heardBytes = 0;
  #lastAtMs = 0;
  #voice: { readonly onsetAtMs: number } | undefined;
  #renewedAtMs = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  constructor(
    call: RecognitionCall,
    options: RecognitionOptions,
    onEvent: (event: RecognitionEvent) => void,
    ports: WatsonSpeechPorts,
  ) {
    this.#call = call;
    this.#options = options;
    this.#onEvent = onEvent;
    this.#ports = ports;
    this.#bytesPerMs = options.sampleRateHz === 8000 ? 8 : 32;
    this.#connection = this.#connect();
  }

  write(pcm: Int16Array, atMs: number): void {
    if (this.#state === 'closed') return;
    const bytes = this.#encode(pcm);
    if (this.#state === 'connecting') {
      if (!this.#keep(bytes)) return;
    } else {
      this.#connection.send(bytes);
    }
    this.#heardBytes += bytes.length;
    this.#lastAtMs = atMs;
    if (this.#connection.waitingBytes > maxBacklogMs * this.#bytesPerMs) this.#fail('takes no audio any more');
  }

  close(): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'listening') this.#connection.send(stopMessage);
    this.#state = 'closed';
    this.#cancelTimer?.();
    this.#pending = undefined;
    this.#connection.close();
  }

  #connect(): ServiceConnection {
    const { sessionId, service, authorization } = this.#call;
    const { url, trust, parameters, connectTimeoutMs } = service;
    const { endOfSpeechMs, sampleRateHz } = this.#options;
    this.#state = 'connecting';
    this.#heardBytes = 0;
    this.#expect(connectTimeoutMs, 'does not listen');
    const connection = new ServiceConnection(
      { url: recognizeUrl(url, parameters), sessionId, authorization, connectTimeoutMs },
      this.#ports.openWebSocket[trust],
      this.#ports,
      {
        onOpen: () => {
          this.#state = 'starting';
          connection.send(printStart(parameters, sampleRateHz, endOfSpeechMs));
          if (this.#pending !== undefined) connection.send(this.#pending.subarray(0, this.#pendingBytes));
          this.#pending = undefined;
          this.#pendingBytes = 0;
        },
        onText: (text) => this.#onMessage(text),
        onBinary: () => this.#fail('sent audio instead of words'),
        onEnd: (reason) => this.#failWith(reason),
      },
    );
    return connection;
  }

  #encode(pcm: Int16Array): Uint8Array {
    const size = this.#options.sampleRateHz === 8000 ? pcm.length : 2 * pcm.length;
    if (this.#encoded.length !== size) this.#encoded = new Uint8Array(size);
    const encoded = this.#encoded;
    if (this.#options.sampleRateHz === 8000) encodeUlaw(pcm, encoded);
    else {
      for (let i = 0; i < pcm.length; i++) {
        const sample = pcm[i] ?? 0;
        encoded[2 * i] = sample & 0xff;
        encoded[2 * i + 1] = (sample >> 8) & 0xff;
      }
    }
    return encoded;
  }

  /** Keeps audio until there is a connection; false when there is no room. */
  #keep(bytes: Uint8Array): boolean {
    this.#pending ??= new Uint8Array(pendingMs * this.#bytesPerMs);
    if (this.#pendingBytes + bytes.length > this.#pending.length) return false;
    this.#pending.set(bytes, this.#pendingBytes);
    this.#pendingBytes += bytes.length;
    return true;
  }

  #onMessage(text: string): void {
    const message = readRecognitionMessage(text);
    switch (message.type) {
      case 'listening':
        // It may have found words already.
        if (this.#voice === undefined) this.#cancelTimer?.();
        this.#state = 'listening';
        return;
      case 'hypotheses':
        for (const hypothesis of message.hypotheses) {
          if (this.#state !== 'closed') this.#onHypothesis(hypothesis);
        }
        return;
      case 'speech-began':
        this.#onVoice(message.atS);
        return;
      case 'error':
        if (message.isTimeout) this.#renew(message.message);
        else this.#fail(`reports: ${message.message.slice(0, 200)}`);
        return;
      case 'malformed':
        this.#fail('sent something that is no message of recognition');
        return;
      case 'other':
        return;
      default:
        message satisfies never;
    }
  }

  #onHypothesis({ isFinal, text, confidence, fromS, toS }: Hypothesis): void {
    if (text !== '') this.#onVoice(fromS);
    const atMs = this.#ports.nowMs();
    if (!isFinal) {
      if (text === '') return;
      // Words are owed from now on.
      this.#expect(this.#call.service.requestTimeoutMs, 'began to hear words and does not finish');
      this.#onEvent({ type: 'partial', text, atMs });
      return;
    }
    this.#cancelTimer?.();
    const voice = this.#voice;
    this.#voice = undefined;
    // Nobody was heard: a final without words ends nothing.
    if (voice === undefined) return;
    const lastVoiceAtMs = Math.max(
      voice.onsetAtMs,
      toS === undefined ? atMs - this.#options.endOfSpeechMs : this.#instantOf(toS),
    );
    this.#onEvent({ type: 'speech-ended', lastVoiceAtMs, atMs });
    if (this.#state === 'closed') return;
    this.#onEvent({ type: 'final', text, confidence, lastVoiceAtMs, speechEndedAtMs: atMs, atMs });
  }

  #onVoice(fromS: number | undefined): void {
    if (this.#voice !== undefined) return;
    const atMs = this.#ports.nowMs();
    const onsetAtMs = fromS === undefined ? this.#lastAtMs : this.#instantOf(fromS);
    this.#voice = { onsetAtMs };
    this.#expect(this.#call.service.requestTimeoutMs, 'began to hear words and does not finish');
    this.#onEvent({ type: 'speech-started', onsetAtMs, atMs });
  }

  /** When the audio at this second of the request came. */
  #instantOf(seconds: number): number {
    const heardMs = this.#heardBytes / this.#bytesPerMs;
    return this.#lastAtMs - Math.max(0, heardMs - seconds * 1000);
  }

  /** The service ends requests in which nobody speaks; another one begins, and no word is lost by it. */
  #renew(message: string): void {
    const nowMs = this.#ports.nowMs();
    if (this.#voice !== undefined || nowMs - this.#renewedAtMs < renewEveryMs) {
      this.#fail(`reports: ${message.slice(0, 200)}`);
      return;
    }
    this.#renewedAtMs = nowMs;
    this.#connection.close();
    this.#connection = this.#connect();
  }

  #expect(limitMs: number, what: string): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#ports.after(limitMs, () => this.#fail(what));
  }

  #fail(what: string): void {
    this.#failWith(`${new URL(this.#call.service.url).host} ${what}.`);
  }

  #failWith(reason: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#cancelTimer?.();
    this.#pending = undefined;
    this.#connection.close();
    this.#onEvent({ type: 'failed', error: gatewayError('speech.recognition-failed', `Recognition: ${reason}`) });
  }
}
