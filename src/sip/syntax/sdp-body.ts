/**
 * The session description of a message: its whole body, or the `application/sdp` part of a `multipart/*` body (RFC 5621),
 * which gateways to the telephone network send with their own signalling beside it.
 */
import { findParameter, parseWithParameters } from './parameters.ts';
import { headerValue } from './header.ts';
import type { MessageParts } from './message.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Lower-case `type/subtype` of the body, or undefined when there is no body or no Content-Type. */
export function bodyType(message: MessageParts): string | undefined {
  if (message.body.length === 0) return undefined;
  return headerValue(message.headers, 'content-type')?.split(';', 1)[0]?.trim().toLowerCase();
}

export function sdpOf(message: MessageParts): string | undefined {
  const type = bodyType(message);
  if (type === 'application/sdp') return decoder.decode(message.body);
  if (type?.startsWith('multipart/')) return sdpPart(message);
  return undefined;
}

function sdpPart(message: MessageParts): string | undefined {
  const type = parseWithParameters(headerValue(message.headers, 'content-type') ?? '');
  const boundary = type.ok ? findParameter(type.value.parameters, 'boundary')?.value?.replaceAll('"', '') : undefined;
  if (boundary === undefined || boundary === '' || boundary.length > 70) return undefined;
  // The first part may stand at the very start of the body, every later delimiter begins a line (RFC 2046 §5.1.1).
  for (const part of `\r\n${decoder.decode(message.body)}`.split(`\r\n--${boundary}`).slice(1, 17)) {
    const headersEnd = part.indexOf('\r\n\r\n');
    if (headersEnd === -1) continue;
    if (/^content-type[ \t]*:[ \t]*application\/sdp[ \t]*(?:;|$)/im.test(part.slice(0, headersEnd))) {
      return `${part.slice(headersEnd + 4)}\r\n`;
    }
  }
  return undefined;
}
