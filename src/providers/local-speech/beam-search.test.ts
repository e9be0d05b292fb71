import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BeamLimits, searchBeams } from './beam-search.ts';
import type { TokenStep } from './moonshine-network.ts';
import { TokenGrammar } from './token-grammar.ts';

const end = 0;
const letters = '.abcdefgh';
const tokenize = (text: string): number[] => text.split('').map((letter) => letters.indexOf(letter));
const textOf = (tokens: readonly number[]): string => tokens.map((token) => letters[token]).join('');

function grammarOf(texts: readonly string[]): TokenGrammar {
  const grammar = new TokenGrammar(tokenize);
  for (const text of texts) grammar.addText(grammar.start, text, 'joined', grammar.end);
  return grammar;
}

/** A model whose next letter after what is written has these probabilities (`.` is the end), the others next to none. */
function model(chances: Readonly<Record<string, Readonly<Record<string, number>>>>, asked: string[] = []): TokenStep {
  const stepAfter = (written: string): TokenStep => ({
    logits: Float32Array.from(letters, (letter) => Math.log(chances[written]?.[letter] ?? 1e-9)),
    async next(token) {
      const text = written + letters[token];
      asked.push(text);
      return stepAfter(text);
    },
  });
  return stepAfter('');
}

function limits(longest: number, isCancelled = (): boolean => false, least = Number.NEGATIVE_INFINITY): BeamLimits {
  return { endToken: end, longest, least, isCancelled };
}

test('the likeliest text as a whole is found where the likeliest beginning leads astray', async () => {
  const first = model({
    '': { a: 0.6, b: 0.4 },
    a: { c: 0.1, d: 0.9 },
    ac: { '.': 1 },
    b: { c: 0.9, d: 0.1 },
    bc: { '.': 0.9, d: 0.1 },
  });
  const found = await searchBeams(first, grammarOf(['ac', 'bc']), limits(10));
  assert.equal(textOf(found?.tokens ?? []), 'bc');
  const sum = found?.logProbabilities.reduce((total, each) => total + each, 0) ?? 0;
  assert.ok(Math.abs(Math.exp(sum) - 0.4 * 0.9 * 0.9) < 1e-3);
});

test('a text that may end and go on is weighed with its end', async () => {
  const chances = (endsAt: number): TokenStep =>
    model({ '': { a: 1 }, a: { '.': endsAt, b: 1 - endsAt }, ab: { '.': 1 } });
  const short = await searchBeams(chances(0.8), grammarOf(['a', 'ab']), limits(10));
  assert.equal(textOf(short?.tokens ?? []), 'a');
  const long = await searchBeams(chances(0.1), grammarOf(['a', 'ab']), limits(10));
  assert.equal(textOf(long?.tokens ?? []), 'ab');
});

test('only three beginnings are followed, and none that is behind a whole text already', async () => {
  const asked: string[] = [];
  const first = model({ '': { a: 0.3, b: 0.3, c: 0.2, d: 0.1, e: 0.1 }, a: { '.': 1 }, b: { f: 0.5 } }, asked);
  await searchBeams(first, grammarOf(['a', 'bf', 'cf', 'df', 'ef']), limits(10));
  assert.deepEqual(asked, ['a', 'b', 'c']);
});

test('nothing is found in an empty grammar, beyond the longest text, and when nobody waits any more', async () => {
  const first = model({ '': { a: 1 }, a: { b: 1 }, ab: { '.': 1 } });
  assert.equal(await searchBeams(first, grammarOf([]), limits(10)), undefined);
  assert.equal(await searchBeams(first, grammarOf(['ab']), limits(1)), undefined);
  assert.deepEqual((await searchBeams(first, grammarOf(['ab']), limits(2)))?.tokens, [1, 2]);
  let rounds = 0;
  assert.equal(
    await searchBeams(
      first,
      grammarOf(['ab']),
      limits(10, () => ++rounds === 2),
    ),
    undefined,
  );
});

test('what cannot become as likely as it has to is given up at once', async () => {
  const asked: string[] = [];
  const first = model({ '': { a: 0.001, b: 0.999 }, a: { b: 1 }, ab: { '.': 1 } }, asked);
  const least = Math.log(0.01);
  assert.equal(await searchBeams(first, grammarOf(['ab']), limits(10, undefined, least)), undefined);
  assert.deepEqual(asked, []);
  assert.deepEqual(
    (await searchBeams(first, grammarOf(['ab']), limits(10, undefined, Math.log(1e-4))))?.tokens,
    [1, 2],
  );
});
