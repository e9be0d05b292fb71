/** The parameters of `vgwActTransfer` (specification §6.2), and headers as bots give them. */
import { isJsonObject, type Json, type JsonObject } from '../kit/index.ts';
import { isPresent, quote } from './reply-values.ts';
import type { NamedHeader, TransferOrder } from './transfer-order.ts';

const encoder = new TextEncoder();
/** Longest value of a header, in bytes (specification §9.6), most headers, and most accepted codes. */
const mostValueBytes = 1024;
const mostHeaders = 20;
const mostCodes = 50;
const longestTarget = 1024;

const uuiPlaces = {
  uuiheader: 'user-to-user',
  contactheader: 'contact',
  refertourl: 'refer-to',
} as const satisfies Record<string, NonNullable<TransferOrder['userToUser']>['place']>;

/** Undefined when it cannot be carried out, which has then been said. What is wrong with a detail is said, and left out. */
export function readTransfer(parameters: JsonObject, problems: string[]): TransferOrder | undefined {
  const { transferTarget, transferMethod = 'REFER', transferTargetHeader } = parameters;
  const method = typeof transferMethod === 'string' ? transferMethod.trim().toUpperCase() : undefined;
  if (method !== 'REFER' && method !== 'HANGUP' && method !== 'ATTENDED') {
    problems.push('vgwActTransfer was skipped: transferMethod is neither REFER nor HANGUP nor ATTENDED.');
    return undefined;
  }
  const target = readTarget(transferTarget);
  if (isPresent(transferTarget) && transferTarget !== '' && target === undefined) {
    problems.push(`vgwActTransfer was skipped: transferTarget is not a text of at most ${longestTarget} characters.`);
    return undefined;
  }
  const headers = readTransferHeaders(parameters, problems);
  const isNamed = isPresent(transferTargetHeader) && transferTargetHeader !== '';
  const targetHeader = isHeaderName(transferTargetHeader) ? transferTargetHeader : undefined;
  if (isNamed && targetHeader === undefined) problems.push('transferTargetHeader was left out: it is no header name.');
  const userToUser = readUserToUser(parameters, problems);
  return {
    method: method === 'HANGUP' ? 'hang-up' : 'refer',
    ...(method === 'ATTENDED' ? { isAttended: true as const } : {}),
    ...(target === undefined ? {} : { target }),
    ...(headers.length === 0 ? {} : { headers }),
    ...(targetHeader === undefined ? {} : { targetHeader }),
    ...(userToUser === undefined ? {} : { userToUser }),
    acceptedCodes: readCodes(parameters['acceptTransferRejectCodes'], problems),
  };
}

/** A target, `\@` of a dialog that escapes it taken for `@` (specification §6.1). */
export function readTarget(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' || value.length > longestTarget) return undefined;
  const target = value.trim().replaceAll('\\@', '@');
  return target === '' ? undefined : target;
}

/** One header of two values that belong together; undefined when there is none or, which has then been said, a bad one. */
export function readHeader(
  name: Json | undefined,
  value: Json | undefined,
  where: string,
  problems: string[],
): NamedHeader | undefined {
  if (!isPresent(name) || name === '') return undefined;
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  if (!isHeaderName(name)) problems.push(`${where} was left out: it is no header name.`);
  else if (text === undefined || encoder.encode(text).length > mostValueBytes) {
    problems.push(`${where} ${quote(name)} was left out: its value is no text of at most ${mostValueBytes} bytes.`);
  } else return { name, value: text };
  return undefined;
}

/** The headers of an object, name to value. */
export function readHeaders(value: Json | undefined, where: string, problems: string[]): readonly NamedHeader[] {
  if (!isPresent(value)) return [];
  if (!isJsonObject(value)) {
    problems.push(`${where} was left out: it is no object of headers.`);
    return [];
  }
  const entries = Object.entries(value);
  if (entries.length > mostHeaders) {
    problems.push(`${where} has ${entries.length} headers; only the first ${mostHeaders} are sent.`);
  }
  return entries.slice(0, mostHeaders).flatMap(([name, text]) => readHeader(name, text, where, problems) ?? []);
}

function readTransferHeaders(parameters: JsonObject, problems: string[]): readonly NamedHeader[] {
  const { transferHeader, transferHeaderVal, transferHeaders } = parameters;
  const single = readHeader(transferHeader, transferHeaderVal, 'transferHeader', problems);
  const others = readHeaders(transferHeaders, 'transferHeaders', problems);
  return single === undefined ? others : [single, ...others.slice(0, mostHeaders - 1)];
}

/** A token (RFC 3261 §25.1) of at most 128 characters. */
function isHeaderName(value: Json | undefined): value is string {
  return typeof value === 'string' && /^[\w\-.!%*+`'~]{1,128}$/.test(value);
}

function readUserToUser(parameters: JsonObject, problems: string[]): TransferOrder['userToUser'] {
  const { uuiData, uuiSendMethod } = parameters;
  if (!isPresent(uuiData) || uuiData === '') return undefined;
  if (typeof uuiData !== 'string' || encoder.encode(uuiData).length > mostValueBytes) {
    problems.push(`uuiData was left out: it is no text of at most ${mostValueBytes} bytes.`);
    return undefined;
  }
  const wanted = typeof uuiSendMethod === 'string' ? uuiSendMethod.trim().toLowerCase() : 'uuiheader';
  const entry = Object.entries(uuiPlaces).find(([name]) => name === wanted);
  if (entry === undefined) problems.push('uuiSendMethod is not uuiHeader, contactHeader or referToURL.');
  return { value: uuiData, place: entry?.[1] ?? 'user-to-user' };
}

/** `486,603`, a number, or a list of either. */
function readCodes(value: Json | undefined, problems: string[]): readonly number[] {
  if (!isPresent(value) || value === '') return [];
  const items = (Array.isArray(value) ? value : [value]).flatMap((item: Json | undefined) =>
    typeof item === 'string' ? item.split(',', mostCodes) : [typeof item === 'number' ? String(item) : ''],
  );
  const codes = items.slice(0, mostCodes).map((item) => item.trim());
  const good = codes.filter((code) => /^[3-6]\d\d$/.test(code));
  if (good.length < items.length) {
    problems.push('acceptTransferRejectCodes holds something that is no SIP status from 300 to 699; it was left out.');
  }
  return good.map(Number);
}
