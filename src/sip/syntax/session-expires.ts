/** The headers of session timers: Session-Expires and Min-SE (RFC 4028 §4, §5). */
import { parseDecimal, scanToken } from './characters.ts';
import { type Header, header, headerValue, listValues } from './header.ts';
import { findParameter, parseWithParameters } from './parameters.ts';

/** Who repeats itself, as seen from the transaction that says so: `uac` is who sent its request. */
export type Refresher = 'uac' | 'uas';

export interface SessionExpires {
  /** In s, below 2^31. */
  readonly intervalS: number;
  /** Undefined when it is left to the other side. */
  readonly refresher: Refresher | undefined;
}

/** No session may be shorter than that (RFC 4028 §4), in s. */
export const shortestSessionS = 90;

const mostSeconds = 0x7fff_ffff;

/** Undefined when there is none, or none that can be read. */
export function readSessionExpires(headers: readonly Header[]): SessionExpires | undefined {
  const text = headerValue(headers, 'session-expires');
  const parsed = text === undefined ? undefined : parseWithParameters(text);
  if (parsed?.ok !== true) return undefined;
  const intervalS = leadingSeconds(parsed.value.value);
  if (intervalS === undefined) return undefined;
  const refresher = findParameter(parsed.value.parameters, 'refresher')?.value?.toLowerCase();
  return { intervalS, refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined };
}

/** In s; undefined when there is none, or none that can be read. */
export function readMinSe(headers: readonly Header[]): number | undefined {
  const value = headerValue(headers, 'min-se');
  return value === undefined ? undefined : leadingSeconds(value);
}

function leadingSeconds(value: string): number | undefined {
  return parseDecimal(value.slice(0, scanToken(value, 0)), mostSeconds);
}

export function sessionExpiresHeader({ intervalS, refresher }: SessionExpires): Header {
  return header('Session-Expires', refresher === undefined ? String(intervalS) : `${intervalS};refresher=${refresher}`);
}

export function minSeHeader(seconds: number): Header {
  return header('Min-SE', String(seconds));
}

/** Whether a list header such as Supported or Allow names this token. */
export function namesToken(headers: readonly Header[], key: string, token: string): boolean {
  return listValues(headers, key).some((value) => value.toLowerCase() === token.toLowerCase());
}
