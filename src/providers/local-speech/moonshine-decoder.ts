/** Words from audio: the likeliest tokens one after the other, and where an answer is expected, the likeliest of those. */
import llamaTokenizer from 'llama-tokenizer-js';
import { type ExpectedSpeech, spellAsExpected } from '../../speech/index.ts';
import { logSumOf, type ScoredText, searchBeams } from './beam-search.ts';
import { expectedGrammar } from './expected-grammar.ts';
import { MoonshineNetwork, type TokenStep } from './moonshine-network.ts';
import type { MoonshineModel } from './options.ts';
import type { TokenGrammar } from './token-grammar.ts';

const endToken = 2;
/** Tokens from here on mean nothing in text. */
const firstSpecialToken = 32_000;
const tokensPerSecond = 6.5;

/** Speech this long must have words in it: an empty result is then doubted once. */
const wordsExpectedMs = 200;
/** Mean log-probability a doubted result must reach; noise stays below it. */
const doubtedLogProbability = -1.5;
/** Tokens more than an open text may have: digits written apart take three each. */
const expectedTokens = 8;
/**
 * An expected answer may be less likely than what was heard without expectation by this much (in log-probability of the whole
 * text); further behind, something else was said. Measured by bench/speech.ts.
 */
const mostBehind = 4;
/** Mean log-probability an expected answer must reach, its end among it: in noise much is not far behind. */
const expectedLogProbability = -2.25;

export interface Transcript {
  readonly text: string;
  /**
   * 0 to 1; 0 when there are no words. Mean probability of the tokens; for an answer found among the expected ones where
   * something else seemed likelier at first, how likely it is against anything else.
   */
  readonly confidence: number;
}

const emptyTranscript: Transcript = { text: '', confidence: 0 };

/** One utterance. */
export interface Utterance {
  /** 16 kHz, -1 to 1, with about 250 ms before and 500 ms after the speech. */
  readonly audio: Float32Array;
  /** How long the speech in it lasted. */
  readonly speechMs: number;
  readonly expected?: ExpectedSpeech | undefined;
  /** Asked before every token; true gives no words. */
  readonly isCancelled: () => boolean;
}

export class MoonshineDecoder {
  readonly #network: MoonshineNetwork;
  #lastGrammar: { readonly key: string; readonly grammar: TokenGrammar } | undefined;

  private constructor(network: MoonshineNetwork) {
    this.#network = network;
  }

  static async open(model: MoonshineModel): Promise<MoonshineDecoder> {
    return new MoonshineDecoder(await MoonshineNetwork.open(model));
  }

  async transcribe(utterance: Utterance): Promise<Transcript> {
    const { audio, speechMs, expected, isCancelled } = utterance;
    const first = await this.#network.hear(audio);
    const longest = Math.max(1, Math.ceil((audio.length / 16_000) * tokensPerSecond));
    const open = await followLikeliest(first, longest, speechMs >= wordsExpectedMs, isCancelled);
    if (isCancelled()) return emptyTranscript;
    if (expected === undefined || open.tokens.length === 0) return openTranscript(open);
    const spelled = spellAsExpected(textOf(open), expected);
    if (spelled !== undefined && isLikelyAnswer(open)) return { text: spelled, confidence: meanProbability(open) };
    const found = await searchBeams(first, this.#grammarOf(expected), {
      endToken,
      longest: longest + expectedTokens,
      least: sumOf(open.logProbabilities) - mostBehind,
      isCancelled,
    });
    if (found === undefined || isCancelled()) return openTranscript(open);
    return expectedTranscript(found, open, expected) ?? openTranscript(open);
  }

  /** The last one is kept: a pause decoded ahead, its final and the next try of an answer have the same. */
  #grammarOf(expected: ExpectedSpeech): TokenGrammar {
    const key = JSON.stringify(expected);
    if (this.#lastGrammar?.key !== key) this.#lastGrammar = { key, grammar: expectedGrammar(expected) };
    return this.#lastGrammar.grammar;
  }
}

interface DoubtedText extends ScoredText {
  /** Nothing was likelier than these words. */
  readonly isDoubted: boolean;
}

/** Takes the likeliest token each time. `mustHaveWords`: the text may not end at once. */
async function followLikeliest(
  first: TokenStep,
  longest: number,
  mustHaveWords: boolean,
  isCancelled: () => boolean,
): Promise<DoubtedText> {
  const tokens: number[] = [];
  const logProbabilities: number[] = [];
  let isDoubted = false;
  for (let step = first; tokens.length < longest && !isCancelled();) {
    let token = likeliest(step.logits, undefined);
    if (token === endToken && tokens.length === 0 && mustHaveWords) {
      isDoubted = true;
      token = likeliest(step.logits, endToken);
    }
    logProbabilities.push((step.logits[token] ?? 0) - logSumOf(step.logits));
    if (token === endToken) break;
    tokens.push(token);
    if (tokens.length < longest) step = await step.next(token);
  }
  return { tokens, logProbabilities, isDoubted };
}

/** The likeliest token, other than `forbidden`. */
function likeliest(logits: Float32Array, forbidden: number | undefined): number {
  let token = forbidden === 0 ? 1 : 0;
  for (let i = 0; i < logits.length; i++) {
    if (i !== forbidden && (logits[i] ?? 0) > (logits[token] ?? 0)) token = i;
  }
  return token;
}

function textOf({ tokens }: ScoredText): string {
  const written = tokens.filter((token) => token < firstSpecialToken);
  return llamaTokenizer.decode(written, false, false).trim();
}

/** Likely enough not to be noise, where the model heard no words at first. */
function isBelievable(text: DoubtedText): boolean {
  return !text.isDoubted || mean(wordScores(text)) > doubtedLogProbability;
}

function openTranscript(open: DoubtedText): Transcript {
  const text = textOf(open);
  if (text === '' || !isBelievable(open)) return emptyTranscript;
  return { text, confidence: meanProbability(open) };
}

function meanProbability(text: ScoredText): number {
  return mean(wordScores(text).map((score) => Math.exp(score)));
}

function isLikelyAnswer({ logProbabilities }: ScoredText): boolean {
  return mean(logProbabilities) >= expectedLogProbability;
}

/** What was found among the expected answers, unless anything else is a good deal likelier. */
function expectedTranscript(found: ScoredText, open: ScoredText, expected: ExpectedSpeech): Transcript | undefined {
  const behind = sumOf(open.logProbabilities) - sumOf(found.logProbabilities);
  if (!isLikelyAnswer(found)) return undefined;
  const text = textOf(found);
  return { text: spellAsExpected(text, expected) ?? text, confidence: 1 / (1 + Math.exp(behind - mostBehind)) };
}

/** Log-probabilities of the tokens, without the end. */
function wordScores({ tokens, logProbabilities }: ScoredText): readonly number[] {
  return logProbabilities.slice(0, tokens.length);
}

function mean(values: readonly number[]): number {
  return sumOf(values) / values.length;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
