/** Message to bytes (RFC 3261 §7). Content-Length is written here, always and rightly; one among the headers is replaced. */
import type { MessageParts } from './message.ts';
import { encodeText } from './text-bytes.ts';

/**
 * The bytes to send. Names and values must already be free of line breaks: everything that is parsed is, and everything
 * that comes from an API goes through `checkCallUri`, `checkRoutes` or `checkExtraHeader`.
 */
export function printMessage(message: MessageParts): Uint8Array {
  let text =
    message.kind === 'request'
      ? `${message.method} ${message.requestUri} SIP/2.0\r\n`
      : `SIP/2.0 ${message.status} ${message.reason}\r\n`;
  let hasLength = false;
  for (const { name, key, value } of message.headers) {
    if (key !== 'content-length') text += `${name}: ${value}\r\n`;
    else if (!hasLength) {
      text += `${name}: ${message.body.length}\r\n`;
      hasLength = true;
    }
  }
  const head = encodeText(hasLength ? `${text}\r\n` : `${text}Content-Length: ${message.body.length}\r\n\r\n`);
  if (message.body.length === 0) return head;
  const bytes = new Uint8Array(head.length + message.body.length);
  bytes.set(head);
  bytes.set(message.body, head.length);
  return bytes;
}
