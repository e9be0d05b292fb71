/** Text in columns of a terminal. */

/** Text of others cannot move the cursor or change colours: control characters become a middle dot (C0, DEL, C1). */
export function plain(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '·');
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** What takes two columns: the wide scripts of East Asia, and emoji. */
const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;

/** Columns that a text without control characters takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** No column of text is narrower, however narrow the terminal. */
const narrowest = 16;

/** The lines of a text that stands at a column of a terminal; one line when its width is not known. */
export function indented(text: string, column: number, columns: number | undefined): readonly string[] {
  const shown = plain(text);
  if (columns === undefined) return [shown];
  return wrapText(shown, Math.max(narrowest, columns - column));
}

/** Breaks at spaces; a word that is longer than a line is broken, too, or stays whole to be copied. */
export function wrapText(text: string, width: number, longWord: 'broken' | 'whole' = 'broken'): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = longWord === 'whole' ? [word] : breakWord(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  return [...lines, line];
}

function breakWord(word: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of graphemes.segment(word)) {
    if (widthOf(piece) + widthOf(segment) > width && piece !== '') {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece];
}

/** A label and its text behind it, in a column of its own. */
export function labelled(label: string, text: string, columns: number | undefined): readonly string[] {
  return indented(text, labelColumn, columns).map(
    (line, index) => `${(index === 0 ? `  ${label}` : '').padEnd(labelColumn)}${line}`,
  );
}

const labelColumn = 12;
