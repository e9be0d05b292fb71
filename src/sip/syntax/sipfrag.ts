/**
 * The start line of a `message/sipfrag` body (RFC 3420), which is all that a NOTIFY of a transfer must hold (RFC 3515 §2.4.5).
 * Whatever follows it is not looked at. Bounded: at most the first 1,024 bytes are read.
 */
import { bodyType } from './sdp-body.ts';
import type { MessageParts } from './message.ts';

export interface FragmentStatus {
  /** 100 to 699. */
  readonly status: number;
  /** At most 128 characters, without control characters. */
  readonly reason: string;
}

const mostBytes = 1024;
const mostReasonCharacters = 128;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Whether the body may be read as a fragment. Peers leave out the type, or call it a whole message. */
export function isFragment(message: MessageParts): boolean {
  const type = bodyType(message);
  return type === undefined || type === 'message/sipfrag' || type === 'message/sip';
}

/** Undefined when the body does not begin with a status line. */
export function parseFragmentStatus(body: Uint8Array): FragmentStatus | undefined {
  const text = decoder.decode(body.subarray(0, mostBytes));
  // Some peers put an empty line in front, as in front of a message (RFC 3261 §7.5).
  const start = /^[\r\n]{0,8}/.exec(text)?.[0].length ?? 0;
  const [line = ''] = text.slice(start, start + mostBytes).split(/\r\n|\r|\n/, 1);
  const match = /^SIP\/2\.0[ \t]{1,8}([1-6]\d\d)(?:[ \t]|$)/i.exec(line);
  if (match === null) return undefined;
  // eslint-disable-next-line no-control-regex
  const reason = line.slice(match[0].length).replace(/[\u0000-\u001f\u007f]/g, ' ');
  return { status: Number(match[1]), reason: reason.slice(0, mostReasonCharacters).trim() };
}
