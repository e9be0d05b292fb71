/**
 * Checks on what people and programs hand in for a call: URIs, routes, headers. What passes can never end a line, open a
 * second header or name a header the stack owns.
 */
import { err, type GatewayError, gatewayError, ok, type Result } from '../../kit/index.ts';
import type { ExtraHeader } from '../contract.ts';
import { hasControl, isToken } from './characters.ts';
import { headerKey, splitList } from './header.ts';
import { parseNameAddress, printNameAddress } from './name-address.ts';
import { findParameter } from './parameters.ts';
import { parseUri, type SipUri, type TelUri } from './uri.ts';

const maxUriLength = 1024;
const maxRoutesLength = 4096;
const maxRoutes = 16;
const maxHeaderValueLength = 4096;

export interface CallUri {
  readonly scheme: 'sip' | 'sips' | 'tel';
  /** The text that was checked, unchanged. */
  readonly text: string;
  /** User part or telephone number, as spelled. */
  readonly user?: string;
  /** Host of a sip or sips URI; a tel URI has none and needs a next hop. */
  readonly host?: string;
}

/**
 * A `to` or `from` of a call: `sip:`, `sips:` or `tel:`, at most 1,024 characters of ASCII. Fails with `request.bad-uri`, or
 * `request.header-injection` when it holds a control character, plain or escaped.
 */
export function checkCallUri(text: string): Result<CallUri, GatewayError> {
  if (text.length > maxUriLength) return err(gatewayError('request.bad-uri', 'The URI is over 1,024 characters.'));
  if (hasControl(text) || /%(?:[01][\da-f]|7f)/i.test(text)) {
    return err(gatewayError('request.header-injection', 'The URI holds a control character.'));
  }
  // eslint-disable-next-line no-control-regex
  if (!/^[\u0021-\u007e]+$/.test(text)) {
    return err(
      gatewayError('request.bad-uri', 'The URI holds a space or a character outside ASCII; escape it as %XX.'),
    );
  }
  const parsed = parseUri(text);
  if (!parsed.ok) {
    const { position, reason } = parsed.error;
    return err(gatewayError('request.bad-uri', `The URI is not valid at character ${position + 1}: ${reason}.`));
  }
  const uri = parsed.value;
  if (uri.scheme === 'other') return err(gatewayError('request.bad-uri', 'The URI is not sip:, sips: or tel:.'));
  if (uri.scheme === 'tel') return ok({ scheme: 'tel', text, user: uri.number });
  if (uri.headers !== undefined || findParameter(uri.parameters, 'method') !== undefined) {
    return err(
      gatewayError('request.bad-uri', 'The URI carries headers or a method, which a call may not (RFC 3261 §19.1.1).'),
    );
  }
  const { scheme, host, user } = uri;
  return ok(user === undefined ? { scheme, text, host } : { scheme, text, host, user });
}

/** A URI that `checkCallUri` would accept, parsed. */
export function parseCallUri(text: string): Result<SipUri | TelUri, GatewayError> {
  const checked = checkCallUri(text);
  if (!checked.ok) return checked;
  const uri = parseUri(text);
  if (!uri.ok || uri.value.scheme === 'other') return err(gatewayError('request.bad-uri', 'The URI is not valid.'));
  return ok(uri.value);
}

/**
 * One string of Route values, separated by commas, to single `<uri>` values: commas inside quotes and angle brackets do not
 * separate, a bare `sip:host;lr` is put in brackets with its parameters inside. Empty text is no route. The error is one
 * sentence; at most 16 routes and 4,096 characters.
 */
export function checkRoutes(text: string): Result<string[], string> {
  if (text.length > maxRoutesLength) return err('The route is over 4,096 characters.');
  if (hasControl(text)) return err('The route holds a control character.');
  if (text.trim() === '') return ok([]);
  const values = splitList(text);
  if (values.length > maxRoutes) return err(`The route has more than ${maxRoutes} entries.`);
  const routes: string[] = [];
  for (const [index, value] of values.entries()) {
    const route = checkRoute(value);
    // By its place: what it holds may be a telephone number.
    if (!route.ok) return err(`Entry ${index + 1} of the route ${route.error}.`);
    routes.push(route.value);
  }
  return ok(routes);
}

/** The error is the rest of a sentence. */
function checkRoute(value: string): Result<string, string> {
  const isBare = !value.includes('<');
  const address = parseNameAddress(isBare ? `<${value}>` : value);
  if (!address.ok) return err(`is not valid: ${address.error}`);
  const uri = parseUri(address.value.uri);
  if (!uri.ok) return err(`is not valid: ${uri.error.reason}`);
  if (uri.value.scheme !== 'sip' && uri.value.scheme !== 'sips') {
    return err('is not a sip: or sips: URI');
  }
  if (uri.value.headers !== undefined) return err('carries URI headers');
  return ok(printNameAddress(address.value));
}

/** Headers that the stack writes itself, by key; an extra one would contradict it. */
const ownedHeaders = new Set([
  'via',
  'route',
  'record-route',
  'from',
  'to',
  'call-id',
  'cseq',
  'contact',
  'max-forwards',
  'content-type',
  'content-length',
  'content-encoding',
  'content-disposition',
  'allow',
  'supported',
  'require',
  'proxy-require',
  'unsupported',
  'user-agent',
  'authorization',
  'proxy-authorization',
  'rack',
  'rseq',
  'session-expires',
  'min-se',
  'replaces',
  // A second Refer-To would name a target that nobody has checked.
  'refer-to',
  'refer-sub',
  'event',
  'subscription-state',
]);

/** A header that is to be added as it is. The error is one sentence. */
export function checkExtraHeader(extra: ExtraHeader): Result<ExtraHeader, string> {
  if (!isToken(extra.name) || extra.name.length > 128) return err('A header name is not a token.');
  if (ownedHeaders.has(headerKey(extra.name))) return err(`The header ${extra.name} is written by the stack itself.`);
  if (hasControl(extra.value)) return err(`The value of ${extra.name} holds a control character.`);
  if (extra.value.length > maxHeaderValueLength) return err(`The value of ${extra.name} is over 4,096 characters.`);
  return ok(extra);
}
