/**
 * Where a 3xx sends a call (RFC 3261 §8.1.3.4, §21.3): the URIs of its Contacts, best first. Only `sip:`, `sips:` and `tel:`;
 * never one that was called before, and never from `sips:` to less.
 */
import type { RedirectRules } from '../contract.ts';
import { parseCallUri } from '../syntax/call-input.ts';
import { readAddress } from '../syntax/core-fields.ts';
import { listValues } from '../syntax/header.ts';
import type { SipResponse } from '../syntax/message.ts';
import { findParameter } from '../syntax/parameters.ts';
import { isSameUriText } from '../syntax/uri-equality.ts';

/** More Contacts of one answer are not looked at. */
const maxContacts = 20;
/** Longest Diversion or History-Info that is passed on. */
const maxForwardingLength = 2048;

export interface RedirectTargets {
  /** Best first. */
  readonly uris: readonly string[];
  /** One sentence why a Contact was left out; undefined when none was. */
  readonly fault: string | undefined;
}

export interface RedirectContext {
  readonly rules: RedirectRules;
  /** Request-URIs that were called for this call. */
  readonly visited: readonly string[];
  readonly isSecure: boolean;
}

/** The statuses that name other places for the same call; 380 names another service (§21.3.5). */
export function isRedirection(status: number): boolean {
  return status === 300 || status === 301 || status === 302 || status === 305;
}

export function redirectTargets(response: SipResponse, { rules, visited, isSecure }: RedirectContext): RedirectTargets {
  const use = response.status === 305 ? 'proxy' : 'callee';
  const found: { readonly uri: string; readonly weight: number }[] = [];
  let fault: string | undefined;
  for (const value of listValues(response.headers, 'contact').slice(0, maxContacts)) {
    const address = readAddress(value);
    const uri = address?.uri ?? '';
    const known = use === 'callee' ? [...visited, ...found.map((each) => each.uri)] : found.map((each) => each.uri);
    const against = faultOf(uri, known, isSecure) ?? rules.judge(uri, use);
    if (against === undefined)
      found.push({ uri, weight: weightOf(findParameter(address?.parameters ?? [], 'q')?.value) });
    else fault = against;
  }
  // Of equal weight in the order they came in: the sort is stable.
  return { uris: found.toSorted((a, b) => b.weight - a.weight).map(({ uri }) => uri), fault };
}

function faultOf(uri: string, known: readonly string[], isSecure: boolean): string | undefined {
  const parsed = parseCallUri(uri);
  if (!parsed.ok) return 'A Contact is no sip:, sips: or tel: URI that can be called.';
  if (isSecure && parsed.value.scheme !== 'sips') return 'A Contact would lead a sips: call out of TLS.';
  if (known.some((other) => isSameUriText(other, uri))) return 'A Contact leads back to where the call came from.';
  return undefined;
}

/** `q` is 0 to 1 with at most three decimals (§25.1); 1 without one. What cannot be read goes last. */
function weightOf(q: string | undefined): number {
  if (q === undefined) return 1;
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(q) ? Number(q) : 0;
}

/** Who has sent the call on before, as the far end tells it: Diversion (RFC 5806), History-Info (RFC 7044). */
export function forwardingOf({ headers }: SipResponse): { readonly diversion?: string; readonly historyInfo?: string } {
  const diversion = listValues(headers, 'diversion').join(', ');
  const historyInfo = listValues(headers, 'history-info').join(', ');
  return {
    ...(diversion === '' ? {} : { diversion: diversion.slice(0, maxForwardingLength) }),
    ...(historyInfo === '' ? {} : { historyInfo: historyInfo.slice(0, maxForwardingLength) }),
  };
}
