/**
 * Bytes of one datagram to a message (RFC 3261 §7, §18.3, §25). Limits are checked before anything is parsed, every byte is
 * looked at a bounded number of times, and nothing throws. Line ends must be CRLF: a bare CR or LF could mean one thing here
 * and another behind us. Where a message on a stream ends is found in `transport/stream-framer.ts`.
 */
import { err, ok, type Result } from '../../kit/index.ts';
import { isToken, parseDecimal, trimSpace } from './characters.ts';
import { type FieldError, readCoreFields, readTopViaLoosely } from './core-fields.ts';
import { type Header, headerKey, headerValue, splitList, usualKey } from './header.ts';
import type { RequestParts, SipMessage, SipParseError } from './message.ts';
import { parseNameAddress } from './name-address.ts';
import { decodeText } from './text-bytes.ts';
import { parseUri } from './uri.ts';

export const messageLimits = {
  messageBytes: 65_536,
  /** One header with its continuation lines; the start line too. */
  headerBytes: 8192,
  headerCount: 256,
} as const;

/** Whether Content-Length may be missing: only where the transport says where the message ends (§18.3, RFC 7118 §5.3). */
export type Framing = 'datagram' | 'stream';

export function parseMessage(bytes: Uint8Array, framing: Framing = 'datagram'): Result<SipMessage, SipParseError> {
  if (bytes.length > messageLimits.messageBytes) return fail(0, 'message over 64 kB');
  let start = 0;
  // Empty lines in front of the start line are keep-alives (§7.5).
  while (bytes[start] === 13 && bytes[start + 1] === 10) start += 2;
  const end = findHeaderEnd(bytes, start);
  if (!end.ok) return end;
  const text = decodeText(bytes.subarray(start, end.value));
  const firstLineEnd = text.indexOf('\r');
  const startLine = parseStartLine(text.slice(0, firstLineEnd));
  if (!startLine.ok) return startLine;
  const headers = parseHeaders(text, firstLineEnd + 2);
  if (!headers.ok) return headers;
  const rest = bytes.subarray(end.value + 2);
  return startLine.value.kind === 'request'
    ? completeRequest(text, startLine.value, headers.value, takeBody(headers.value, rest, framing))
    : completeResponse(text, startLine.value, headers.value, takeBody(headers.value, rest, framing));
}

function fail(position: number, reason: string): { readonly ok: false; readonly error: SipParseError } {
  return err({ position, reason });
}

/** Offset of the empty line that ends the headers: after it comes CRLF, then the body. */
function findHeaderEnd(bytes: Uint8Array, start: number): Result<number, SipParseError> {
  let lineStart = start;
  let headerStart = start;
  let headerCount = 0;
  for (;;) {
    const end = bytes.indexOf(13, lineStart);
    const feed = bytes.indexOf(10, lineStart);
    if (end === -1 && feed === -1) return fail(bytes.length - start, 'no empty line after the headers');
    // Neither without the other, and nothing between them.
    if (end === -1 || feed !== end + 1) {
      return fail((end === -1 || (feed !== -1 && feed < end) ? feed : end) - start, 'a line does not end with CR LF');
    }
    if (end === lineStart) return end === start ? fail(0, 'empty message') : ok(end);
    lineStart = feed + 1;
    const next = bytes[lineStart];
    if (next === 32 || next === 9) continue;
    if (end - headerStart > messageLimits.headerBytes) return fail(headerStart - start, 'a header over 8 kB');
    headerStart = lineStart;
    headerCount += 1;
    // The start line is counted too.
    if (headerCount > messageLimits.headerCount + 1) return fail(end - start, 'more than 256 headers');
  }
}

type RequestLine = { readonly kind: 'request'; method: string; requestUri: string; fault: 400 | 505 | undefined };
type StatusLine = { readonly kind: 'response'; status: number; reason: string };

