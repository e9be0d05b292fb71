/**
 * Values of WWW-Authenticate, Proxy-Authenticate, Authorization and Proxy-Authorization: a scheme and its parameters
 * (RFC 3261 §25.1, RFC 7235 §2.1). Reading is lenient and linear and never fails: what cannot be read is passed over.
 */
import { isToken, quoteString, scanPlainValue, scanQuoted, scanToken, skipSpace } from '../syntax/characters.ts';

export interface AuthParameter {
  /** In lower case. */
  readonly name: string;
  /** Without quotes and escapes. */
  readonly value: string;
}

export interface AuthValue {
  /** As spelled. */
  readonly scheme: string;
  readonly parameters: readonly AuthParameter[];
}

/** What one header may hold; the rest is passed over. */
const maxValues = 16;
const maxParameters = 32;

/** Every value of one header. Several may stand in one line, between the same commas that separate their parameters. */
export function parseAuthValues(text: string): readonly AuthValue[] {
  const values: { scheme: string; parameters: AuthParameter[] }[] = [];
  let at = skipSeparators(text, 0);
  while (at < text.length) {
    const end = scanToken(text, at);
    const next = skipSpace(text, end);
    const code = text.charCodeAt(next);
    if (end > at && code === 0x3d) {
      const parameter = parseParameter(text, text.slice(at, end), next);
      const parameters = values.at(-1)?.parameters;
      if (parameter.isRead && parameters !== undefined && parameters.length < maxParameters) {
        parameters.push({ name: parameter.name, value: parameter.value });
      }
      at = parameter.end;
    } else if (end > at && (next > end || next === text.length || code === 0x2c)) {
      if (values.length === maxValues) break;
      values.push({ scheme: text.slice(at, end), parameters: [] });
      at = next;
    } else {
      at = skipItem(text, at);
    }
    at = skipSeparators(text, at);
  }
  return values;
}

type ReadParameter =
  | { readonly isRead: true; readonly name: string; readonly value: string; readonly end: number }
  | { readonly isRead: false; readonly end: number };

function parseParameter(text: string, name: string, equals: number): ReadParameter {
  const start = skipSpace(text, equals + 1);
  const isQuoted = text.charCodeAt(start) === 0x22;
  const end = isQuoted ? scanQuoted(text, start) : scanPlainValue(text, start);
  if (end === -1) return { isRead: false, end: text.length };
  if (end === start || !isItemEnd(text, end)) return { isRead: false, end: skipItem(text, end) };
  const value = isQuoted ? text.slice(start + 1, end - 1).replace(/\\(.)/gs, '$1') : text.slice(start, end);
  return { isRead: true, name: name.toLowerCase(), value, end };
}

function isItemEnd(text: string, at: number): boolean {
  return at === text.length || text.charCodeAt(at) === 0x2c || skipSpace(text, at) > at;
}

function skipSeparators(text: string, at: number): number {
  let end = skipSpace(text, at);
  while (text.charCodeAt(end) === 0x2c) end = skipSpace(text, end + 1);
  return end;
}

/** The next comma outside quotes, or the end. */
function skipItem(text: string, at: number): number {
  for (let end = at; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code === 0x2c) return end;
    if (code !== 0x22) continue;
    const closed = scanQuoted(text, end);
    if (closed === -1) return text.length;
    end = closed - 1;
  }
  return text.length;
}

/** Quotes every parameter but those in `bare`, which must be tokens: peers differ in what they take otherwise (RFC 7616 §3.5). */
export function printAuthValue({ scheme, parameters }: AuthValue, bare: ReadonlySet<string>): string {
  const printed = parameters.map(({ name, value }) =>
    bare.has(name) && isToken(value) ? `${name}=${value}` : `${name}=${quoteString(value)}`,
  );
  return printed.length === 0 ? scheme : `${scheme} ${printed.join(', ')}`;
}

export function authParameter(value: AuthValue, name: string): string | undefined {
  return value.parameters.find((parameter) => parameter.name === name)?.value;
}
