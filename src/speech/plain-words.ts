const numberWords = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/**
 * Words in lower case with one space between them. Punctuation is dropped, accents too; an apostrophe joins ("don't" is
 * "dont"); the number words zero to ten become digits. Empty when there are no words.
 */
export function normalizeWords(text: string): string {
  const words = text
    .normalize('NFKD')
    .replaceAll(/[\p{M}'’]/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  return words
    .map((word) => {
      const number = numberWords.indexOf(word);
      return number === -1 ? word : String(number);
    })
    .join(' ');
}
