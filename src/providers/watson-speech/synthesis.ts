/** One text at the synthesis service, as chunks of audio. */
import { decodeUlaw } from '../../audio/index.ts';
import type { Authorization } from '../../authorization/index.ts';
import type { SampleRateHz, SynthesisRequest } from '../../speech/index.ts';
import type { WatsonSpeechOptions } from './options.ts';
import { ServiceConnection, type WatsonSpeechPorts } from './service-connection.ts';
import { longestTextBytes, printText, readSynthesisError, synthesizeUrl } from './synthesis-messages.ts';

/** More than a text can become: whoever sends more does not speak it. */
const longestAudioMs = 900_000;

export interface SynthesisCall {
  readonly sessionId: string;
  readonly service: WatsonSpeechOptions;
  readonly authorization: Authorization;
}

export async function* synthesize(
  { sessionId, service, authorization }: SynthesisCall,
  { text, sampleRateHz }: SynthesisRequest,
  ports: WatsonSpeechPorts,
  signal: AbortSignal,
): AsyncGenerator<Int16Array> {
  if (signal.aborted) return;
  const { url, trust, parameters, connectTimeoutMs, requestTimeoutMs } = service;
  const { host } = new URL(url);
  if (new TextEncoder().encode(text).length > longestTextBytes) {
    throw new Error(`${host} takes texts of at most ${longestTextBytes} bytes`);
  }
  const audio = new AudioInbox(sampleRateHz, host, (callback) => ports.after(requestTimeoutMs, callback));
  const connection = new ServiceConnection(
    { url: synthesizeUrl(url, parameters), sessionId, authorization, connectTimeoutMs },
    ports.openWebSocket[trust],
    ports,
    {
      onOpen: () => connection.send(printText(text, sampleRateHz)),
      onText: (message) => {
        const error = readSynthesisError(message);
        if (error !== undefined) audio.fail(`${host} reports: ${error.slice(0, 200)}`);
      },
      onBinary: (bytes) => audio.push(bytes),
      onEnd: (reason, how) => (how === 'goodbye' ? audio.complete(reason) : audio.fail(reason)),
    },
  );
  const stop = (): void => audio.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      const chunk = await audio.next();
      if (chunk === undefined || signal.aborted) return;
      yield chunk;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    audio.close();
    connection.close();
  }
}

/** Turns what comes in, in its own time, into what is asked for. */
class AudioInbox {
  readonly #sampleRateHz: SampleRateHz;
  readonly #host: string;
  readonly #startTimer: (callback: () => void) => () => void;
  readonly #chunks: Int16Array[] = [];
  /** The first half of a sample of which the second is still to come. */
  #oddByte: number | undefined;
  #samples = 0;
  #end: 'complete' | Error | undefined;
  #wake: () => void = () => undefined;
  #cancelTimer: () => void;

  constructor(sampleRateHz: SampleRateHz, host: string, startTimer: (callback: () => void) => () => void) {
    this.#sampleRateHz = sampleRateHz;
    this.#host = host;
    this.#startTimer = startTimer;
    this.#cancelTimer = this.#restart();
  }

  push(bytes: Uint8Array): void {
    if (this.#end !== undefined || bytes.length === 0) return;
    this.#cancelTimer();
    this.#cancelTimer = this.#restart();
    const chunk = this.#sampleRateHz === 8000 ? fromUlaw(bytes) : this.#fromLinear(bytes);
    this.#samples += chunk.length;
    if (this.#samples > (longestAudioMs * this.#sampleRateHz) / 1000) return this.fail(`${this.#host} does not stop`);
    this.#chunks.push(chunk);
    this.#wake();
  }

  fail(reason: string): void {
    this.#end ??= new Error(reason);
    this.#cancelTimer();
    this.#wake();
  }

  /** The service said goodbye: the text is spoken, if anything was. */
  complete(reason: string): void {
    if (this.#samples === 0) this.fail(`no audio came: ${reason}`);
    else this.stop();
  }

  stop(): void {
    this.#end ??= 'complete';
    this.#cancelTimer();
    this.#wake();
  }

  close(): void {
    this.#cancelTimer();
  }

  /** The next chunk, or undefined at the end. */
  async next(): Promise<Int16Array | undefined> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) return chunk;
      if (this.#end instanceof Error) throw this.#end;
      if (this.#end === 'complete') return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #restart(): () => void {
    return this.#startTimer(() => this.fail(`${this.#host} sends no audio`));
  }

  #fromLinear(bytes: Uint8Array): Int16Array {
    const joined = this.#oddByte === undefined ? bytes : Uint8Array.of(this.#oddByte, ...bytes);
    const count = joined.length >> 1;
    this.#oddByte = joined.length % 2 === 0 ? undefined : joined[joined.length - 1];
    const view = new DataView(joined.buffer, joined.byteOffset, joined.byteLength);
    return Int16Array.from({ length: count }, (_, i) => view.getInt16(2 * i, true));
  }
}

function fromUlaw(bytes: Uint8Array): Int16Array {
  const pcm = new Int16Array(bytes.length);
  decodeUlaw(bytes, pcm);
  return pcm;
}
