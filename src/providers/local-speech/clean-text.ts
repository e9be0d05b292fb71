/**
 * Makes what a bot wants said into plain words for a voice that knows only ASCII: `say-as` and `sub` are read as they ask,
 * all other SSML and HTML tags go, tags that end a paragraph or make a pause become a line break (a sentence ends there),
 * entities and typographic characters become what they stand for, accents are dropped, and so is everything else. Linear in
 * the length of the text.
 */
import { withoutMarkup } from '../../speech/index.ts';
import { sayAs } from './spoken-english/say-as.ts';

const typography: ReadonlyMap<string, string> = new Map([
  ['\u2018', "'"],
  ['\u2019', "'"],
  ['\u201c', '"'],
  ['\u201d', '"'],
  ['\u2013', ', '],
  ['\u2014', ', '],
  ['\u2026', '... '],
  // By their codes: which side of the amount they stand on is for whoever reads the amount.
  ['\u20ac', ' EUR '],
  ['\u00a3', ' GBP '],
  ['\u00a5', ' JPY '],
  ['\u20b9', ' INR '],
  ['\u00b0', ' degrees '],
  ['\u00d7', ' by '],
  ['\u2044', '/'],
  ['\u2010', '-'],
  ['\u2011', '-'],
  ['\u2212', '-'],
  ['\u00df', 'ss'],
  ['\u00e6', 'ae'],
  ['\u00f8', 'o'],
]);

/** Plain words, lines separated by `\n`, single spaces, no space at either end; may be empty. */
export function cleanText(text: string): string {
  return toAscii(withoutMarkup(text, (kind, format, inner) => sayAs(kind, format, toAscii(inner))))
    .split('\n')
    .map((line) =>
      line
        .split(/[ \t]+/)
        .filter(Boolean)
        .join(' '),
    )
    .filter(Boolean)
    .join('\n');
}

function toAscii(text: string): string {
  let plain = '';
  const prepared = text
    .replaceAll(/\r\n?|\u2028|\u2029/g, '\n')
    // Marks that would become letters, fractions that would join the number before them, and spans.
    .replaceAll(/[\u00a9\u00ae\u2120\u2122]/g, '')
    .replaceAll(/[\u00bc-\u00be\u2150-\u215e]/g, ' $&')
    .replaceAll(/(?<=[A-Za-z0-9])\u2013(?=[A-Za-z0-9])/g, '-');
  for (const sign of prepared.normalize('NFKD')) {
    if (sign === '\n' || (sign >= ' ' && sign <= '~')) plain += sign;
    else if (!/\p{Mark}/u.test(sign)) plain += typography.get(sign.toLowerCase()) ?? ' ';
  }
  return plain;
}
