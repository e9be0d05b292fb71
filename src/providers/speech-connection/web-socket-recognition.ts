/**
 * One call's ear at a service of recognition that hears over a WebSocket. One socket carries all of a call: it is opened
 * once, hears everything, and tells each utterance by its final result.
 *
 * The service decides where an utterance ends; a voice begins with its first hypothesis that has words, as in the
 * original, or earlier with the service's own event where that is configured. Instants are worked out from the instants
 * of words: the service counts seconds of audio, and the session knows when which audio came.
 */
import { gatewayError } from '../../kit/index.ts';
import type { ExpectedSpeech, RecognitionEvent, RecognitionOptions, RecognitionSession } from '../../speech/index.ts';
import type { Hypothesis, RecognitionMessage } from './recognition-message.ts';
import { AudioEncoder, type AudioEncoding, bytesPerMs, encodingFor } from './service-audio.ts';
import { ServiceConnection, type ServiceOrder } from './service-connection.ts';
import type { ServiceOptions } from './service-options.ts';
import type { SpeechServicePorts } from './service-ports.ts';
import { type VoiceSpan, VoiceWatch } from './voice-watch.ts';

/** Audio that waits for the connection, at most; what comes beyond is lost. */
const pendingMs = 12_000;
/** A socket that has twice as much to send (audio may be wrapped) is not being read. */
const maxBacklogMs = 5000;
/** After the service closed a quiet request: not more often than this, or it is a failure. */
const renewEveryMs = 10_000;

/** Audio in one message, at most, of services that have audio wrapped: they bound them. */
const wrappedMs = 200;

/** What one service makes of a session. */
export interface RecognitionProtocol {
  /** Default: µ-law for 8 kHz, linear samples for 16 kHz. */
  readonly encoding?: AudioEncoding;
  /** It says when it is ready to hear; else it is with the handshake. */
  readonly saysListening: boolean;
  /** It does not say when its words were said: that is found from the level of the audio. */
  readonly lacksInstants?: true;
  /** Asked for anew with each connection: addresses and readers may hold what belongs to one. */
  begin(): RecognitionExchange;
  /** A message of audio; without it the bytes themselves. */
  readonly wrap?: (audio: Uint8Array) => string | Uint8Array;
  /** Says what is likely to be said from now on; only of services that can use it. */
  readonly printExpected?: (expected: ExpectedSpeech | undefined) => string;
  /** The last messages of a session that is closed. */
  readonly stop: readonly (string | Uint8Array)[];
  /** Said whenever no audio came for so long: a service that hears nothing hangs up. */
  readonly keepAlive?: { readonly everyMs: number; readonly message: string };
}

export interface RecognitionExchange {
  readonly order: Omit<ServiceOrder, 'connectTimeoutMs'>;
  /** The first messages. */
  readonly start: readonly (string | Uint8Array)[];
  readonly read: (message: string) => RecognitionMessage;
  /** Of a service that does not speak in text. */
  readonly readBinary?: (message: Uint8Array) => RecognitionMessage;
}

export class WebSocketRecognition implements RecognitionSession {
  readonly #protocol: RecognitionProtocol;
  readonly #service: ServiceOptions;
  readonly #options: RecognitionOptions;
  readonly #onEvent: (event: RecognitionEvent) => void;
  readonly #ports: SpeechServicePorts;
  readonly #encoder: AudioEncoder;
  readonly #bytesPerMs: number;
  readonly #watch: VoiceWatch | undefined;
  #connection: ServiceConnection;
  #state: 'connecting' | 'starting' | 'listening' | 'closed' = 'connecting';
  #pending: Uint8Array | undefined;
  #pendingBytes = 0;
  /** Of this request. */
  #heardBytes = 0;
  #lastAtMs = 0;
  #voice: { readonly onsetAtMs: number; readonly span: VoiceSpan | undefined } | undefined;
  #renewedAtMs = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;
  #cancelKeepAlive: (() => void) | undefined;
  /** Audio came since silence was last looked for. */
  #isFed = false;
  #expected: ExpectedSpeech | undefined;

  constructor(
    protocol: RecognitionProtocol,
    service: ServiceOptions,
    options: RecognitionOptions,
    onEvent: (event: RecognitionEvent) => void,
    ports: SpeechServicePorts,
  ) {
    this.#protocol = protocol;
    this.#service = service;
    this.#options = options;
    this.#onEvent = onEvent;
    this.#ports = ports;
    const { encoding = encodingFor(options.sampleRateHz) } = protocol;
    this.#encoder = new AudioEncoder(encoding);
    this.#bytesPerMs = bytesPerMs(encoding, options.sampleRateHz);
    if (protocol.lacksInstants) this.#watch = new VoiceWatch(options.sampleRateHz, options.endOfSpeechMs);
    this.#connection = this.#connect();
    this.#watchSilence();
  }

