/** User-to-user information as a header (RFC 7433 §4.1, §4.2). */
import { err, ok, type Result } from '../../kit/index.ts';
import { hasControl, isToken, quoteString, skipSpace, scanQuoted, scanToken } from './characters.ts';
import { splitList } from './header.ts';
import { parseParameters } from './parameters.ts';

const encoder = new TextEncoder();
const mostBytes = 1024;

/**
 * The value as the header may hold it: as spelled when it is of the grammar, otherwise as a quoted string. The error is one
 * sentence; at most 1,024 bytes.
 */
export function userToUserValue(text: string): Result<string, string> {
  if (hasControl(text)) return err('The user-to-user information holds a control character.');
  const value = splitList(text).every(isUserToUser) ? text : quoteString(text);
  if (text.trim() === '') return err('The user-to-user information is empty.');
  if (!splitList(text).every(isHexWhereSaid))
    return err('The user-to-user information is not the hexadecimal it says it is.');
  return encoder.encode(value).length > mostBytes
    ? err('The user-to-user information is over 1,024 bytes.')
    : ok(value);
}

/** uui-data *(SEMI uui-param) */
function isUserToUser(text: string): boolean {
  const start = skipSpace(text, 0);
  const end = text.charCodeAt(start) === 0x22 ? scanQuoted(text, start) : scanToken(text, start);
  if (end <= start) return false;
  const parameters = parseParameters(text, end);
  return parameters.ok && parameters.value.every(({ name }) => isToken(name));
}

/** `encoding=hex` means pairs of hexadecimal digits (RFC 7433 §4.1). */
function isHexWhereSaid(text: string): boolean {
  const [data = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  if (!parameters.some((parameter) => /^encoding\s*=\s*hex$/.test(parameter))) return true;
  return /^(?:[\da-f]{2})+$/.test(data);
}
