/** The places a call would go to or names, read exactly as the INVITE will be built (RFC 3261 §8.1.2, §16.6). */
import type { Hop } from '../contract.ts';
import { parseHost } from '../syntax/host-port.ts';
import { parseNameAddress } from '../syntax/name-address.ts';
import { findParameter } from '../syntax/parameters.ts';
import { parseUri } from '../syntax/uri.ts';
import { nextHopOf, planRoute } from './route-plan.ts';

export interface CallPlaces {
  /** Where the INVITE would go; undefined for a tel: URI without a route and a proxy. */
  readonly nextHop: Hop | undefined;
  /** Hosts of `to` and of every route, `maddr` included. */
  readonly hosts: readonly string[];
}

/** `to` and `routes` as `checkCallUri` and `checkRoutes` have accepted them. */
export function callPlaces(to: string, routes: readonly string[], outboundProxy: Hop | undefined): CallPlaces {
  const uris = [to, ...routes.map(routeUri)];
  const { nextHopUri } = planRoute(to, routes);
  const isByProxy = routes.length === 0 && outboundProxy !== undefined;
  return { nextHop: isByProxy ? outboundProxy : nextHopOf(nextHopUri), hosts: uris.flatMap(hostsOf) };
}

function routeUri(route: string): string {
  const address = parseNameAddress(route);
  return address.ok ? address.value.uri : '';
}

function hostsOf(uriText: string): readonly string[] {
  const uri = parseUri(uriText);
  if (!uri.ok || (uri.value.scheme !== 'sip' && uri.value.scheme !== 'sips')) return [];
  const maddr = parseHost(findParameter(uri.value.parameters, 'maddr')?.value ?? '');
  return maddr === undefined ? [uri.value.host] : [uri.value.host, maddr];
}