  write(pcm: Int16Array, atMs: number): void {
    if (this.#state === 'closed') return;
    const bytes = this.#encoder.encode(pcm);
    if (this.#state === 'connecting') {
      if (!this.#keep(bytes)) return;
    } else {
      this.#sendAudio(bytes);
    }
    this.#heardBytes += bytes.length;
    this.#lastAtMs = atMs;
    this.#isFed = true;
    this.#watch?.write(pcm, atMs);
    if (this.#connection.waitingBytes > 2 * maxBacklogMs * this.#bytesPerMs) this.#fail('takes no audio any more');
  }

  expect(expected: ExpectedSpeech | undefined): void {
    this.#expected = expected;
    if (this.#state === 'starting' || this.#state === 'listening') this.#sayExpected();
  }

  close(): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'listening') this.#say(this.#protocol.stop);
    this.#state = 'closed';
    this.#cancelTimer?.();
    this.#cancelKeepAlive?.();
    this.#pending = undefined;
    this.#connection.close();
  }

  #connect(): ServiceConnection {
    const { trust, connectTimeoutMs } = this.#service;
    const { order, start, read, readBinary } = this.#protocol.begin();
    this.#state = 'connecting';
    this.#heardBytes = 0;
    this.#expect(connectTimeoutMs, 'does not listen');
    return new ServiceConnection({ ...order, connectTimeoutMs }, this.#ports.openWebSocket[trust], this.#ports, {
      onOpen: () => {
        this.#state = 'starting';
        this.#say(start);
        if (this.#expected !== undefined) this.#sayExpected();
        if (this.#pending !== undefined) this.#sendAudio(this.#pending.subarray(0, this.#pendingBytes));
        this.#pending = undefined;
        this.#pendingBytes = 0;
        if (!this.#protocol.saysListening) this.#onMessage({ type: 'listening' });
      },
      onText: (text) => this.#onMessage(read(text)),
      onBinary: (bytes) => {
        if (readBinary === undefined) this.#fail('sent audio instead of words');
        else this.#onMessage(readBinary(bytes));
      },
      onEnd: (reason) => this.#failWith(reason),
    });
  }

  #watchSilence(): void {
    const { keepAlive } = this.#protocol;
    if (keepAlive === undefined) return;
    this.#cancelKeepAlive = this.#ports.after(keepAlive.everyMs, () => {
      if (!this.#isFed && this.#state === 'listening') this.#connection.send(keepAlive.message);
      this.#isFed = false;
      this.#watchSilence();
    });
  }

  #sayExpected(): void {
    const message = this.#protocol.printExpected?.(this.#expected);
    if (message !== undefined) this.#connection.send(message);
  }

  #sendAudio(bytes: Uint8Array): void {
    const { wrap } = this.#protocol;
    if (wrap === undefined) {
      this.#connection.send(bytes);
      return;
    }
    const size = wrappedMs * this.#bytesPerMs;
    for (let at = 0; at < bytes.length; at += size) this.#connection.send(wrap(bytes.subarray(at, at + size)));
  }

  #say(messages: readonly (string | Uint8Array)[]): void {
    for (const message of messages) this.#connection.send(message);
  }

  /** Keeps audio until there is a connection; false when there is no room. */
  #keep(bytes: Uint8Array): boolean {
    this.#pending ??= new Uint8Array(pendingMs * this.#bytesPerMs);
    if (this.#pendingBytes + bytes.length > this.#pending.length) return false;
    this.#pending.set(bytes, this.#pendingBytes);
    this.#pendingBytes += bytes.length;
    return true;
  }

  #onMessage(message: RecognitionMessage): void {
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
      this.#expect(this.#service.requestTimeoutMs, 'began to hear words and does not finish');
      this.#onEvent({ type: 'partial', text, atMs });
      return;
    }
    this.#cancelTimer?.();
    const voice = this.#voice;
    this.#voice = undefined;
    // Nobody was heard: a final without words ends nothing.
    if (voice === undefined) return;
    this.#watch?.take(voice.span);
    const guessedAtMs = voice.span?.lastVoiceAtMs ?? atMs - this.#options.endOfSpeechMs;
    const lastVoiceAtMs = Math.max(voice.onsetAtMs, toS === undefined ? guessedAtMs : this.#instantOf(toS));
    this.#onEvent({ type: 'speech-ended', lastVoiceAtMs, atMs });
    if (this.#state === 'closed') return;
    this.#onEvent({ type: 'final', text, confidence, lastVoiceAtMs, speechEndedAtMs: atMs, atMs });
  }

  #onVoice(fromS: number | undefined): void {
    if (this.#voice !== undefined) return;
    const atMs = this.#ports.nowMs();
    const span = this.#watch?.spanAt(this.#lastAtMs);
    const onsetAtMs = fromS === undefined ? (span?.onsetAtMs ?? this.#lastAtMs) : this.#instantOf(fromS);
    this.#voice = { onsetAtMs, span };
    this.#expect(this.#service.requestTimeoutMs, 'began to hear words and does not finish');
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
    this.#failWith(`${this.#service.host} ${what}.`);
  }

  #failWith(reason: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#cancelTimer?.();
    this.#cancelKeepAlive?.();
    this.#pending = undefined;
    this.#connection.close();
    this.#onEvent({ type: 'failed', error: gatewayError('speech.recognition-failed', `Recognition: ${reason}`) });
  }
}