function parseStartLine(line: string): Result<RequestLine | StatusLine, SipParseError> {
  if (/^SIP\//i.test(line)) return parseStatusLine(line);
  const firstSpace = line.indexOf(' ');
  const lastSpace = line.lastIndexOf(' ');
  const method = line.slice(0, Math.max(firstSpace, 0));
  if (firstSpace === lastSpace || !isToken(method)) return fail(0, 'no request line and no status line');
  const version = line.slice(lastSpace + 1);
  const requestUri = line.slice(firstSpace + 1, lastSpace);
  const isVersion = /^SIP\/\d{1,9}\.\d{1,9}$/i.test(version);
  const uri = parseUri(requestUri);
  const isUri = uri.ok && !('headers' in uri.value);
  const fault = isVersion && !/^SIP\/2\.0$/i.test(version) ? 505 : isVersion && isUri ? undefined : 400;
  return ok({ kind: 'request', method, requestUri, fault });
}

function parseStatusLine(line: string): Result<StatusLine, SipParseError> {
  if (!/^SIP\/2\.0 \d\d\d(?: |$)/i.test(line)) return fail(0, 'an invalid status line');
  const status = Number(line.slice(8, 11));
  if (status < 100 || status > 699) return fail(0, 'a status code outside 100 to 699');
  return ok({ kind: 'response', status, reason: line.slice(12) });
}

function parseHeaders(text: string, from: number): Result<Header[], SipParseError> {
  const headers: Header[] = [];
  let at = from;
  while (at < text.length) {
    let end = text.indexOf('\r', at);
    let isFolded = false;
    while (isContinuation(text.charCodeAt(end + 2))) {
      isFolded = true;
      end = text.indexOf('\r', end + 2);
    }
    const colon = text.indexOf(':', at);
    if (colon === -1 || colon > end) return fail(at, 'a header without a colon');
    const spelled = text.slice(at, colon);
    const known = usualKey(spelled);
    const name = known === undefined ? trimSpace(spelled) : spelled;
    if (known === undefined && !isToken(name)) return fail(at, 'a header name is no token');
    const value = text.slice(colon + 1, end);
    headers.push({ name, key: known ?? headerKey(name), value: isFolded ? unfold(value) : trimSpace(value) });
    at = end + 2;
  }
  return ok(headers);
}

function isContinuation(code: number): boolean {
  return code === 32 || code === 9;
}

/** A line break with the space around it counts as one space (§7.3.1). */
function unfold(value: string): string {
  const pieces = value.split('\r\n').map(trimSpace);
  return pieces.filter((piece) => piece !== '').join(' ');
}

function completeRequest(
  text: string,
  line: RequestLine,
  headers: readonly Header[],
  body: Result<Uint8Array, FieldError>,
): Result<SipMessage, SipParseError> {
  const refuse = (status: 400 | 505, error: FieldError): { readonly ok: false; readonly error: SipParseError } => {
    const position = headerPosition(text, error.headerIndex);
    const via = readTopViaLoosely(headerValue(headers, 'via') ?? '');
    if (via === undefined || line.method === 'ACK') return fail(position, error.reason);
    const { method, requestUri } = line;
    const request: RequestParts = { kind: 'request', method, requestUri, headers, body: new Uint8Array(0) };
    return err({ position, reason: error.reason, refusal: { status, request, via } });
  };
  if (line.fault === 505) return refuse(505, { headerIndex: -1, reason: 'SIP version is not 2.0' });
  if (line.fault === 400) return refuse(400, { headerIndex: -1, reason: 'an invalid request line' });
  if (!body.ok) return refuse(400, body.error);
  const core = readCoreFields(headers);
  if (!core.ok) return refuse(400, core.error);
  if (core.value.cseq.method !== line.method) {
    return refuse(400, { headerIndex: indexOfKey(headers, 'cseq'), reason: 'CSeq names another method' });
  }
  const fault = findRequestFault(headers);
  if (fault !== undefined) return refuse(400, fault);
  const { method, requestUri } = line;
  // Spelled out: spreading two objects costs as much as all the rest of the parser.
  const { via, viaCount, from, fromTag, to, toTag, callId, cseq } = core.value;
  return ok({
    kind: 'request',
    method,
    requestUri,
    headers,
    body: body.value,
    via,
    viaCount,
    from,
    fromTag,
    to,
    toTag,
    callId,
    cseq,
  });
}

function completeResponse(
  text: string,
  line: StatusLine,
  headers: readonly Header[],
  body: Result<Uint8Array, FieldError>,
): Result<SipMessage, SipParseError> {
  if (!body.ok) return fail(headerPosition(text, body.error.headerIndex), body.error.reason);
  const core = readCoreFields(headers);
  if (!core.ok) return fail(headerPosition(text, core.error.headerIndex), core.error.reason);
  const { status, reason } = line;
  const { via, viaCount, from, fromTag, to, toTag, callId, cseq } = core.value;
  return ok({
    kind: 'response',
    status,
    reason,
    headers,
    body: body.value,
    via,
    viaCount,
    from,
    fromTag,
    to,
    toTag,
    callId,
    cseq,
  });
}

/** Bytes beyond Content-Length are ignored, too few are a fault (§18.3). Without the header the datagram is the limit. */
function takeBody(headers: readonly Header[], rest: Uint8Array, framing: Framing): Result<Uint8Array, FieldError> {
  let length: number | undefined;
  for (let index = 0; index < headers.length; index += 1) {
    const entry = headers[index];
    if (entry?.key !== 'content-length') continue;
    if (length !== undefined) return err({ headerIndex: index, reason: 'Content-Length appears twice' });
    length = parseDecimal(entry.value, 0xffff_ffff);
    if (length === undefined) return err({ headerIndex: index, reason: 'Content-Length is no length' });
    if (length > rest.length) return err({ headerIndex: index, reason: 'Content-Length is beyond the datagram' });
  }
  if (length === undefined && framing === 'stream')
    return err({ headerIndex: -1, reason: 'Content-Length is missing' });
  return ok(length === undefined || length === rest.length ? rest : rest.subarray(0, length));
}

const sipDate =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/i;

/** What a request may be refused for beyond the core. A response is too dear to lose over such a thing. */
function findRequestFault(headers: readonly Header[]): FieldError | undefined {
  let hasMaxForwards = false;
  for (let headerIndex = 0; headerIndex < headers.length; headerIndex += 1) {
    const { key, value } = headers[headerIndex] ?? { key: '', value: '' };
    if (key === 'max-forwards') {
      if (hasMaxForwards) return { headerIndex, reason: 'Max-Forwards appears twice' };
      if (parseDecimal(value, 255) === undefined) return { headerIndex, reason: 'Max-Forwards is not 0 to 255' };
      hasMaxForwards = true;
    } else if (key === 'date' && !sipDate.test(value)) {
      return { headerIndex, reason: 'Date is not in GMT' };
    } else if (key === 'contact' && value !== '*') {
      for (const contact of splitList(value)) {
        const address = parseNameAddress(contact);
        if (!address.ok) return { headerIndex, reason: `Contact: ${address.error}` };
      }
    }
  }
  return undefined;
}

function indexOfKey(headers: readonly Header[], key: string): number {
  return headers.findIndex((entry) => entry.key === key);
}

/** Where the header of this index begins in the text; the start line has index -1. Only walked when something is wrong. */
function headerPosition(text: string, index: number): number {
  let at = 0;
  for (let count = -1; count < index; count += 1) {
    at = text.indexOf('\r', at) + 2;
    while (at < text.length && isContinuation(text.charCodeAt(at))) at = text.indexOf('\r', at) + 2;
  }
  return at;
}
