/** Reads and checks the headers that every message must have (RFC 3261 §8.1.1, §20). */
import { err, ok, type Result } from '../../kit/index.ts';
import { parseDecimal, scanToken, skipSpace } from './characters.ts';
import { type Header, splitList } from './header.ts';
import type { CoreFields, CSeq } from './message.ts';
import { addressTag, type NameAddress, parseNameAddress } from './name-address.ts';
import { parseVia, parseViaLoosely, type Via } from './via.ts';

/** Most Via values a message may have: Max-Forwards begins at 70, so more hops than that mean a loop. */
export const maxViaCount = 70;

export interface FieldError {
  /** Index of the offending header; the number of headers when one is missing. */
  readonly headerIndex: number;
  readonly reason: string;
}

interface Found {
  via: number;
  viaCount: number;
  from: number;
  to: number;
  callId: number;
  cseq: number;
}

export function readCoreFields(headers: readonly Header[]): Result<CoreFields, FieldError> {
  const found = findCoreHeaders(headers);
  if (!found.ok) return found;
  const { via, from, to, callId, cseq } = found.value;
  const missing = via < 0 ? 'Via' : from < 0 ? 'From' : to < 0 ? 'To' : callId < 0 ? 'Call-ID' : cseq < 0 ? 'CSeq' : '';
  if (missing !== '') return err({ headerIndex: headers.length, reason: `${missing} is missing` });
  const topVia = readTopVia(headers[via]?.value ?? '');
  if (!topVia.ok) return err({ headerIndex: via, reason: topVia.error });
  const fromAddress = parseNameAddress(headers[from]?.value ?? '');
  if (!fromAddress.ok) return err({ headerIndex: from, reason: `From: ${fromAddress.error}` });
  const toAddress = parseNameAddress(headers[to]?.value ?? '');
  if (!toAddress.ok) return err({ headerIndex: to, reason: `To: ${toAddress.error}` });
  const sequence = parseCSeq(headers[cseq]?.value ?? '');
  if (!sequence.ok) return err({ headerIndex: cseq, reason: sequence.error });
  const id = headers[callId]?.value ?? '';
  if (id === '' || /\s/.test(id)) return err({ headerIndex: callId, reason: 'Call-ID is no word' });
  return ok({
    via: topVia.value,
    viaCount: found.value.viaCount,
    from: fromAddress.value,
    fromTag: addressTag(fromAddress.value),
    to: toAddress.value,
    toTag: addressTag(toAddress.value),
    callId: id,
    cseq: sequence.value,
  });
}

function findCoreHeaders(headers: readonly Header[]): Result<Found, FieldError> {
  const found: Found = { via: -1, viaCount: 0, from: -1, to: -1, callId: -1, cseq: -1 };
  for (let index = 0; index < headers.length; index += 1) {
    const entry = headers[index];
    if (entry === undefined) break;
    switch (entry.key) {
      case 'via':
        if (found.via < 0) found.via = index;
        found.viaCount += entry.value.includes(',') ? splitList(entry.value).length : 1;
        if (found.viaCount > maxViaCount) return err({ headerIndex: index, reason: `more than ${maxViaCount} Via` });
        break;
      case 'from':
        if (found.from >= 0) return err({ headerIndex: index, reason: 'From appears twice' });
        found.from = index;
        break;
      case 'to':
        if (found.to >= 0) return err({ headerIndex: index, reason: 'To appears twice' });
        found.to = index;
        break;
      case 'call-id':
        if (found.callId >= 0) return err({ headerIndex: index, reason: 'Call-ID appears twice' });
        found.callId = index;
        break;
      case 'cseq':
        if (found.cseq >= 0) return err({ headerIndex: index, reason: 'CSeq appears twice' });
        found.cseq = index;
        break;
      default:
    }
  }
  return ok(found);
}

function readTopVia(value: string): Result<Via, string> {
  return parseVia(topValue(value));
}

/** The top Via as far as it can be read (`parseViaLoosely`). */
export function readTopViaLoosely(value: string): Via | undefined {
  return parseViaLoosely(topValue(value));
}

/** The first of the values a header may join with commas. */
function topValue(value: string): string {
  return value.includes(',') ? (splitList(value)[0] ?? '') : value;
}

/** CSeq: a number below 2^31, then a method (RFC 3261 §20.16). */
export function parseCSeq(text: string): Result<CSeq, string> {
  const numberEnd = scanToken(text, 0);
  const number = parseDecimal(text.slice(0, numberEnd), 0x7fff_ffff);
  if (number === undefined) return err('CSeq has no number below 2^31');
  const methodStart = skipSpace(text, numberEnd);
  const methodEnd = scanToken(text, methodStart);
  if (methodStart === numberEnd || methodEnd === methodStart || methodEnd !== text.length) {
    return err('CSeq has no method');
  }
  return ok({ number, method: text.slice(methodStart, methodEnd) });
}

/** Reads one From- or Contact-like header whose value may be absent or unreadable. */
export function readAddress(value: string | undefined): NameAddress | undefined {
  if (value === undefined) return undefined;
  const address = parseNameAddress(value);
  return address.ok ? address.value : undefined;
}

/** Retry-After in seconds; what follows the number is for people (§20.33). At most 2^31 - 1. */
export function parseRetryAfter(value: string | undefined): number | undefined {
  const digits = value === undefined ? undefined : /^\d{1,32}/.exec(value)?.[0];
  if (digits === undefined) return undefined;
  return parseDecimal(digits, 0x7fff_ffff) ?? 0x7fff_ffff;
}
