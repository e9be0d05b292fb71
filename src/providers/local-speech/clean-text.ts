/**
 * Makes what a bot wants said into plain words for a voice that knows only ASCII: SSML and HTML tags go, tags that end a
 * paragraph or make a pause become a line break (a sentence ends there), entities and typographic characters become
 * what they stand for, accents are dropped, and so is everything else. Linear in the length of the text.
 */
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
  ['\u20ac', ' euro '],
  ['\u00a3', ' pound '],
  ['\u00b0', ' degrees '],
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
  for (let open = text.indexOf('<'); open >= 0; open = text.indexOf('<', at)) {
    // A "<" that begins no tag ("3 < 4") is text.
    const isTag = /[A-Za-z/!?]/.test(text[open + 1] ?? '');
    const close = isTag ? text.indexOf('>', open) : open;
    if (close < 0) break;
    plain += text.slice(at, open) + (isTag ? spokenTag(text.slice(open + 1, close)) : '<');
    at = close + 1;
  }
  return plain + text.slice(at);
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
  for (const sign of text.replaceAll(/\r\n?|\u2028|\u2029/g, '\n').normalize('NFKD')) {
    if (sign === '\n' || (sign >= ' ' && sign <= '~')) plain += sign;
    else if (!/\p{Mark}/u.test(sign)) plain += typography.get(sign.toLowerCase()) ?? ' ';
  }
  return plain;
}
