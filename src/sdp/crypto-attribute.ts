/**
 * Keys of SRTP in a session description (SDES, RFC 4568; the suites of AES-GCM: RFC 7714 §14.2). One key a line, no MKI, and none of
 * the session parameters that change what SRTP does: a line of the peer that wants them is passed over.
 */
import { attributeValues, type MediaDescription } from './session-description.ts';

/** In the order in which they are offered, with the bytes of master key and salt together. */
export const cryptoSuites = [
  { suite: 'AES_CM_128_HMAC_SHA1_80', keyBytes: 30 },
  { suite: 'AES_CM_128_HMAC_SHA1_32', keyBytes: 30 },
  { suite: 'AEAD_AES_128_GCM', keyBytes: 28 },
  { suite: 'AEAD_AES_256_GCM', keyBytes: 44 },
] as const;

export type CryptoSuite = (typeof cryptoSuites)[number]['suite'];

/** Whether this side encrypts, and its keys. */
export interface LocalEncryption {
  readonly policy: 'optional' | 'required';
  /** A key of its own for each suite: master key and salt in base64. */
  readonly keys: Readonly<Record<CryptoSuite, string>>;
}

/** What both sides agreed on. */
export interface AgreedEncryption {
  readonly suite: CryptoSuite;
  readonly localKey: string;
  readonly remoteKey: string;
}

export interface CryptoLine {
  /** 1 to 9 digits. */
  readonly tag: string;
  readonly suite: CryptoSuite;
  readonly key: string;
}

/** The value of an `a=crypto:` line. */
export function printCryptoLine({ tag, suite, key }: CryptoLine): string {
  return `crypto:${tag} ${suite} inline:${key}`;
}

export function offeredCryptoLines({ keys }: LocalEncryption): readonly CryptoLine[] {
  return cryptoSuites.map(({ suite }, index) => ({ tag: String(index + 1), suite, key: keys[suite] }));
}

/** Those of the peer that can be taken, in its order. */
export function cryptoLinesOf({ lines }: MediaDescription): readonly CryptoLine[] {
  return attributeValues(lines, 'crypto').flatMap((value) => {
    const line = parseCryptoLine(value);
    return line === undefined ? [] : [line];
  });
}

function parseCryptoLine(value: string): CryptoLine | undefined {
  const [tag = '', name = '', keyParameters = '', ...sessionParameters] = value.trim().split(/ +/);
  const suite = cryptoSuites.find((each) => each.suite === name);
  if (!/^\d{1,9}$/.test(tag) || suite === undefined || !sessionParameters.every(isHarmless)) return undefined;
  // A lifetime is let go by: that of a call is far below it. A second key or an MKI is not.
  const [, key = '', lifetime = ''] = /^inline:([A-Za-z0-9+/]+={0,2})(?:\|([^|;]*))?$/.exec(keyParameters) ?? [];
  if (lifetime.includes(':') || base64Bytes(key) !== suite.keyBytes) return undefined;
  return { tag, suite: suite.suite, key };
}

/** A hint for the window of replays; what concerns RTCP alone; what may be ignored as it says itself (RFC 4568 §6.3). */
function isHarmless(parameter: string): boolean {
  return /^(?:WSH=\d+|UNENCRYPTED_SRTCP|-.*)$/.test(parameter);
}

/** Peers leave out the padding. */
function base64Bytes(text: string): number {
  return Math.floor((text.replace(/=+$/, '').length * 3) / 4);
}
