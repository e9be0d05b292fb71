/** Cuts a text that comes in pieces into sentences, each as soon as it is certain that it is whole. */
import { sentenceEnds } from '../../speech/index.ts';

/** A sentence that is longer is cut at a comma or a space: nobody waits for its end. */
const longestSentence = 300;
/** Beyond a full stop so much must be known to tell the end of a sentence from an abbreviation. */
const lookAhead = 3;

export class SentenceStream {
  #rest = '';

  /** The next piece of the text; what became whole with it. */
  push(text: string): string[] {
    this.#rest += text;
    const sentences: string[] = [];
    const lines = this.#rest.split(/[\r\n]+/);
    const open = lines.pop() ?? '';
    for (const line of lines) sentences.push(...cut(line, [...sentenceEnds(line), line.length]).pieces);
    const ends = sentenceEnds(open).filter((end) => end + lookAhead <= open.length);
    const { pieces, rest } = cut(open, ends);
    this.#rest = rest;
    return speakable([...sentences, ...pieces, ...this.#cutLong()]);
  }

  /** The text is over: what is left of it. */
  end(): string[] {
    const { pieces } = cut(this.#rest, [...sentenceEnds(this.#rest), this.#rest.length]);
    this.#rest = '';
    return speakable(pieces);
  }

  #cutLong(): string[] {
    const pieces: string[] = [];
    while (this.#rest.length > longestSentence) {
      const head = this.#rest.slice(0, longestSentence);
      const comma = Math.max(head.lastIndexOf(', '), head.lastIndexOf('; '), head.lastIndexOf(': '));
      const space = head.lastIndexOf(' ');
      const at = comma > longestSentence / 3 ? comma + 1 : space > 0 ? space : longestSentence;
      pieces.push(head.slice(0, at));
      this.#rest = this.#rest.slice(at);
    }
    return pieces;
  }
}

function cut(text: string, ends: readonly number[]): { readonly pieces: string[]; readonly rest: string } {
  let start = 0;
  const pieces = ends.map((end) => {
    const piece = text.slice(start, end);
    start = end;
    return piece;
  });
  return { pieces, rest: text.slice(start) };
}

/** Without what models write for the eye: emphasis, headings, list marks. What has no letter or digit is not spoken. */
function speakable(pieces: readonly string[]): string[] {
  return pieces
    .map((piece) =>
      piece
        .replace(/^\s*(?:#{1,6}|[-*•>])\s+/, '')
        .replaceAll(/\*+|`+|__/g, '')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .filter((piece) => /[\p{L}\p{N}]/u.test(piece));
}
