/** Where a request goes and what its Request-URI and Route say (RFC 3261 §8.1.1.1, §12.2.1.1, §16.6 step 6). */
import type { HostPort } from '../contract.ts';
import { defaultSipPort, defaultSipsPort, isSameHostPort, parseHost } from '../syntax/host-port.ts';
import { parseNameAddress } from '../syntax/name-address.ts';
import { findParameter } from '../syntax/parameters.ts';
import { asRequestUri, isLooseRoute, parseUri, printUri, type SipUri, type Uri } from '../syntax/uri.ts';

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
export function isRouteTo(route: string, place: HostPort): boolean {
  const uri = routeUri(route);
  const hop = uri === undefined ? undefined : nextHopOf(printUri(uri));
  return hop !== undefined && isSameHostPort(hop, place);
}

function routeUri(route: string): Uri | undefined {
  const address = parseNameAddress(route);
  const uri = address.ok ? parseUri(address.value.uri) : undefined;
  return uri?.ok ? uri.value : undefined;
}

/** Host and port of a SIP URI, `maddr` before host (§19.1.1); undefined for a URI that has none. */
export function nextHopOf(uriText: string): HostPort | undefined {
  const uri = parseUri(uriText);
  if (!uri.ok || (uri.value.scheme !== 'sip' && uri.value.scheme !== 'sips')) return undefined;
  return sipNextHop(uri.value);
}

function sipNextHop(uri: SipUri): HostPort {
  const maddr = parseHost(findParameter(uri.parameters, 'maddr')?.value ?? '');
  const port = uri.port === undefined || uri.port === 0 ? defaultPort(uri) : uri.port;
  return { host: maddr ?? uri.host, port };
}

function defaultPort(uri: SipUri): number {
  return uri.scheme === 'sips' ? defaultSipsPort : defaultSipPort;
}
