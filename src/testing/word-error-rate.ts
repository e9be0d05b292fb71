/** How far what was understood is from what was said, counted in words. */

const numberWords = new Map(
  ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'].map((word, value) => [
    String(value),
    word,
  ]),
);

/** Lower-case words without punctuation; digits up to ten as words, because recognisers choose freely between them. */
export function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{Letter}\p{Number}']+/gu) ?? [];
  return words.map((word) => numberWords.get(word) ?? word);
}

/** Word error rate: substitutions, insertions and deletions per word said; 0 is perfect, above 1 is possible. */
export function wordErrorRate(said: string, understood: string): number {
  const expected = wordsOf(said);
  const heard = wordsOf(understood);
  let previous = heard.map((_, index) => index + 1);
  previous.unshift(0);
  for (const [row, word] of expected.entries()) {
    const current = [row + 1];
    for (const [column, other] of heard.entries()) {
      const substituted = (previous[column] ?? 0) + (word === other ? 0 : 1);
      const deleted = (previous[column + 1] ?? 0) + 1;
      const inserted = (current[column] ?? 0) + 1;
      current.push(Math.min(substituted, deleted, inserted));
    }
    previous = current;
  }
  return (previous.at(-1) ?? 0) / Math.max(1, expected.length);
}
