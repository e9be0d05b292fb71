/**
 * Moonshine (English, int8 ONNX): 16 kHz audio in, text with punctuation, case and figures out. Greedy decoding on the
 * merged decoder with its key/value caches; see https://github.com/usefulsensors/moonshine for the model itself.
 *
 * Encoder: `input_values` [1, n] -> `last_hidden_state`. Decoder: `input_ids` [1, 1], `encoder_hidden_states`,
 * `past_key_values.L.{decoder|encoder}.{key|value}` and `use_cache_branch`; the first step has empty caches, its encoder
 * caches stay for the whole utterance, the decoder caches are replaced by every step.
 */
import llamaTokenizer from 'llama-tokenizer-js';
import { InferenceSession, type SessionOptions, Tensor } from './inference-runtime.ts';
import { moonshineFiles, readModelFile } from './model-files.ts';
import type { MoonshineModel } from './options.ts';

const startToken = 1;
const endToken = 2;
/** Tokens from here on mean nothing in text. */
const firstSpecialToken = 32_000;
const tokensPerSecond = 6.5;
const heads = 8;
const shapes: Readonly<Record<MoonshineModel, { layers: number; headWidth: number }>> = {
  base: { layers: 8, headWidth: 52 },
  tiny: { layers: 6, headWidth: 36 },
};

/** Speech this long must have words in it: an empty result is then doubted once. */
const wordsExpectedMs = 200;
/** Mean log-probability a doubted result must reach; noise stays below it. */
const doubtedLogProbability = -1.5;

export interface Transcript {
  readonly text: string;
  /** Mean probability of the tokens, 0 to 1; 0 when there are none. */
  readonly confidence: number;
}

const emptyTranscript: Transcript = { text: '', confidence: 0 };

interface Caches {
  readonly encoder: Record<string, Tensor>;
  decoder: Record<string, Tensor>;
}

interface Choice {
  readonly token: number;
  readonly logProbability: number;
}

export class MoonshineDecoder {
  readonly #encoder: InferenceSession;
  readonly #decoder: InferenceSession;
  readonly #shape: { layers: number; headWidth: number };
  /** Outputs of the steps after the first: the encoder caches do not change and are not asked for again. */
  readonly #stepOutputs: string[];

  private constructor(encoder: InferenceSession, decoder: InferenceSession, model: MoonshineModel) {
    this.#encoder = encoder;
    this.#decoder = decoder;
    this.#shape = shapes[model];
    this.#stepOutputs = decoder.outputNames.filter((name) => name === 'logits' || name.includes('.decoder.'));
  }

  static async open(model: MoonshineModel): Promise<MoonshineDecoder> {
    const options: SessionOptions = {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3,
    };
    const files = moonshineFiles[model];
    const encoder = await InferenceSession.create(await readModelFile(files.encoder), options);
    const decoder = await InferenceSession.create(await readModelFile(files.decoder), options);
    return new MoonshineDecoder(encoder, decoder, model);
  }

  /**
   * The words of one utterance. `audio` is 16 kHz, -1 to 1, with about 250 ms before and 500 ms after the speech;
   * `speechMs` is how long the speech in it lasted. `isCancelled` is asked before every token; true gives no words.
   */
  async transcribe(audio: Float32Array, speechMs: number, isCancelled: () => boolean): Promise<Transcript> {
    const encoded = await this.#encoder.run({ input_values: new Tensor('float32', audio, [1, audio.length]) });
    const hidden = encoded['last_hidden_state'];
    if (hidden === undefined) throw new Error('the encoder gave no output');
    const longest = Math.max(1, Math.ceil((audio.length / 16_000) * tokensPerSecond));
    const chosen: Choice[] = [];
    let isDoubted = false;
    const caches: Caches = { encoder: {}, decoder: {} };
    for (let token = startToken; chosen.length < longest;) {
      if (isCancelled()) return emptyTranscript;
      const logits = await this.#step(token, hidden, caches, chosen.length === 0);
      let choice = choose(logits, undefined);
      if (choice.token === endToken) {
        if (chosen.length > 0 || speechMs < wordsExpectedMs) break;
        choice = choose(logits, endToken);
        isDoubted = true;
      }
      chosen.push(choice);
      token = choice.token;
    }
    return toTranscript(chosen, isDoubted);
  }

  async #step(token: number, hidden: Tensor, caches: Caches, isFirst: boolean): Promise<Float32Array> {
    const feeds: Record<string, Tensor> = {
      input_ids: new Tensor('int64', BigInt64Array.of(BigInt(token)), [1, 1]),
      encoder_hidden_states: hidden,
      use_cache_branch: new Tensor('bool', Uint8Array.of(isFirst ? 0 : 1), [1]),
      ...(isFirst ? this.#emptyCaches() : { ...caches.encoder, ...caches.decoder }),
    };
    const outputs = isFirst ? await this.#decoder.run(feeds) : await this.#decoder.run(feeds, this.#stepOutputs);
    for (const [name, tensor] of Object.entries(outputs)) {
      const input = name.replace('present.', 'past_key_values.');
      if (name.includes('.decoder.')) caches.decoder[input] = tensor;
      else if (name.includes('.encoder.')) caches.encoder[input] = tensor;
    }
    const logits = outputs['logits']?.data;
    if (!(logits instanceof Float32Array)) throw new Error('the decoder gave no logits');
    return logits;
  }

  #emptyCaches(): Record<string, Tensor> {
    const caches: Record<string, Tensor> = {};
    for (let layer = 0; layer < this.#shape.layers; layer++) {
      for (const part of ['decoder.key', 'decoder.value', 'encoder.key', 'encoder.value']) {
        const dimensions = [0, heads, 1, this.#shape.headWidth];
        caches[`past_key_values.${layer}.${part}`] = new Tensor('float32', new Float32Array(0), dimensions);
      }
    }
    return caches;
  }
}

/** The likeliest token, other than `forbidden`, and its log-probability among all tokens. */
function choose(logits: Float32Array, forbidden: number | undefined): Choice {
  let token = forbidden === 0 ? 1 : 0;
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i] ?? 0;
    if (logit > largest) largest = logit;
    if (i !== forbidden && logit > (logits[token] ?? 0)) token = i;
  }
  let sum = 0;
  // What is 25 below the largest adds less than 1e-6 of it, for all 32,768 tokens together.
  for (let i = 0; i < logits.length; i++) {
    const below = (logits[i] ?? 0) - largest;
    if (below > -25) sum += Math.exp(below);
  }
  return { token, logProbability: (logits[token] ?? 0) - largest - Math.log(sum) };
}

function toTranscript(chosen: readonly Choice[], isDoubted: boolean): Transcript {
  if (chosen.length === 0) return emptyTranscript;
  const mean = (valueOf: (choice: Choice) => number): number =>
    chosen.reduce((sum, choice) => sum + valueOf(choice), 0) / chosen.length;
  if (isDoubted && mean((choice) => choice.logProbability) <= doubtedLogProbability) return emptyTranscript;
  const tokens = chosen.map((choice) => choice.token).filter((token) => token < firstSpecialToken);
  const text = llamaTokenizer.decode(tokens, false, false).trim();
  return text === '' ? emptyTranscript : { text, confidence: mean((choice) => Math.exp(choice.logProbability)) };
}
