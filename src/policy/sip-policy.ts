/**
 * Where INVITEs may go (promise A3): the operator's lists over the next hop and over every host a request names.
 *
 * Without an allow list, calls of the one tenant may go anywhere. Tenants of a file may use the trunk and nothing else;
 * when there is no trunk, public addresses and names.
 */
import { err, ok, parseIpAddress, type Result } from '../kit/index.ts';
import { type DestinationPolicy, judgeDestination } from './destination-policy.ts';
import { type IpNetwork, isInNetwork, isSenderIn } from './ip-network.ts';
import { foldHost, type HostRule, isNamed } from './host-rule.ts';

export interface SipPolicy {
  /** Where the next hop must be; empty: decided by `unlisted`. */
  readonly allow: readonly HostRule[];
  /** No host of a call may be among these, and no datagram goes there. */
  readonly deny: readonly HostRule[];
  readonly unlisted: 'anywhere' | 'trunk-or-public';
  /** Networks whose messages are answered and whose calls are taken, wherever they are. Default: none. */
  readonly trusted?: readonly IpNetwork[];
  /** For addresses that are neither allowed by name nor the trunk. */
  readonly destinations: DestinationPolicy;
}

/** No limits: for far ends that are simulated, or in this process. */
export const anywhere: SipPolicy = {
  allow: [],
  deny: [],
  unlisted: 'anywhere',
  destinations: { internal: 'allowed', allowNetworks: [], own: { addresses: [], ports: [] } },
};

interface Place {
  readonly host: string;
  readonly port: number;
}

/** The places a call names, as the user agent will read them. */
export interface CallPlaces {
  /** Where the INVITE goes. */
  readonly nextHop: Place;
  /** Hosts of `to` and of every route, `maddr` included. */
  readonly hosts: readonly string[];
  readonly trunk: Place | undefined;
}

/** Nothing to say, or the reason against the call, one sentence that names no host. */
export function judgeCallPlaces({ nextHop, hosts, trunk }: CallPlaces, policy: SipPolicy): Result<void, string> {
  if ([nextHop.host, ...hosts].some((host) => isNamed(host, policy.deny))) {
    return err('A host of the call is on the list of refused SIP hosts.');
  }
  const isTrunk = trunk !== undefined && isSamePlace(nextHop, trunk);
  if (isTrunk) return ok(undefined);
  if (policy.allow.length > 0) {
    return isNamed(nextHop.host, policy.allow)
      ? judgeSelf(nextHop, policy)
      : err('The next hop is not an allowed one.');
  }
  if (policy.unlisted === 'anywhere') return judgeSelf(nextHop, policy);
  if (trunk !== undefined) return err('Calls go by the trunk: other next hops are not allowed.');
  // A name is judged when it has been resolved.
  return parseIpAddress(nextHop.host) === undefined ? ok(undefined) : judgeAddress(nextHop, policy, 'refused');
}

/**
 * The last look, at the address a datagram is about to be sent to; `host` is what it was resolved from. Answers and
 * requests inside a call pass here too, so the allow list is not asked again.
 */
export function judgeSipAddress(
  host: string,
  at: Place,
  trunk: Place | undefined,
  policy: SipPolicy,
): Result<void, string> {
  if (isNamed(at.host, policy.deny)) return err('The address is on the list of refused SIP hosts.');
  const address = parseIpAddress(at.host);
  const isPeer = address !== undefined && (policy.trusted ?? []).some((network) => isInNetwork(address, network));
  const isTrusted = isPeer || policy.unlisted === 'anywhere' || policy.allow.length > 0 || trunk !== undefined;
  if (isTrusted || isNamed(host, policy.allow)) return judgeSelf(at, policy);
  return judgeAddress(at, policy, 'refused');
}

/**
 * Whether somebody may connect to us from this address. Where there is a list of the trusted, others may only when SIP was sent
 * to them before (`isPeer`): who is called may have to say something by a connection of its own.
 */
export function judgeSipSource(source: string, isPeer: boolean, policy: SipPolicy): Result<void, string> {
  if (isNamed(source, policy.deny)) return err('The address is on the list of refused SIP hosts.');
  const { trusted = [] } = policy;
  if (trusted.length === 0 || isPeer) return ok(undefined);
  return isSenderIn(source, trusted) ? ok(undefined) : err('The address is not on the list of trusted ones.');
}

/** Whoever is allowed what: never to ourselves, to link-local or to metadata addresses. */
function judgeSelf(place: Place, policy: SipPolicy): Result<void, string> {
  return parseIpAddress(place.host) === undefined ? ok(undefined) : judgeAddress(place, policy, 'allowed');
}

function judgeAddress({ host, port }: Place, policy: SipPolicy, internal: 'allowed' | 'refused'): Result<void, string> {
  return judgeDestination(host, port, { ...policy.destinations, internal });
}

function isSamePlace(a: Place, b: Place): boolean {
  return a.port === b.port && foldHost(a.host) === foldHost(b.host);
}
