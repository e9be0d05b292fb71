/** Whether the addresses that SIP and SDP tell others lead back here. */
import { BlockList, isIP } from 'node:net';
import { bad, type Finding, good, warning, worstOf } from './check.ts';

export interface ToldAddress {
  readonly variable: 'SIP_HOST' | 'SDP_ADDRESS';
  /** As it is set. */
  readonly host: string;
  /** What it stands for; empty when it does not resolve. */
  readonly addresses: readonly string[];
}

export interface AddressFacts {
  readonly told: readonly ToldAddress[];
  readonly localAddresses: readonly string[];
  /** Addresses of the trunk; empty when there is none or it does not resolve. */
  readonly trunkAddresses: readonly string[];
}

const privateRanges = listOf([
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  // Carriers' NAT (RFC 6598).
  ['100.64.0.0', 10],
  ['fc00::', 7],
  ['fe80::', 10],
]);
const loopbackRanges = listOf([
  ['127.0.0.0', 8],
  ['::1', 128],
]);

export function judgeAddresses(facts: AddressFacts): Finding {
  return worstOf(
    facts.told.map((told) => judge(told, facts)),
    good('no address is told'),
  );
}

function judge({ variable, host, addresses }: ToldAddress, { localAddresses, trunkAddresses }: AddressFacts): Finding {
  const name = `${variable}=${host}`;
  const [address] = addresses;
  if (address === undefined) return bad(`${name} does not resolve`, `Set ${variable} to an address others can reach.`);
  const reach = reachOf(address);
  const trunkReach = trunkAddresses[0] === undefined ? undefined : reachOf(trunkAddresses[0]);
  if (reach === 'loopback') {
    if (trunkReach === 'loopback') return good(`${name}, and the trunk is on this machine, too`);
    if (trunkReach === undefined) {
      return warning(`${name}: only this machine can be called`, `Set ${variable} to the address others reach it at.`);
    }
    return bad(
      `${name} is this machine to whoever it is told, and the trunk is another one`,
      `Set ${variable} to the address the trunk reaches this machine at.`,
    );
  }
  if (reach === 'private' && trunkReach === 'public') {
    return warning(
      `${name} is private and the trunk is public: its answers and its audio may not find the way (NAT)`,
      `Set ${variable} to the public address and forward its UDP ports, or use a trunk that answers to the source (rport, symmetric RTP).`,
    );
  }
  if (!addresses.some((one) => localAddresses.includes(one))) {
    return warning(
      `${name} is not an address of this machine`,
      'Fine behind NAT or a load balancer that forwards the UDP ports of SIP and RTP; otherwise correct it.',
    );
  }
  return good(`${name} is an address of this machine`);
}

function reachOf(address: string): 'loopback' | 'private' | 'public' {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (loopbackRanges.check(address, family)) return 'loopback';
  return privateRanges.check(address, family) ? 'private' : 'public';
}

function listOf(ranges: readonly (readonly [network: string, prefix: number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, isIP(network) === 6 ? 'ipv6' : 'ipv4');
  return list;
}
