/** Turns the audio of a text that comes in, in its own time, into what is asked for. */
import type { SampleRateHz } from '../../speech/index.ts';
import { AudioDecoder, type AudioEncoding } from './service-audio.ts';

/** More than a text can become: whoever sends more does not speak it. */
const longestAudioMs = 900_000;

export interface AudioInboxOptions {
  readonly encoding: AudioEncoding;
  /** Of what comes. */
  readonly fromHz: number;
  /** Of what is wanted. */
  readonly sampleRateHz: SampleRateHz;
  /** Named in failures. */
  readonly host: string;
  /** Runs for as long as nothing comes; the returned function cancels. */
  readonly startTimer: (callback: () => void) => () => void;
}

export class AudioInbox {
  readonly #options: AudioInboxOptions;
  readonly #decoder: AudioDecoder;
  readonly #chunks: Int16Array[] = [];
  #samples = 0;
  #end: 'complete' | Error | undefined;
  #wake: () => void = () => undefined;
  #cancelTimer: () => void;

  constructor(options: AudioInboxOptions) {
    this.#options = options;
    this.#decoder = new AudioDecoder(options.encoding, options.fromHz, options.sampleRateHz);
    this.#cancelTimer = this.#restart();
  }

  push(bytes: Uint8Array): void {
    if (this.#end !== undefined || bytes.length === 0) return;
    this.#cancelTimer();
    this.#cancelTimer = this.#restart();
    const { sampleRateHz, host } = this.#options;
    const chunk = this.#decoder.decode(bytes);
    this.#samples += chunk.length;
    if (this.#samples > (longestAudioMs * sampleRateHz) / 1000) return this.fail(`${host} does not stop`);
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
    return this.#options.startTimer(() => this.fail(`${this.#options.host} sends no audio`));
  }
}

/** The audio of one text that is still wanted: `begin` asks for it and returns what gives it up. */
export async function* audioOf(
  options: AudioInboxOptions,
  begin: (inbox: AudioInbox) => () => void,
  signal: AbortSignal,
): AsyncGenerator<Int16Array> {
  const inbox = new AudioInbox(options);
  const giveUp = begin(inbox);
  const stop = (): void => inbox.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      const chunk = await inbox.next();
      if (chunk === undefined || signal.aborted) return;
      yield chunk;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    inbox.close();
    giveUp();
  }
}
