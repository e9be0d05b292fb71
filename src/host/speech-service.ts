/** Lets one media thread use the engines of this thread: one recognition or text of its calls for each number it names. */
import { gatewayError } from '../kit/index.ts';
import type { RecognitionEvent, RecognitionOptions, RecognitionSession, SynthesisRequest } from '../speech/index.ts';
import { AudioReader } from './shared-audio.ts';
import type { SpeechAnswer, SpeechEngines, SpeechRequest, SpeechRoute } from './speech-messages.ts';

interface Text {
  readonly abort: AbortController;
  readonly chunks: AsyncIterator<Int16Array>;
}

class SpeechService {
  readonly #engines: Pick<SpeechEngines, 'speechToText' | 'textToSpeech'>;
  readonly #route: SpeechRoute;
  readonly #audio: AudioReader;
  readonly #sessions = new Map<number, RecognitionSession>();
  readonly #texts = new Map<number, Text>();

  constructor(engines: Pick<SpeechEngines, 'speechToText' | 'textToSpeech'>, route: SpeechRoute) {
    this.#engines = engines;
    this.#route = route;
    this.#audio = new AudioReader(route.audio);
    route.port.on('message', (request: SpeechRequest) => this.#take(request));
    // The media thread is gone, and with it its calls.
    route.port.on('close', () => this.#end());
  }

  #take(request: SpeechRequest): void {
    switch (request.type) {
      case 'open':
        this.#open(request.id, request.options);
        return;
      case 'expect':
        this.#sessions.get(request.id)?.expect?.(request.expected);
        return;
      case 'audio':
        this.#audio.readUntil(request.until, this.#hear);
        return;
      case 'close':
        this.#close(request.id);
        return;
      case 'speak':
        this.#speak(request.id, request.request);
        return;
      case 'next':
        void this.#tellNext(request.id);
        return;
      case 'hush':
        this.#hush(request.id);
        return;
      default:
        return request satisfies never;
    }
  }

  #open(id: number, options: RecognitionOptions): void {
    try {
      const session = this.#engines.speechToText.open(options, (event) => this.#tellEvent(id, event));
      this.#sessions.set(id, session);
    } catch (error) {
      this.#fail(id, error);
    }
  }

  readonly #hear = (id: number, pcm: Int16Array, atMs: number): void => {
    try {
      this.#sessions.get(id)?.write(pcm, atMs);
    } catch (error) {
      this.#fail(id, error);
    }
  };

  #close(id: number): void {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    session?.close();
  }

  #fail(id: number, error: unknown): void {
    this.#tellEvent(id, { type: 'failed', error: gatewayError('speech.recognition-failed', messageOf(error)) });
  }

  /** After `failed` nothing is asked of a recognition any more, not even that it be closed. */
  #tellEvent(id: number, event: RecognitionEvent): void {
    if (event.type === 'failed') this.#close(id);
    this.#post({ type: 'event', id, event });
  }

  #speak(id: number, request: SynthesisRequest): void {
    const abort = new AbortController();
    const chunks = this.#engines.textToSpeech.synthesize(request, abort.signal)[Symbol.asyncIterator]();
    this.#texts.set(id, { abort, chunks });
    void this.#tellNext(id);
  }

  async #tellNext(id: number): Promise<void> {
    const text = this.#texts.get(id);
    if (text === undefined) return;
    try {
      const { done, value } = await text.chunks.next();
      if (!this.#texts.has(id)) return;
      if (done === true) {
        this.#texts.delete(id);
        this.#post({ type: 'spoken', id });
        return;
      }
      // An engine may keep what it yields; a copy can be given away.
      const pcm = new Int16Array(value);
      this.#post({ type: 'chunk', id, pcm }, [pcm.buffer]);
    } catch (error) {
      if (this.#texts.delete(id)) this.#post({ type: 'speak-failed', id, reason: messageOf(error) });
    }
  }

  #hush(id: number): void {
    const text = this.#texts.get(id);
    if (text === undefined) return;
    this.#texts.delete(id);
    text.abort.abort();
    // What an engine says while it ends interests nobody any more.
    text.chunks.return?.().catch(() => undefined);
  }

  #end(): void {
    for (const session of this.#sessions.values()) session.close();
    this.#sessions.clear();
    for (const id of [...this.#texts.keys()]) this.#hush(id);
  }

  #post(answer: SpeechAnswer, transfer: readonly ArrayBuffer[] = []): void {
    this.#route.port.postMessage(answer, transfer);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Answers on the route until the port is closed, by either side. */
export function serveSpeech(
  engines: Pick<SpeechEngines, 'speechToText' | 'textToSpeech'>,
  route: SpeechRoute,
): { close(): void } {
  void new SpeechService(engines, route);
  return { close: () => route.port.close() };
}
