/** Finds the likeliest text of a grammar: the few best beginnings are followed side by side, token by token. */
import type { TokenStep } from './moonshine-network.ts';
import type { GrammarPlace, TokenGrammar } from './token-grammar.ts';

export interface ScoredText {
  /** Without the token that ends it. */
  readonly tokens: readonly number[];
  /** Log-probabilities of the tokens and of the end after them, in order. */
  readonly logProbabilities: readonly number[];
}

interface Beginning extends ScoredText {
  readonly place: GrammarPlace;
  readonly sum: number;
}

interface Candidate extends Beginning {
  readonly from: TokenStep;
}

/** Beginnings that are followed. */
const width = 3;

export interface BeamLimits {
  readonly endToken: number;
  /** In tokens. */
  readonly longest: number;
  /** Log-probability of a whole text; beginnings below it are given up, which is what most speech beside the grammar costs. */
  readonly least: number;
  /** Asked before every round; true ends the search without a text. */
  readonly isCancelled: () => boolean;
}

/** The likeliest text of the grammar, or undefined when none is found within the limits. */
export async function searchBeams(
  first: TokenStep,
  grammar: TokenGrammar,
  { endToken, longest, least, isCancelled }: BeamLimits,
): Promise<ScoredText | undefined> {
  let best: { readonly text: ScoredText; readonly sum: number } | undefined;
  let beams: { readonly step: TokenStep; readonly beginning: Beginning }[] = [
    { step: first, beginning: { tokens: [], logProbabilities: [], place: grammar.origin, sum: 0 } },
  ];
  for (let length = 0; length <= longest && beams.length > 0; length++) {
    if (isCancelled()) return undefined;
    const candidates: Candidate[] = [];
    for (const { step, beginning } of beams) {
      const scale = logSumOf(step.logits);
      const scoreOf = (token: number): number => (step.logits[token] ?? Number.NEGATIVE_INFINITY) - scale;
      if (grammar.mayEndAt(beginning.place)) {
        const score = scoreOf(endToken);
        const sum = beginning.sum + score;
        if (sum >= least && (best === undefined || sum > best.sum)) {
          best = { sum, text: { tokens: beginning.tokens, logProbabilities: [...beginning.logProbabilities, score] } };
        }
      }
      for (const token of grammar.tokensAt(beginning.place)) {
        const place = grammar.follow(beginning.place, token);
        if (place === undefined) continue;
        const score = scoreOf(token);
        candidates.push({
          from: step,
          place,
          tokens: [...beginning.tokens, token],
          logProbabilities: [...beginning.logProbabilities, score],
          sum: beginning.sum + score,
        });
      }
    }
    // Every further token makes a text less likely: what is behind already stays behind.
    const bound = best?.sum ?? least;
    const kept = candidates
      .filter(({ sum }) => sum > bound)
      .sort((a, b) => b.sum - a.sum)
      .slice(0, width);
    if (length === longest) break;
    beams = [];
    for (const candidate of kept) {
      const token = candidate.tokens.at(-1) ?? endToken;
      beams.push({ step: await candidate.from.next(token), beginning: candidate });
    }
  }
  return best?.text;
}

/** Logarithm of the sum of what the logits stand for. */
export function logSumOf(logits: Float32Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > largest) largest = logit;
  let sum = 0;
  // What is 25 below the largest adds less than 1e-6 of it, for all 32,768 tokens together.
  for (const logit of logits) {
    const below = logit - largest;
    if (below > -25) sum += Math.exp(below);
  }
  return largest + Math.log(sum);
}
