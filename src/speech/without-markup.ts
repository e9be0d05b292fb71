/**
 * SSML and HTML as the text a voice without markup is given: `sub` is read as its alias, `say-as` as the caller says, all other
 * tags go, those that end a paragraph or make a pause become a line break, and entities become what they stand for. Linear in
 * the length of the text.
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

/** The words for the text of a `say-as` element. */
export type ReadAs = (kind: string, format: string, text: string) => string;

export function withoutMarkup(text: string, readAs: ReadAs = (_kind, _format, inner) => inner): string {
  return withoutEntities(withoutTags(text, readAs));
}

function withoutTags(text: string, readAs: ReadAs): string {
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
    plain += ` ${element === 'sub' ? attribute(tag, 'alias') : readElement(tag, text.slice(at, end), readAs)} `;
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

function readElement(tag: string, content: string, readAs: ReadAs): string {
  const inner = withoutEntities(content.replaceAll(/<[^<>]*>/g, ' '));
  return readAs(attribute(tag, 'interpret-as'), attribute(tag, 'format'), inner);
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
