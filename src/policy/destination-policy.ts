/**
 * Where the gateway may open connections to (promise A1). It is asked for literal addresses when a request comes in,
 * and for every address when a connection is about to be opened, whatever name it came from.
 */
import { err, type IpAddress, ok, parseIpAddress, type Result } from '../kit/index.ts';
import { type AddressClass, classOf } from './address-class.ts';
import { addressesBehind, type IpNetwork, isInNetwork } from './ip-network.ts';

export interface DestinationPolicy {
  /** Whether private networks and loopback may be reached without being listed. */
  readonly internal: 'allowed' | 'refused';
  /** Networks that may be reached besides the public ones. Link-local and metadata addresses stay out of reach. */
  readonly allowNetworks: readonly IpNetwork[];
  /** The gateway itself: it never talks to its own listeners. Loopback and unspecified addresses are always its own. */
  readonly own: { readonly addresses: readonly string[]; readonly ports: readonly number[] };
}

/** Nothing to say, or the reason against it, one sentence. A text that is no IP address is refused. */
export function judgeDestination(address: string, port: number, policy: DestinationPolicy): Result<void, string> {
  const parsed = parseIpAddress(address);
  if (parsed === undefined) return err('This is not an IP address.');
  for (const behind of addressesBehind(parsed)) {
    const fault = findFault(behind, port, policy);
    if (fault !== undefined) return err(fault);
  }
  return ok(undefined);
}

function findFault(address: IpAddress, port: number, policy: DestinationPolicy): string | undefined {
  const kind = classOf(address);
  if (kind === 'link-local' || kind === 'metadata') return `Addresses of the kind ${kind} are never connected to.`;
  if (policy.own.ports.includes(port) && isOwn(address, kind, policy)) return 'It is the gateway itself.';
  if (kind === 'public' || isListed(address, policy)) return undefined;
  // 0.0.0.0 and :: reach this machine, other reserved addresses nobody.
  if (kind === 'reserved') return 'Reserved addresses are not connected to.';
  return policy.internal === 'allowed' ? undefined : `Addresses of the kind ${kind} are not open to requests.`;
}

function isOwn(address: IpAddress, kind: AddressClass, policy: DestinationPolicy): boolean {
  if (kind === 'loopback' || isUnspecified(address)) return true;
  return policy.own.addresses.some((text) => parseIpAddress(text)?.join() === address.join());
}

function isUnspecified(address: IpAddress): boolean {
  return address.every((byte) => byte === 0);
}

function isListed(address: IpAddress, policy: DestinationPolicy): boolean {
  return policy.allowNetworks.some((listed) => isInNetwork(address, listed));
}
