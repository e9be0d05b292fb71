/** What a final 3xx to 6xx says beside its status: Retry-After (RFC 3261 §20.33), Warning (§20.43), Reason (RFC 3326), Call-Info. */
import type { LegEvent } from '../leg-event.ts';
import { parseRetryAfter, readAddress } from '../syntax/core-fields.ts';
import { type Header, headerValue, listValues } from '../syntax/header.ts';
import type { SipResponse } from '../syntax/message.ts';
import { reasonOf } from './build-response.ts';

type Rejected = Extract<LegEvent, { readonly type: 'rejected' }>;

/** Longest text of a stranger that is passed on for people to read. */
const maxTextLength = 200;

/** `detail`: one sentence on why it could not be helped, over what a Warning says. */
export function rejectionOf(response: SipResponse, detail: string | undefined, nowMs: number): Rejected {
  const { status, reason, headers } = response;
  const retryAfterS = parseRetryAfter(headerValue(headers, 'retry-after'));
  const said = detail ?? warningText(headers);
  const callInfo = status === 607 || status === 608 ? redressLink(headers) : undefined;
  const { reasonHeader } = reasonOf(response);
  return {
    type: 'rejected',
    status,
    reason: reason.slice(0, maxTextLength),
    ...(said === undefined ? {} : { detail: said }),
    ...(callInfo === undefined ? {} : { callInfo }),
    ...(reasonHeader === undefined ? {} : { reasonHeader }),
    ...(retryAfterS === undefined ? {} : { retryAfterS }),
    atMs: nowMs,
  };
}

function warningText(headers: readonly Header[]): string | undefined {
  const [first] = listValues(headers, 'warning');
  const text = /^\d{3} +\S+ +"((?:[^"\\]|\\.)*)"$/.exec(first ?? '')?.[1];
  return text === undefined || text === '' ? undefined : `Warning: ${text.slice(0, maxTextLength)}`;
}

/** Where who was blocked can ask for redress: a card at an http or https address (RFC 8688 §3.2). */
function redressLink(headers: readonly Header[]): string | undefined {
  const links = listValues(headers, 'call-info').map((value) => readAddress(value)?.uri ?? '');
  return links.find((uri) => /^https?:\/\//i.test(uri) && uri.length <= maxTextLength);
}
