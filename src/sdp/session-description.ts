/**
 * Session descriptions (RFC 8866): text to lines to values and back. Lines this gateway has no use for are kept where they
 * stood. Limits: 64 kB, 500 lines; every line is looked at once.
 */
import { err, ok, type Result } from '../kit/index.ts';

export const sdpLimits = { textLength: 65_536, lineCount: 500 } as const;

export interface SdpLine {
  /** The letter before `=`. */
  readonly type: string;
  readonly value: string;
}

export interface Origin {
  readonly username: string;
  readonly sessionId: string;
  readonly version: string;
  /** `IN IP4 192.0.2.1` and the like. */
  readonly address: string;
}

export interface MediaDescription {
  /** `audio`, `video`, ... */
  readonly media: string;
  readonly port: number;
  /** Number of ports when it is not one. */
  readonly portCount: number | undefined;
  /** `RTP/AVP` and the like. */
  readonly protocol: string;
  readonly formats: readonly string[];
  /** The lines behind `m=`, in order. */
  readonly lines: readonly SdpLine[];
}

export interface SessionDescription {
  readonly origin: Origin;
  /** The lines behind `o=` and before the first `m=`, in order. */
  readonly lines: readonly SdpLine[];
  readonly media: readonly MediaDescription[];
}

export interface SdpParseError {
  /** Counted from 1. */
  readonly line: number;
  readonly reason: string;
}

export function parseSdp(text: string): Result<SessionDescription, SdpParseError> {
  if (text.length > sdpLimits.textLength) return err({ line: 1, reason: 'over 64 kB' });
  const lines = readLines(text);
  if (!lines.ok) return lines;
  const [version, originLine, ...rest] = lines.value;
  if (version?.type !== 'v' || version.value !== '0') return err({ line: 1, reason: 'does not begin with v=0' });
  if (originLine?.type !== 'o') return err({ line: 2, reason: 'o= does not follow v=0' });
  const origin = parseOrigin(originLine.value);
  if (origin === undefined) return err({ line: 2, reason: 'o= does not have its six fields' });
  const session: SdpLine[] = [];
  const media: MediaDescription[] = [];
  let mediaLines: SdpLine[] | undefined;
  for (const [index, line] of rest.entries()) {
    if (line.type !== 'm') {
      (mediaLines ?? session).push(line);
      continue;
    }
    mediaLines = [];
    const description = parseMediaLine(line.value, mediaLines);
    if (description === undefined)
      return err({ line: index + 3, reason: 'm= is not media, port, protocol and formats' });
    media.push(description);
  }
  return ok({ origin, lines: session, media });
}

function readLines(text: string): Result<SdpLine[], SdpParseError> {
  const lines: SdpLine[] = [];
  let at = 0;
  while (at < text.length) {
    const line = lines.length + 1;
    if (line > sdpLimits.lineCount) return err({ line, reason: 'more than 500 lines' });
    const feed = text.indexOf('\n', at);
    const end = feed === -1 ? text.length : feed;
    // A parser should take a line feed alone for a line end (RFC 8866 §5).
    const content = text.slice(at, end > at && text.charCodeAt(end - 1) === 13 ? end - 1 : end);
    at = end + 1;
    if (content === '') {
      // Empty lines behind the description are harmless, inside it they are not.
      if (text.slice(at).trim() === '') break;
      return err({ line, reason: 'an empty line' });
    }
    if (!/^[a-z]=/.test(content) || /[\r\0]/.test(content))
      return err({ line, reason: 'is not a letter, "=" and a value' });
    lines.push({ type: content.charAt(0), value: content.slice(2) });
  }
  return ok(lines);
}

function parseOrigin(value: string): Origin | undefined {
  const [username, sessionId, version, ...address] = value.trim().split(/ +/);
  if (username === undefined || sessionId === undefined || version === undefined || address.length !== 3) {
    return undefined;
  }
  return { username, sessionId, version, address: address.join(' ') };
}

function parseMediaLine(value: string, lines: SdpLine[]): MediaDescription | undefined {
  const [media = '', portText = '', protocol, ...formats] = value.trim().split(/ +/);
  const ports = /^(\d{1,5})(?:\/(\d{1,5}))?$/.exec(portText);
  const port = Number(ports?.[1]);
  if (ports === null || port > 65_535 || !/^[\w.!#$%&'*+^`{|}~-]+$/.test(media)) return undefined;
  if (protocol === undefined || formats.length === 0) return undefined;
  const portCount = ports[2] === undefined ? undefined : Number(ports[2]);
  return { media, port, portCount, protocol, formats, lines };
}

export function printSdp(description: SessionDescription): string {
  const { username, sessionId, version, address } = description.origin;
  let text = `v=0\r\no=${username} ${sessionId} ${version} ${address}\r\n${printLines(description.lines)}`;
  for (const { media, port, portCount, protocol, formats, lines } of description.media) {
    const ports = portCount === undefined ? String(port) : `${port}/${portCount}`;
    text += `m=${media} ${ports} ${protocol} ${formats.join(' ')}\r\n${printLines(lines)}`;
  }
  return text;
}

function printLines(lines: readonly SdpLine[]): string {
  let text = '';
  for (const { type, value } of lines) text += `${type}=${value}\r\n`;
  return text;
}

/** The address of a `c=` line; a multicast TTL behind a slash is no part of it. */
export function connectionAddress(lines: readonly SdpLine[]): string | undefined {
  const value = lines.find(({ type }) => type === 'c')?.value;
  return value === undefined ? undefined : /^IN IP[46] ([^ /]+)/i.exec(value.trim())?.[1];
}

/** Values of the `a=name:value` attributes of one name, in order; an attribute without a value gives an empty text. */
export function attributeValues(lines: readonly SdpLine[], name: string): string[] {
  const values: string[] = [];
  for (const { type, value } of lines) {
    if (type !== 'a') continue;
    if (value === name) values.push('');
    else if (value.startsWith(`${name}:`)) values.push(value.slice(name.length + 1).trim());
  }
  return values;
}
