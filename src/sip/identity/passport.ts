/**
 * STIR/SHAKEN: the Identity header in its full form (RFC 8224 §4, RFC 8225) with the claims of SHAKEN (RFC 8588), signed by
 * ES256. What is signed is JSON with its keys in order and without spaces (RFC 8225 §9), and `iat` is the instant of the
 * Date header (RFC 8224 §6.1). Left out: the compact form, which SHAKEN forbids, and `div` (RFC 8946).
 */
import { printWallTime } from '../../kit/index.ts';
import { type Header, header } from '../syntax/header.ts';
import { parseUri } from '../syntax/uri.ts';

/** How well the signer knows the caller (RFC 8588 §4): A wholly, B the customer but not the number, C only where it came in. */
export type Attestation = 'A' | 'B' | 'C';

/** With what an INVITE is signed. */
export interface PassportOrder {
  /** Where the certificate of the key is, for `x5u` and `info`. */
  readonly certificateUrl: string;
  readonly attestation: Attestation;
  /** A UUID that leads the operator to the origin of the call (RFC 8588 §5). */
  readonly originId: string;
  /** The ES256 signature of these bytes, 64 bytes as JWS has it (RFC 7518 §3.4): a port, because this room knows no keys. */
  sign(bytes: Uint8Array): Uint8Array;
}

/** Who calls whom, as URIs. */
export interface PassportParties {
  readonly from: string;
  readonly to: string;
}

const encoder = new TextEncoder();

/** Date and Identity for an INVITE that leaves at this instant (ms since 1970). */
export function passportHeaders(order: PassportOrder, parties: PassportParties, wallMs: number): readonly Header[] {
  const { certificateUrl, attestation, originId } = order;
  const issuedAtS = Math.floor(wallMs / 1000);
  const head = JSON.stringify({ alg: 'ES256', ppt: 'shaken', typ: 'passport', x5u: certificateUrl });
  const claims = JSON.stringify({
    attest: attestation,
    dest: callee(parties.to),
    iat: issuedAtS,
    orig: caller(parties.from),
    origid: originId,
  });
  const signed = `${base64url(encoder.encode(head))}.${base64url(encoder.encode(claims))}`;
  const signature = base64url(order.sign(encoder.encode(signed)));
  return [
    header('Date', sipDate(issuedAtS)),
    header('Identity', `${signed}.${signature};info=<${certificateUrl}>;alg=ES256;ppt=shaken`),
  ];
}

function caller(uri: string): object {
  const number = canonicalNumber(uri);
  return number === undefined ? { uri: canonicalUri(uri) } : { tn: number };
}

function callee(uri: string): object {
  const number = canonicalNumber(uri);
  return number === undefined ? { uri: [canonicalUri(uri)] } : { tn: [number] };
}

/**
 * The telephone number of a tel URI, or of the user part of a SIP URI that is one (RFC 8224 §8.1, §8.3): digits, `*` and `#`
 * without plus and separators. A number without a plus is taken to have its country code already: which one is missing, only
 * the operator could say. Undefined when there is none.
 */
export function canonicalNumber(text: string): string | undefined {
  const uri = parseUri(text);
  if (!uri.ok || uri.value.scheme === 'other') return undefined;
  const spelled = uri.value.scheme === 'tel' ? uri.value.number : (uri.value.user ?? '');
  const [number = ''] = spelled
    .replaceAll(/%(2B|23|2A)/gi, (_, code: string) => escaped[code.toUpperCase()] ?? '')
    .split(';');
  const plain = number.replaceAll(/[-.() ]/g, '');
  return /^\+?[\d*#]{1,32}$/.test(plain) && /\d/.test(plain) ? plain.replace('+', '') : undefined;
}

const escaped: Readonly<Record<string, string>> = { '2B': '+', '23': '#', '2A': '*' };

/** Scheme, user and host, without parameters and port (RFC 8224 §8.5). */
function canonicalUri(text: string): string {
  const uri = parseUri(text);
  if (!uri.ok || uri.value.scheme === 'other' || uri.value.scheme === 'tel') return text;
  const { scheme, user, host } = uri.value;
  const place = host.includes(':') ? `[${host}]` : host.toLowerCase();
  return `${scheme}:${user === undefined ? '' : `${user}@`}${place}`;
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Seconds since 1970 as the Date header has them (RFC 3261 §20.17): `Sat, 13 Nov 2010 23:29:00 GMT`. */
export function sipDate(epochS: number): string {
  const [, year = '', month = '', day = '', time = ''] =
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)/.exec(printWallTime(epochS * 1000)) ?? [];
  // 1 January 1970 was a Thursday.
  const weekday = weekdays[(Math.floor(epochS / 86_400) + 4) % 7] ?? '';
  return `${weekday}, ${day} ${months[Number(month) - 1] ?? ''} ${year} ${time} GMT`;
}

const digits64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** RFC 4648 §5, without padding. */
export function base64url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const digits = [bits >>> 18, (bits >>> 12) & 63, (bits >>> 6) & 63, bits & 63];
    text += digits
      .slice(0, Math.min(left, 3) + 1)
      .map((digit) => digits64[digit] ?? '')
      .join('');
  }
  return text;
}
