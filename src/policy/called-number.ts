/** Telephone numbers inside call URIs, as far as a prefix list needs them (RFC 3966 §3, RFC 4694, RFC 3261 §19.1.6). */

/**
 * Every number that a trunk might dial for a `sip:`, `sips:` or `tel:` URI that the SIP parser has accepted: without
 * visual separators, `+` kept. A local number with a global context is given with that context in front, a routing number
 * besides the number itself. Empty when the URI names no number, such as `sip:alice@example.net`.
 */
export function calledNumbers(uri: string): readonly string[] {
  const colon = uri.indexOf(':');
  const scheme = uri.slice(0, colon).toLowerCase();
  const rest = uri.slice(colon + 1);
  if (scheme === 'tel') return subscriberNumbers(rest);
  const at = rest.indexOf('@');
  if (at === -1) return [];
  // A password is no part of the user, and parameters behind the host tell whether the user is a number.
  const user = unescape(rest.slice(0, at).split(':', 1)[0] ?? '');
  const isPhone = /;user=phone(?:;|$)/i.test(rest.slice(at));
  return isPhone || looksLikeNumber(user) ? subscriberNumbers(user) : [];
}

/** A user that begins like a number is held to be one, so that a letter at its end is no way around the list. */
function looksLikeNumber(user: string): boolean {
  return /^[-.()\s]*[+\d*#]/.test(user);
}

function subscriberNumbers(text: string): readonly string[] {
  const [number = '', ...parameters] = text.split(';');
  const values = new Map<string, string>();
  for (const parameter of parameters) {
    const equals = parameter.indexOf('=');
    if (equals > 0) values.set(parameter.slice(0, equals).toLowerCase(), unescape(parameter.slice(equals + 1)));
  }
  const plain = stripSeparators(number);
  const context = stripSeparators(values.get('phone-context') ?? '');
  const dialled = context.startsWith('+') && !plain.startsWith('+') ? context + plain : plain;
  const routing = values.get('rn');
  return routing === undefined ? [dialled] : [dialled, stripSeparators(routing)];
}

function stripSeparators(text: string): string {
  return unescape(text).replace(/[-.()\s]/g, '');
}

/** Percent-encoded ASCII; anything else stays as it is and matches no prefix. */
function unescape(text: string): string {
  return text.replace(/%([0-7][\da-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
