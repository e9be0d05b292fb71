/**
 * Texts of requests and replies as they may be shown to people: secrets in JSON are known by the name that they stand under.
 * It works on text and not on values, so that a body that was cut short, or is no JSON, can be shown, too. Linear.
 */

/** Stands in place of what is masked. */
const masked = '***';

/** Names whose values are for the service that they open, and for nobody else; what stands before counts for nothing: `bot_apiKey`. */
const secretEnd =
  /(?:passw(?:or)?d|passphrase|api[_-]?key|private[_-]?key|secret|token|cookie|credentials?|authorization)$/i;
/** No name is longer. */
const longestName = 200;
/** JSON in a string in JSON, as the arguments of a tool are; nothing goes deeper. */
const maxDepth = 3;

export function isSecretName(name: string): boolean {
  return secretEnd.test(name.slice(-longestName));
}

/** The text with `"***"` in place of the values of secret names. */
export function maskJsonSecrets(text: string, depth = 0): string {
  const shown: string[] = [];
  let kept = 0;
  let at = text.indexOf('"');
  while (at !== -1) {
    const end = endOfString(text, at);
    const raw = text.slice(at + 1, end - 1);
    const valueAt = startOfValue(text, end);
    let next = end;
    if (valueAt !== undefined && isSecretName(raw)) {
      next = endOfValue(text, valueAt);
      shown.push(text.slice(kept, valueAt), `"${masked}"`);
      kept = next;
    } else if (depth < maxDepth && raw.includes(String.raw`\"`)) {
      const inner = maskInner(raw, depth);
      shown.push(text.slice(kept, at + 1), inner);
      kept = at + 1 + raw.length;
    }
    at = text.indexOf('"', next);
  }
  return kept === 0 ? text : shown.join('') + text.slice(kept);
}

/** A URL without user, password, fragment and the values of its query; a text that is none is not shown. */
export function showUrl(url: string): string {
  const parts = /^(https?:\/\/)(?:[^/?#]*@)?([^?#]*)(\?[^#]*)?/i.exec(url);
  if (parts === null) return masked;
  const [, scheme = '', place = '', query = ''] = parts;
  return `${scheme}${place}${query.replaceAll(/=[^&]*/g, `=${masked}`)}`;
}

/** Behind the quotation mark that ends it, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === 0x5c) at += 1;
    else if (character === 0x22) return at + 1;
  }
  // As if it were ended there.
  return text.length + 1;
}

/** Where the value of a name begins; undefined when what ended was no name. */
function startOfValue(text: string, end: number): number | undefined {
  const colon = skipSpace(text, end);
  return text.charAt(colon) === ':' ? skipSpace(text, colon + 1) : undefined;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at += 1;
  return at;
}

function endOfValue(text: string, start: number): number {
  let open = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') at = endOfString(text, at) - 1;
    else if (character === '{' || character === '[') open += 1;
    else if (character === '}' || character === ']') open -= 1;
    if (open < 0 || (open === 0 && character === ',')) return at;
    if (open === 0 && '"}]'.includes(character)) return Math.min(at + 1, text.length);
  }
  return text.length;
}

/** What a string holds, masked, as it stands in the text. */
function maskInner(raw: string, depth: number): string {
  let inner: unknown;
  try {
    inner = JSON.parse(`"${raw}"`);
  } catch {
    return raw;
  }
  if (typeof inner !== 'string') return raw;
  const shown = maskJsonSecrets(inner, depth + 1);
  return shown === inner ? raw : JSON.stringify(shown).slice(1, -1);
}
