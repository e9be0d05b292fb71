/**
 * A SIP message as values. The parts are what is printed; the core fields are read from the headers once, while parsing,
 * because every layer above needs them. All other header values are read where they are wanted.
 */
import type { Header } from './header.ts';
import type { NameAddress } from './name-address.ts';
import type { Via } from './via.ts';

export interface RequestParts {
  readonly kind: 'request';
  readonly method: string;
  /** As spelled. */
  readonly requestUri: string;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

export interface ResponseParts {
  readonly kind: 'response';
  /** 100 to 699. */
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

export type MessageParts = RequestParts | ResponseParts;

export interface CSeq {
  /** 0 to 2^31 - 1 (RFC 3261 §8.1.1.5). */
  readonly number: number;
  readonly method: string;
}

/** What RFC 3261 §8.1.1 demands of every message, checked. */
export interface CoreFields {
  /** The topmost Via. */
  readonly via: Via;
  /** 1 to 70. */
  readonly viaCount: number;
  readonly from: NameAddress;
  readonly fromTag: string | undefined;
  readonly to: NameAddress;
  readonly toTag: string | undefined;
  readonly callId: string;
  readonly cseq: CSeq;
}

export type SipRequest = RequestParts & CoreFields;
export type SipResponse = ResponseParts & CoreFields;
export type SipMessage = SipRequest | SipResponse;

/** Why bytes are no acceptable message. */
export interface SipParseError {
  /** Offset of the start of the offending line, counted in characters from the first byte of the message. */
  readonly position: number;
  /** One phrase, short enough for a reason phrase or a Warning. */
  readonly reason: string;
  /** Present when it was a request that may be answered: with what status, and what of it could be read. */
  readonly refusal?: { readonly status: 400 | 505; readonly request: RequestParts; readonly via: Via };
}
