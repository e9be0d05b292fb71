/** The places a call would go to or names, read exactly as the INVITE will be built (RFC 3261 §8.1.2, §16.6). */
import type { Hop } from '../contract.ts';
import { readAddress } from '../syntax/core-fields.ts';
import { parseHost } from '../syntax/host-port.ts';
import { findParameter } from '../syntax/parameters.ts';
import { readSipUri } from '../syntax/uri.ts';
import { nextHopOf, planRoute } from './route-plan.ts';

export interface CallPlaces {
  /** Where the INVITE would go; undefined for a tel: URI without a route and a proxy. */
  readonly nextHop: Hop | undefined;
  /** Hosts of `to` and of every route, `maddr` included. */
  readonly hosts: readonly string[];
}

/** `to` and `routes` as `checkCallUri` and `checkRoutes` have accepted them. */
export function callPlaces(to: string, routes: readonly string[], outboundProxy: Hop | undefined): CallPlaces {
  const uris = [to, ...routes.map((route) => readAddress(route)?.uri)];
  const { nextHopUri } = planRoute(to, routes);
  const isByProxy = routes.length === 0 && outboundProxy !== undefined;
  return { nextHop: isByProxy ? outboundProxy : nextHopOf(nextHopUri), hosts: uris.flatMap(hostsOf) };
}

function hostsOf(uriText: string | undefined): readonly string[] {
  const uri = readSipUri(uriText);
  if (uri === undefined) return [];
  const maddr = parseHost(findParameter(uri.parameters, 'maddr')?.value ?? '');
  return maddr === undefined ? [uri.host] : [uri.host, maddr];
}
