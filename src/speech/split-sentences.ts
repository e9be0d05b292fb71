/**
 * Cuts clean text into pieces that are spoken one after the other, so that the first words are heard
 * before the last ones are synthesised. A piece is a sentence; a very long one is cut at a comma or a space.
 */
import { sentenceEnds } from './sentence-ends.ts';

const longestPiece = 300;

/** Pieces in order, each with at least one letter or digit and at most 300 characters; none for nothing to say. */
export function splitSentences(text: string): string[] {
  return text
    .split('\n')
    .flatMap((line) => splitLine(line))
    .flatMap((sentence) => splitLong(sentence))
    .filter((piece) => /[\p{L}\p{N}]/u.test(piece));
}

function splitLine(line: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const end of sentenceEnds(line)) {
    sentences.push(line.slice(start, end).trim());
    start = end;
  }
  sentences.push(line.slice(start).trim());
  return sentences;
}

/** Pieces of at most 300 characters, cut at a comma or a space. */
export function splitLong(sentence: string): string[] {
  const pieces: string[] = [];
  let rest = sentence;
  while (rest.length > longestPiece) {
    const head = rest.slice(0, longestPiece);
    const comma = Math.max(head.lastIndexOf(', '), head.lastIndexOf('; '), head.lastIndexOf(': '));
    const space = head.lastIndexOf(' ');
    const cut = comma > longestPiece / 3 ? comma + 1 : space > 0 ? space : longestPiece;
    pieces.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  return [...pieces, rest];
}
