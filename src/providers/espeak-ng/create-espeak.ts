/**
 * espeak-ng as a voice: a formant synthesiser of more than a hundred languages, hard to love and quick. Not part of outdial: the
 * operator installs it. Text goes to its standard input, a WAV stream comes back.
 */
import { type SampleRateHz, type SynthesisRequest, type TextToSpeech, withoutMarkup } from '../../speech/index.ts';
import { AudioDecoder } from '../speech-connection/index.ts';
import { type EspeakOptions, readOptions } from './options.ts';
import type { RunVoiceProgram } from './program.ts';

/** Five minutes of speech. */
const longestText = 5000;

/** Throws an `Error` that names the fault and no value when the options cannot be read. */
export function createEspeakTextToSpeech(options: unknown, runProgram: RunVoiceProgram): TextToSpeech {
  const voice = readOptions(options);
  return {
    spec: 'tts/1',
    name: `espeak-ng (${voice.parameters.voice})`,
    synthesize: (request, signal) => speak(voice, runProgram, request, signal),
  };
}

async function* speak(
  { parameters: { voice, rate, pitch }, requestTimeoutMs }: EspeakOptions,
  runProgram: RunVoiceProgram,
  { text, sampleRateHz }: SynthesisRequest,
  signal: AbortSignal,
): AsyncGenerator<Int16Array> {
  if (signal.aborted) return;
  if (text.length > longestText) {
    throw new Error(`the text has ${text.length} characters; espeak-ng is given ${longestText} at most`);
  }
  const input = plainText(text);
  if (!/[\p{L}\p{N}]/u.test(input)) return;
  const order = {
    arguments: ['-v', voice, '-s', String(rate), '-p', String(pitch), '-b', '1', '--stdin', '--stdout'],
    input,
    timeoutMs: requestTimeoutMs,
  };
  const wav = new WavStream(sampleRateHz);
  let isHeard = false;
  for await (const bytes of runProgram(order, signal)) {
    const chunk = wav.decode(bytes);
    isHeard ||= chunk.length > 0;
    if (chunk.length > 0) yield chunk;
    if (signal.aborted) return;
  }
  if (!isHeard && !signal.aborted) throw new Error('espeak-ng wrote no audio');
}

/** Markup would let a text name files to be played; two brackets would be phonemes. */
function plainText(text: string): string {
  return withoutMarkup(text).replaceAll(/\[+/g, ' ').replaceAll('\0', ' ').trim();
}

const headerBytes = 44;

/** A WAV file as it is written: its header first, of which only the rate is read, then 16-bit samples of one channel. */
class WavStream {
  readonly #sampleRateHz: SampleRateHz;
  #header = new Uint8Array(0);
  #decoder: AudioDecoder | undefined;

  constructor(sampleRateHz: SampleRateHz) {
    this.#sampleRateHz = sampleRateHz;
  }

  decode(bytes: Uint8Array): Int16Array {
    if (this.#decoder !== undefined) return this.#decoder.decode(bytes);
    const joined = new Uint8Array(this.#header.length + bytes.length);
    joined.set(this.#header);
    joined.set(bytes, this.#header.length);
    this.#header = joined;
    if (joined.length < headerBytes) return new Int16Array(0);
    const view = new DataView(joined.buffer);
    const rateHz = view.getUint32(24, true);
    const isKnown = view.getUint16(22, true) === 1 && view.getUint16(34, true) === 16;
    if (!isKnown || rateHz < 8000 || rateHz > 48_000) throw new Error('espeak-ng wrote something that is no audio');
    this.#decoder = new AudioDecoder('linear16', rateHz, this.#sampleRateHz);
    return this.#decoder.decode(joined.subarray(headerBytes));
  }
}
