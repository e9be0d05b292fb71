/**
 * SIP messages as they may be shown to people: without credentials, nonces, keys of media and passwords in URIs. It works on
 * lines and not on parsed messages, since a message that cannot be parsed is one that people want to see. Linear.
 */
import { parseAuthValues, printAuthValue } from './auth-value.ts';

/** Stands in place of what is masked. */
const masked = '***';

const headLine = /^([\w.!%*+`'~-]+)[ \t]*:/;
const shownSchemes: ReadonlySet<string> = new Set(['basic', 'bearer', 'digest']);
const shownParameters: ReadonlySet<string> = new Set(['algorithm', 'qop', 'realm', 'stale']);
const challengeHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'www-authenticate',
  'proxy-authenticate',
]);
/** Also of headers that operators and bots make up, such as X-Api-Key. */
const secretWords = /auth|credential|cookie|key|passw|secret|token/i;
/** Keys of media and of ICE in a session description (RFC 4568, RFC 4567, RFC 8839, RFC 8866 §5.12). */
const secretAttribute = /^(a=(?:crypto|key-mgmt|ice-pwd):|k=).*$/is;

/** The text of a message, head and body. A folded line of a secret header goes with it; everything else stays as it is. */
export function maskSecrets(text: string): string {
  // Lines, and between them what separates them.
  const pieces = text.split(/(\r\n|\r|\n)/);
  const shown: string[] = [];
  let isSecret = false;
  for (let index = 0; index < pieces.length; index += 2) {
    const line = pieces[index] ?? '';
    const isFolded = line.startsWith(' ') || line.startsWith('\t');
    if (isSecret && isFolded) continue;
    if (index > 0) shown.push(pieces[index - 1] ?? '');
    const name = isFolded ? undefined : headLine.exec(line)?.[1];
    isSecret = name !== undefined && isSecretName(name);
    shown.push(isSecret && name !== undefined ? maskHeader(name, line) : maskUris(maskAttribute(line)));
  }
  return shown.join('');
}

/** The Call-ID of a message, also of one that cannot be parsed; undefined when its head has none. Linear. */
export function findCallId(text: string): string | undefined {
  const lineEnd = /\r\n|\r|\n|$/g;
  for (let start = 0; start < text.length; start = lineEnd.lastIndex) {
    lineEnd.lastIndex = start;
    const end = lineEnd.exec(text)?.index ?? text.length;
    if (end === start) return undefined;
    if (!/[ci]/i.test(text.charAt(start))) continue;
    const found = /^(?:call-id|i)[ \t]*:[ \t]*(\S+)/i.exec(text.slice(start, end));
    if (found !== null) return found[1];
  }
  return undefined;
}

function isSecretName(name: string): boolean {
  return secretWords.test(name);
}

function maskHeader(name: string, line: string): string {
  if (!challengeHeaders.has(name.toLowerCase())) return `${name}: ${masked}`;
  // Of other schemes nothing is shown, nor of what was masked before, which reads as a scheme.
  const told = parseAuthValues(line.slice(line.indexOf(':') + 1)).filter(({ scheme }) =>
    shownSchemes.has(scheme.toLowerCase()),
  );
  const values = told.map(({ scheme, parameters }) => {
    const kept = parameters.filter((parameter) => shownParameters.has(parameter.name));
    const printed = printAuthValue({ scheme, parameters: kept }, new Set(['algorithm', 'stale']));
    return `${printed}${kept.length === 0 ? ' ' : ', '}${masked}`;
  });
  return `${name}: ${values.length === 0 ? masked : values.join(', ')}`;
}

function maskAttribute(line: string): string {
  return line.charAt(1) === '=' ? line.replace(secretAttribute, `$1${masked}`) : line;
}

function maskUris(line: string): string {
  return maskUriHeaders(maskPasswords(line));
}

/** `sip:user:password@host` (RFC 3261 §19.1.1). */
function maskPasswords(line: string): string {
  if (!line.includes('@')) return line;
  const parts = line.split('@');
  const last = parts.pop() ?? '';
  return [...parts.map((part) => maskPasswordAtEnd(part)), last].join('@');
}

/** What stands before an `@`: its password begins at the first colon behind that of the scheme. */
function maskPasswordAtEnd(part: string): string {
  let start = part.length;
  while (start > 0 && !' \t<>"'.includes(part.charAt(start - 1))) start -= 1;
  const word = part.slice(start);
  const scheme = /sips?:/i.exec(word);
  if (scheme === null) return part;
  const colon = word.indexOf(':', scheme.index + scheme[0].length);
  return colon === -1 ? part : `${part.slice(0, start)}${word.slice(0, colon + 1)}${masked}`;
}

/** `sip:host?Authorization=...`: headers that whoever follows the URI is to send. */
function maskUriHeaders(line: string): string {
  if (!line.includes('?') && !line.includes('&')) return line;
  return line.replaceAll(/([?&])([^=&?<>\s]+)=([^&<>\s]*)/g, (whole, mark: string, name: string) =>
    isSecretName(name) ? `${mark}${name}=${masked}` : whole,
  );
}
