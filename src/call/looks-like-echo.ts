/**
 * Whether words that were heard are an echo of words that were spoken: the telephone of the callee gives back what its
 * loudspeaker says (specification §9.2). Only a long stretch of the very same words counts, because people repeat parts of
 * a question when they answer it: "Monday or Tuesday?" - "Tuesday".
 */

/** Fewer words prove nothing: they may as well be an answer. */
const fewestWords = 4;
/** Of so many words one may have been misheard, be missing or be too many. */
const wordsPerMistake = 5;
/** What is compared at most. An utterance beyond it is no echo of one text. */
const mostHeardWords = 200;
const mostSpokenWords = 2000;

/** True when `heard` is found within `spoken`, word by word, with at most one mistake in five words. */
export function looksLikeEcho(heard: string, spoken: string): boolean {
  const words = wordsOf(heard);
  if (words.length < fewestWords || words.length > mostHeardWords) return false;
  return mistakesWithin(words, wordsOf(spoken).slice(-mostSpokenWords)) <= Math.floor(words.length / wordsPerMistake);
}

/**
 * Letters and digits in lower case, without accents. Scripts that write no spaces count each character; there a stretch is
 * as long as many words, which only makes the comparison stricter.
 */
function wordsOf(text: string): readonly string[] {
  const plain = text
    .replaceAll(/<[^<>]{0,1000}>/g, ' ')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase();
  return plain.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}]+/gu) ?? [];
}

/** The fewest words to change, add or leave out so that `words` stands somewhere in `text` (Sellers' algorithm). */
function mistakesWithin(words: readonly string[], text: readonly string[]): number {
  // costs[i]: the first i words against some stretch of the text that ends here. A stretch may begin anywhere.
  let costs = [0, ...words.map((_, index) => index + 1)];
  let fewest = words.length;
  for (const spoken of text) {
    const next = [0];
    for (const [index, word] of words.entries()) {
      const changed = (costs[index] ?? 0) + (word === spoken ? 0 : 1);
      const added = (next[index] ?? 0) + 1;
      const leftOut = (costs[index + 1] ?? 0) + 1;
      next.push(Math.min(changed, added, leftOut));
    }
    costs = next;
    fewest = Math.min(fewest, next.at(-1) ?? fewest);
  }
  return fewest;
}
