/**
 * A key in the body of an INFO, in the two ways that were there before Info packages (RFC 6086 §2) and that nobody wrote down:
 * `application/dtmf-relay` with lines such as `Signal=5` and `Duration=160`, and `application/dtmf` with the key alone. The
 * numbers 10 to 15 are those of RFC 4733. A flash (16) is no key. The length of the press is not read: nothing asks for it.
 */
import type { MessageParts } from './message.ts';
import { bodyType } from './sdp-body.ts';

const longestBody = 256;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const namesByNumber: Readonly<Record<string, string>> = { 10: '*', 11: '#', 12: 'A', 13: 'B', 14: 'C', 15: 'D' };

/** Whether the body is meant to tell of a key. */
export function hasKeyBody(message: MessageParts): boolean {
  const type = bodyType(message);
  return type === 'application/dtmf-relay' || type === 'application/dtmf';
}

/** One of 0 to 9, *, #, A to D; undefined when it is none. */
export function keyOf(message: MessageParts): string | undefined {
  if (!hasKeyBody(message) || message.body.length > longestBody) return undefined;
  const text = decoder.decode(message.body);
  const named = /^[ \t]*signal[ \t]*=[ \t]*(\S{1,2})[ \t]*$/im.exec(text)?.[1];
  const alone = bodyType(message) === 'application/dtmf' ? text.trim() : undefined;
  const signal = (named ?? alone ?? '').toUpperCase();
  return /^[0-9*#A-D]$/.test(signal) ? signal : namesByNumber[signal];
}
