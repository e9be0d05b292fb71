/** Parts of texts taken away: numbers, names in addresses, quotations. Linear in the length of the text. */
import { isJsonObject, type Json } from '../kit/index.ts';

/** Stands for what was taken away, however long it was. */
export const hidden = '***';

/** Runs of five digits or more, as people write numbers, but for their last two digits. */
export function maskNumbersIn(text: string): string {
  return text.replaceAll(/\d(?:[-.() ]{0,3}\d){4,}/g, (number) => number.replaceAll(/\d(?=\D*\d\D*\d)/g, '*'));
}

/** The same in every text, name and whole number of a value. */
export function maskNumbersDeep(value: Json): Json {
  if (typeof value === 'string') return maskNumbersIn(value);
  if (typeof value === 'number') return Math.abs(value) >= 10_000 ? maskNumbersIn(String(value)) : value;
  if (Array.isArray(value)) return value.map((item: Json) => maskNumbersDeep(item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [maskNumbersIn(name), maskNumbersDeep(item)]));
}

/**
 * A SIP or tel URI, or a bare number, without whom it reaches: `sip:+15551234@example.net` becomes `sip:***34@example.net`,
 * or `sip:***@example.net` when `shown` is nothing. Parameters and headers go.
 */
export function maskParty(text: string, shown: 'last-two-digits' | 'nothing'): string {
  const mask = (part: string): string => (shown === 'nothing' ? hidden : lastTwoDigits(part));
  const uri = /^\s*<?(sips?|tel):([^>]*)/i.exec(text);
  const [, scheme = '', rest = ''] = uri ?? [];
  if (uri === null) return mask(text);
  if (scheme.toLowerCase() === 'tel') return `${scheme}:${mask(rest)}`;
  const at = rest.lastIndexOf('@');
  const host = rest.slice(at + 1).replace(/[;?].*$/s, '');
  // A number may also stand where a host belongs.
  const shownHost = /^\+?\d+$/.test(host) ? mask(host) : host;
  return at === -1 ? `${scheme}:${shownHost}` : `${scheme}:${mask(rest.slice(0, at))}@${shownHost}`;
}

/** Two digits of a short number would be half of it. */
function lastTwoDigits(text: string): string {
  const digits = text.replace(/[;:?].*$/s, '').replaceAll(/\D/g, '');
  return digits.length >= 6 ? `${hidden}${digits.slice(-2)}` : hidden;
}

/** Scheme and host of a URL. */
export function hostOf(url: string): string {
  const match = /^(https?:\/\/)(?:[^/?#]*@)?([^/?#]+)/i.exec(url);
  return match === null ? hidden : `${match[1]}${match[2]}`;
}

/** A sentence of the gateway without what it may quote: texts in quotation marks, paths of URLs, users, numbers. */
export function cleanSentence(text: string): string {
  return text
    .replaceAll(/"[^"]*"/g, `"${hidden}"`)
    .replaceAll(/\bhttps?:\/\/[^\s"]+/gi, (url) => hostOf(url))
    .replaceAll(/\b(sips?):[^\s@"]{1,256}@/gi, `$1:${hidden}@`)
    .replaceAll(/\btel:[^\s"]+/gi, `tel:${hidden}`)
    .replaceAll(/\d(?:[-.() ]{0,3}\d){3,}/g, hidden);
}
