/** Where a request goes and what its Request-URI and Route say (RFC 3261 §8.1.1.1, §12.2.1.1, §16.6 step 6). */
import type { Hop, LocationTarget, SipTransport } from '../contract.ts';
import { addressFamily, parseHost } from '../syntax/host-port.ts';
import { parseNameAddress } from '../syntax/name-address.ts';
import { findParameter } from '../syntax/parameters.ts';
import { isSameHop, isSecureTransport, parseTransport, usualPort } from '../transport/hop.ts';
import { asRequestUri, isLooseRoute, parseUri, printUri, readSipUri, type SipUri, type Uri } from '../syntax/uri.ts';

export interface RoutePlan {
  readonly requestUri: string;
  /** Values of the Route headers, in order. */
  readonly routes: readonly string[];
  /** The URI whose host is the next hop (§8.1.2). */
  readonly nextHopUri: string;
}

/**
 * Loose routing when the first route has `lr`: the target stays in the Request-URI. Otherwise strict routing: the first
 * route takes its place and the target goes to the end of the list.
 */
export function planRoute(targetUri: string, routeSet: readonly string[]): RoutePlan {
  const [first, ...rest] = routeSet;
  const firstUri = first === undefined ? undefined : routeUri(first);
  if (firstUri === undefined) return { requestUri: targetUri, routes: routeSet, nextHopUri: targetUri };
  const nextHopUri = printUri(firstUri);
  if (isLooseRoute(firstUri)) return { requestUri: targetUri, routes: routeSet, nextHopUri };
  return { requestUri: printUri(asRequestUri(firstUri)), routes: [...rest, `<${targetUri}>`], nextHopUri };
}

/** Whether a Route value names this place as the next hop. */
export function isRouteTo(route: string, place: Hop): boolean {
  const uri = routeUri(route);
  const hop = uri === undefined ? undefined : nextHopOf(printUri(uri));
  return hop !== undefined && isSameHop(hop, place);
}

function routeUri(route: string): Uri | undefined {
  const address = parseNameAddress(route);
  const uri = address.ok ? parseUri(address.value.uri) : undefined;
  return uri?.ok ? uri.value : undefined;
}

/**
 * The one place that says where a URI leads: transport, host and port. What the URI itself says is taken (RFC 3263 §4.1,
 * §4.2): `maddr` before host (RFC 3261 §19.1.1), its port, its transport, and TLS for `sips:`; what it leaves open is the usual,
 * UDP without a word. Undefined for a URI without a host, or with a transport that is not spoken.
 */
export function nextHopOf(uriText: string): Hop | undefined {
  const uri = readSipUri(uriText);
  return uri === undefined ? undefined : sipNextHop(uri);
}

/**
 * The hop of a request inside a dialog. Who connected to us from a browser, or says that its Contact is good for this flow
 * only (`ob`), is reached by that flow and no other way (RFC 7118 §5, RFC 5626 §4.3).
 */
export function dialogHop(uriText: string, flow: Hop): Hop | undefined {
  const uri = readSipUri(uriText);
  if (uri === undefined) return undefined;
  const { host, parameters } = uri;
  const hop = sipNextHop(uri);
  // RFC 2606 §2: no such name is ever found.
  const isNowhere = /\.invalid\.?$/i.test(host) || findParameter(parameters, 'ob') !== undefined;
  const isByWebSocket = hop?.transport === 'ws' || hop?.transport === 'wss';
  return isNowhere || (isByWebSocket && flow.connection !== undefined) ? flow : hop;
}

function sipNextHop(uri: SipUri): Hop | undefined {
  const transport = transportOf(uri);
  if (transport === undefined) return undefined;
  const host = parseHost(findParameter(uri.parameters, 'maddr')?.value ?? '') ?? uri.host;
  const port = uri.port === undefined || uri.port === 0 ? usualPort(transport) : uri.port;
  const hop = isSecureTransport(transport)
    ? { transport, host, port, serverName: uri.host }
    : { transport, host, port };
  return addressFamily(host) === undefined ? { ...hop, wanted: wantedOf(uri, host) } : hop;
}

/** What the URI leaves to DNS, and what it says itself. */
function wantedOf({ scheme, port, parameters }: SipUri, host: string): LocationTarget {
  const transport = findParameter(parameters, 'transport')?.value;
  return {
    scheme,
    host,
    ...(port === undefined || port === 0 ? {} : { port }),
    ...(transport === undefined ? {} : { transport }),
  };
}

/** `sips:` with `transport=tcp`, or with none, means TLS over TCP (RFC 3261 §19.1.2, §26.2.2). */
function transportOf({ scheme, parameters }: SipUri): SipTransport | undefined {
  const value = findParameter(parameters, 'transport')?.value;
  const named = value === undefined ? undefined : parseTransport(value);
  if (value !== undefined && named === undefined) return undefined;
  if (scheme === 'sip') return named ?? 'udp';
  if (named === 'ws' || named === 'wss') return 'wss';
  return named === 'udp' ? undefined : 'tls';
}
