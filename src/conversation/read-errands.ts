/** Actions that send something besides sound: keys, INFO, text messages (specification §6.2). */
import { isJsonObject, type Json, type JsonObject } from '../kit/index.ts';
import type { Errand, OutgoingKey, ReplyStep } from './contract.ts';
import { isYes } from './state-variables.ts';
import { isHttpUrl, isPresent, nameType, readWhole } from './reply-values.ts';

const keyOfCode = '0123456789*#ABCD';
const mostKeys = 100;
const shortestKeyMs = 40;
const longestKeyMs = 8000;
const longestGapMs = 10_000;
const usualMs = 200;
const mostHeaders = 32;
const longestBody = 8000;
const longestMessage = 2000;
const mostMedia = 10;
const longestNumber = 64;

/** Undefined when the action cannot be carried out as it is, which has then been said. So it is with the other readers. */
export function readSendDtmf(parameters: JsonObject, problems: string[]): ReplyStep | undefined {
  const refuse = refusal('vgwActSendDTMF', problems);
  const { dtmfDigits, sendInterval } = parameters;
  if (!Array.isArray(dtmfDigits) || dtmfDigits.length === 0 || dtmfDigits.length > mostKeys) {
    return refuse(`dtmfDigits is not a list of 1 to ${mostKeys} keys`);
  }
  const gapMs = isPresent(sendInterval) ? readWhole(sendInterval) : usualMs;
  if (gapMs === undefined || gapMs > longestGapMs) return refuse(`sendInterval is not 0 to ${longestGapMs} (ms)`);
  const keys: OutgoingKey[] = [];
  for (const [index, entry] of dtmfDigits.entries()) {
    const key = readKey(entry);
    if (typeof key === 'string') return refuse(`dtmfDigits[${index}] ${key}`);
    keys.push(key);
  }
  return { type: 'send-keys', keys, gapMs };
}

/** A key, or the rest of a sentence that says what is wrong with it. */
function readKey(entry: Json): OutgoingKey | string {
  if (!isJsonObject(entry)) return `is ${nameType(entry)}, not an object with a code`;
  const { code, duration, volume } = entry;
  const digit = keyOfCode[readWhole(code) ?? -1];
  if (digit === undefined) return 'has a code that is not 0 to 15';
  const durationMs = isPresent(duration) ? readWhole(duration) : usualMs;
  if (durationMs === undefined || durationMs < shortestKeyMs || durationMs > longestKeyMs) {
    return `has a duration that is not ${shortestKeyMs} to ${longestKeyMs} (ms)`;
  }
  const attenuationDb = isPresent(volume) ? Math.abs(Number(volume)) : 0;
  if (!Number.isInteger(attenuationDb) || attenuationDb > 63) return 'has a volume that is not 0 to -63 (dBm0)';
  return { digit, durationMs, attenuationDb };
}

export function readSendSipInfo(parameters: JsonObject, problems: string[]): Errand | undefined {
  const refuse = refusal('vgwActSendSIPInfo', problems);
  const { sipHeaders = {}, messageBody = '' } = parameters;
  if (isPresent(sipHeaders) && !isJsonObject(sipHeaders)) return refuse(`sipHeaders is ${nameType(sipHeaders)}`);
  const entries = isJsonObject(sipHeaders) ? Object.entries(sipHeaders) : [];
  if (entries.length > mostHeaders) return refuse(`sipHeaders has more than ${mostHeaders} headers`);
  const body = messageBody ?? '';
  if (typeof body !== 'string' || body.length > longestBody) {
    return refuse(`messageBody is not a text of at most ${longestBody} characters`);
  }
  const headers: { name: string; value: string }[] = [];
  for (const [name, value] of entries) {
    if (typeof value !== 'string' && typeof value !== 'number') return refuse('a header has a value that is no text');
    headers.push({ name, value: String(value) });
  }
  if (headers.length === 0 && body === '') return refuse('it has neither sipHeaders nor a messageBody');
  return { type: 'send-info', headers, body };
}

export function readSendSms(parameters: JsonObject, problems: string[]): Errand | undefined {
  const refuse = refusal('vgwActSendSMS', problems);
  const { message, mediaURL, tenantPhoneNumber, userPhoneNumber, smsGWURL, enableInboundSMS, setAsInputText } =
    parameters;
  const mediaUrls = Array.isArray(mediaURL) ? mediaURL : isPresent(mediaURL) ? [mediaURL] : [];
  const text = message ?? '';
  if (typeof text !== 'string' || text.length > longestMessage) {
    return refuse(`message is not a text of at most ${longestMessage} characters`);
  }
  if (text.trim() === '' && mediaUrls.length === 0) return refuse('it has no message');
  const urls = mediaUrls.filter(isHttpUrl);
  if (urls.length < mediaUrls.length || urls.length > mostMedia) {
    return refuse(`mediaURL is not a list of at most ${mostMedia} http or https URLs`);
  }
  if (isPresent(smsGWURL) && !isHttpUrl(smsGWURL)) return refuse('smsGWURL is not an http or https URL');
  for (const [name, number] of Object.entries({ tenantPhoneNumber, userPhoneNumber })) {
    if (isPresent(number) && !isNumber(number)) return refuse(`${name} is not a telephone number`);
  }
  return {
    type: 'send-text-message',
    message: {
      text,
      mediaUrls: urls,
      ...(isNumber(userPhoneNumber) ? { userNumber: userPhoneNumber } : {}),
      ...(isNumber(tenantPhoneNumber) ? { tenantNumber: tenantPhoneNumber } : {}),
      ...(isHttpUrl(smsGWURL) ? { gatewayUrl: smsGWURL } : {}),
    },
    ...(isPresent(enableInboundSMS) || isPresent(setAsInputText)
      ? {
          reply: {
            ...(isPresent(enableInboundSMS) ? { isTaken: isYes(enableInboundSMS) } : {}),
            ...(isPresent(setAsInputText) ? { isInputText: isYes(setAsInputText) } : {}),
          },
        }
      : {}),
  };
}

function isNumber(value: Json | undefined): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= longestNumber;
}

function refusal(command: string, problems: string[]): (reason: string) => undefined {
  return (reason) => void problems.push(`${command} was skipped: ${reason}.`);
}
