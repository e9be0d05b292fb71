/**
 * Moonshine (English, int8 ONNX) as a machine: 16 kHz audio in, the likelihood of each next token out. See
 * https://github.com/usefulsensors/moonshine for the model itself.
 *
 * Encoder: `input_values` [1, n] -> `last_hidden_state`. Decoder: `input_ids` [1, 1], `encoder_hidden_states`,
 * `past_key_values.L.{decoder|encoder}.{key|value}` and `use_cache_branch`; the first step has empty caches, its encoder
 * caches stay for the whole utterance, the decoder caches are replaced by every step.
 */
import { InferenceSession, type SessionOptions, Tensor } from './inference-runtime.ts';
import { moonshineFiles, readModelFile } from './model-files.ts';
import type { MoonshineModel } from './options.ts';

const startToken = 1;
const heads = 8;
const shapes: Readonly<Record<MoonshineModel, { layers: number; headWidth: number }>> = {
  base: { layers: 8, headWidth: 52 },
  tiny: { layers: 6, headWidth: 36 },
};

/** An utterance that was listened to. */
interface Heard {
  readonly hidden: Tensor;
  encoderCaches: Readonly<Record<string, Tensor>>;
}

/** What comes after the tokens so far: one logit for each token of the vocabulary. Never changed. */
export interface TokenStep {
  readonly logits: Float32Array;
  /** The step after this one and `token`. */
  next(token: number): Promise<TokenStep>;
}

export class MoonshineNetwork {
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

  static async open(model: MoonshineModel): Promise<MoonshineNetwork> {
    const options: SessionOptions = {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3,
    };
    const files = moonshineFiles[model];
    const encoder = await InferenceSession.create(await readModelFile(files.encoder), options);
    const decoder = await InferenceSession.create(await readModelFile(files.decoder), options);
    return new MoonshineNetwork(encoder, decoder, model);
  }

  /** Listens to 16 kHz audio, -1 to 1, and says what its first token may be. */
  async hear(audio: Float32Array): Promise<TokenStep> {
    const encoded = await this.#encoder.run({ input_values: new Tensor('float32', audio, [1, audio.length]) });
    const hidden = encoded['last_hidden_state'];
    if (hidden === undefined) throw new Error('the encoder gave no output');
    return this.#step({ hidden, encoderCaches: {} }, startToken, undefined);
  }

  /** `caches`: those of the step before; undefined for the first. */
  async #step(heard: Heard, token: number, caches: Readonly<Record<string, Tensor>> | undefined): Promise<TokenStep> {
    const isFirst = caches === undefined;
    const feeds: Record<string, Tensor> = {
      input_ids: new Tensor('int64', BigInt64Array.of(BigInt(token)), [1, 1]),
      encoder_hidden_states: heard.hidden,
      use_cache_branch: new Tensor('bool', Uint8Array.of(isFirst ? 0 : 1), [1]),
      ...(isFirst ? this.#emptyCaches() : { ...heard.encoderCaches, ...caches }),
    };
    const outputs = isFirst ? await this.#decoder.run(feeds) : await this.#decoder.run(feeds, this.#stepOutputs);
    const presentOf = (part: string): Record<string, Tensor> =>
      Object.fromEntries(
        Object.entries(outputs)
          .filter(([name]) => name.includes(part))
          .map(([name, tensor]) => [name.replace('present.', 'past_key_values.'), tensor]),
      );
    if (isFirst) heard.encoderCaches = presentOf('.encoder.');
    const present = presentOf('.decoder.');
    const logits = outputs['logits']?.data;
    if (!(logits instanceof Float32Array)) throw new Error('the decoder gave no logits');
    return { logits, next: (chosen) => this.#step(heard, chosen, present) };
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
