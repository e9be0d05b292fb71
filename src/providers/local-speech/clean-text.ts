/**
 * Makes what a bot wants said into plain words for a voice that knows only ASCII: `say-as` and `sub` are read as they ask,
 * all other SSML and HTML tags go, tags that end a paragraph or make a pause become a line break (a sentence ends there),
 * entities and typographic characters become what they stand for, accents are dropped, and so is everything else. Linear in
 * the length of the text.
 */
import { sayAs } from './spoken-english/say-as.ts';

const breakingTags = new Set(['p', 's', 'br', 'break', 'div', 'li', 'ul', 'ol', 'tr', 'h1', 'h2', 'h3', 'sentence']);

const entities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
]);

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
  return toAscii(withoutEntities(withoutTags(text)))
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

function withoutTags(text: string): string {
  let plain = '';
  let at = 0;
  const endings = new Map<string, number>();
  for (let open = text.indexOf('<'); open >= 0; open = text.indexOf('<', at)) {
    // A "<" that begins no tag ("3 < 4") is text.
    const isTag = /[A-Za-z/!?]/.test(text[open + 1] ?? '');
    const close = isTag ? text.indexOf('>', open) : open;
    if (close < 0) break;
    plain += text.slice(at, open);
    at = close + 1;
    const tag = isTag ? text.slice(open + 1, close) : '';
    const element = /^(say-as|sub)\s/i.exec(tag)?.[1]?.toLowerCase();
    const end = element === undefined || tag.endsWith('/') ? -1 : endOf(element, text, at, endings);
    if (element === undefined || end < 0) {
      plain += isTag ? spokenTag(tag) : '<';
      continue;
    }
    plain += ` ${element === 'sub' ? attribute(tag, 'alias') : readAs(tag, text.slice(at, end))} `;
    at = end;
  }
  return plain + text.slice(at);
}

/** Where the element's closing tag begins, from `at` on; -1 when there is none. A place once found is not looked for again. */
function endOf(element: string, text: string, at: number, known: Map<string, number>): number {
  const before = known.get(element);
  if (before === -1 || (before !== undefined && before >= at)) return before;
  const found = text.indexOf(`</${element}`, at);
  known.set(element, found);
  return found;
}

function readAs(tag: string, content: string): string {
  const inner = toAscii(withoutEntities(content.replaceAll(/<[^<>]*>/g, ' ')));
  return sayAs(attribute(tag, 'interpret-as'), attribute(tag, 'format'), inner);
}

function attribute(tag: string, name: string): string {
  return new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'i').exec(tag)?.slice(1).find(Boolean) ?? '';
}

function spokenTag(tag: string): string {
  const name = /^\/?([A-Za-z0-9]{1,16})/.exec(tag)?.[1] ?? '';
  return breakingTags.has(name.toLowerCase()) ? '\n' : ' ';
}

function withoutEntities(text: string): string {
  return text.replaceAll(/&(#?[A-Za-z0-9]{1,8});/g, (whole, name: string) => {
    const code = /^#(\d{1,7})$/.exec(name)?.[1] ?? '';
    const hexadecimal = /^#[xX]([0-9A-Fa-f]{1,6})$/.exec(name)?.[1];
    if (hexadecimal !== undefined) return character(Number.parseInt(hexadecimal, 16));
    return code === '' ? (entities.get(name) ?? whole) : character(Number.parseInt(code, 10));
  });
}

function character(codePoint: number): string {
  return codePoint <= 0x10_ff_ff ? String.fromCodePoint(codePoint) : ' ';
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
