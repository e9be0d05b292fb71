/**
 * The engines of the speech thread as a media thread uses them. The thread behind may end and be replaced: what is under
 * way fails then, with the reason, and what begins before there is another one fails at once.
 */
import { gatewayError } from '../kit/index.ts';
import type {
  RecognitionEvent,
  RecognitionOptions,
  RecognitionSession,
  SpeechToText,
  SynthesisRequest,
  TextToSpeech,
} from '../speech/index.ts';
import { AudioWriter } from './shared-audio.ts';
import type { SpeechAnswer, SpeechRequest, SpeechRoute } from './speech-messages.ts';

const noThread = 'the speech engines ended and are being started again';

type TextAnswer = Exclude<SpeechAnswer, { type: 'event' }>;

/** Lasts until its port closes. */
class Connection {
  readonly #route: SpeechRoute;
  readonly #audio: AudioWriter;
  readonly #listeners = new Map<number, (event: RecognitionEvent) => void>();
  /** Whoever waits for the next audio of a text. */
  readonly #waiting = new Map<number, (answer: TextAnswer) => void>();
  #nextId = 1;
  #isTelling = false;
  isOpen = true;

  constructor(route: SpeechRoute) {
    this.#route = route;
    this.#audio = new AudioWriter(route.audio);
    route.port.on('message', (answer: SpeechAnswer) => this.#take(answer));
    route.port.on('close', () => this.close());
  }

  open(options: RecognitionOptions, onEvent: (event: RecognitionEvent) => void): RecognitionSession {
    const id = this.#nextId++;
    this.#listeners.set(id, onEvent);
    this.#post({ type: 'open', id, options });
    return {
      write: (pcm, atMs) => {
        if (!this.#listeners.has(id)) return;
        this.#audio.write(id, pcm, atMs);
        this.#tellAudio();
      },
      expect: (expected) => {
        if (this.#listeners.has(id)) this.#post({ type: 'expect', id, expected });
      },
      close: () => {
        if (this.#listeners.delete(id)) this.#post({ type: 'close', id });
      },
    };
  }

  async *speak(request: SynthesisRequest, signal: AbortSignal): AsyncGenerator<Int16Array> {
    const id = this.#nextId++;
    const onAbort = (): void => this.#waiting.get(id)?.({ type: 'spoken', id });
    signal.addEventListener('abort', onAbort);
    let ask: SpeechRequest = { type: 'speak', id, request };
    try {
      while (!signal.aborted) {
        const answer = await this.#ask(id, ask);
        if (answer.type === 'spoken' || signal.aborted) return;
        if (answer.type === 'speak-failed') throw new Error(answer.reason);
        yield answer.pcm;
        ask = { type: 'next', id };
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#waiting.delete(id);
      this.#post({ type: 'hush', id });
    }
  }

  takeDropped(): number {
    const { dropped } = this.#audio;
    this.#audio.dropped = 0;
    return dropped;
  }

  /** What is under way fails. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#route.port.close();
    const listeners = [...this.#listeners.values()];
    this.#listeners.clear();
    const error = gatewayError('speech.recognition-failed', `Local speech: ${noThread}.`);
    for (const listener of listeners) listener({ type: 'failed', error });
    for (const [id, tell] of this.#waiting) tell({ type: 'speak-failed', id, reason: noThread });
  }

  #ask(id: number, request: SpeechRequest): Promise<TextAnswer> {
    if (!this.isOpen) return Promise.resolve({ type: 'speak-failed', id, reason: noThread });
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#post(request);
    });
  }

  /** Once for all audio of this turn of the event loop. */
  #tellAudio(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    setImmediate(this.#tell);
  }

  readonly #tell = (): void => {
    this.#isTelling = false;
    this.#post({ type: 'audio', until: this.#audio.position });
  };

  #take(answer: SpeechAnswer): void {
    if (answer.type !== 'event') {
      this.#waiting.get(answer.id)?.(answer);
      return;
    }
    const listener = this.#listeners.get(answer.id);
    if (answer.event.type === 'failed') this.#listeners.delete(answer.id);
    listener?.(answer.event);
  }

  #post(request: SpeechRequest): void {
    if (this.isOpen) this.#route.port.postMessage(request);
  }
}

export class RemoteSpeech {
  #connection: Connection | undefined = undefined;

  readonly speechToText: SpeechToText = {
    spec: 'stt/1',
    name: 'local',
    open: (options, onEvent) => this.#present().open(options, onEvent),
  };

  readonly textToSpeech: TextToSpeech = {
    spec: 'tts/1',
    name: 'local',
    synthesize: (request, signal) => this.#speak(request, signal),
  };

  /** Pieces of audio that found no room on their way since this was asked last. */
  takeDropped(): number {
    return this.#connection?.takeDropped() ?? 0;
  }

  /** Another speech thread is there. */
  use(route: SpeechRoute): void {
    this.lose();
    this.#connection = new Connection(route);
  }

  /** The speech thread is gone, or need not be any more. */
  lose(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  async *#speak(request: SynthesisRequest, signal: AbortSignal): AsyncGenerator<Int16Array> {
    yield* this.#present().speak(request, signal);
  }

  #present(): Connection {
    if (this.#connection?.isOpen !== true) throw new Error(noThread);
    return this.#connection;
  }
}
