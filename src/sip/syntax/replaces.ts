/** The Replaces header (RFC 3891 §6.1), alone and as a header of the URI in Refer-To (RFC 5589 §7.3). */
import { isToken } from './characters.ts';
import { findParameter, parseWithParameters } from './parameters.ts';
import { escapeUriHeader } from './uri-escapes.ts';

/** Which dialog is to be replaced, as the one who gets the INVITE knows it. */
export interface Replaces {
  readonly callId: string;
  /** Its own tag. */
  readonly toTag: string;
  readonly fromTag: string;
  /** Only while it is not answered. */
  readonly isEarlyOnly: boolean;
}

/** Undefined when it cannot be read. */
export function parseReplaces(text: string): Replaces | undefined {
  const parsed = parseWithParameters(text);
  if (!parsed.ok) return undefined;
  const { value: callId, parameters } = parsed.value;
  if (callId === '' || /\s/.test(callId)) return undefined;
  const toTag = findParameter(parameters, 'to-tag')?.value;
  const fromTag = findParameter(parameters, 'from-tag')?.value;
  if (toTag === undefined || fromTag === undefined || !isToken(toTag) || !isToken(fromTag)) return undefined;
  return { callId, toTag, fromTag, isEarlyOnly: findParameter(parameters, 'early-only') !== undefined };
}

export function printReplaces({ callId, toTag, fromTag, isEarlyOnly }: Replaces): string {
  return `${callId};to-tag=${toTag};from-tag=${fromTag}${isEarlyOnly ? ';early-only' : ''}`;
}

/** As a header of a URI: what follows its `?`. */
export function replacesUriHeader(replaces: Replaces): string {
  return `Replaces=${escapeUriHeader(printReplaces(replaces))}`;
}

/** The Replaces among the headers of a URI, unescaped; undefined when there is none, or none that can be read. */
export function replacesAmong(uriHeaders: string): Replaces | undefined {
  for (const entry of uriHeaders.split('&')) {
    const equals = entry.indexOf('=');
    if (entry.slice(0, equals).toLowerCase() !== 'replaces') continue;
    try {
      return parseReplaces(decodeURIComponent(entry.slice(equals + 1)));
    } catch {
      // Escapes that are no UTF-8.
      return undefined;
    }
  }
  return undefined;
}
