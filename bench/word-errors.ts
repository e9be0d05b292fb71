const figures: ReadonlyMap<string, string> = new Map(
  ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'].map((word, i) => [String(i), word]),
);

/** Words in lower case without punctuation; single figures as words, longer rows of figures figure by figure. */
export function normaliseWords(text: string): string[] {
  const words = text.toLowerCase().replaceAll(/[^a-z0-9' ]+/g, ' ');
  return words
    .split(' ')
    .flatMap((word) => (/^\d+$/.test(word) ? word.split('').map((digit) => figures.get(digit) ?? digit) : word || []));
}

/** Fewest words to insert, delete or replace that make `heard` what was `spoken` (Levenshtein distance on words). */
export function countWordErrors(spoken: string, heard: string): number {
  const expected = normaliseWords(spoken);
  let row = [0];
  for (let i = 0; i < expected.length; i++) row.push(i + 1);
  for (const word of normaliseWords(heard)) {
    const next = [(row[0] ?? 0) + 1];
    expected.forEach((wanted, i) => {
      const replaced = (row[i] ?? 0) + (wanted === word ? 0 : 1);
      next.push(Math.min(replaced, (row[i + 1] ?? 0) + 1, (next[i] ?? 0) + 1));
    });
    row = next;
  }
  return row.at(-1) ?? 0;
}
