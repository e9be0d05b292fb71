/** Networks of IP addresses (RFC 4632), and the addresses that hide inside others. */
import { type IpAddress, parseIpAddress } from '../kit/index.ts';

/** All addresses that share their first `prefixBits` bits with `address`. */
export interface IpNetwork {
  readonly address: IpAddress;
  /** 0 to 32, or 0 to 128. */
  readonly prefixBits: number;
}

/** `10.0.0.0/8`, `fd00::/8`, or a single address. Bits behind the prefix must be zero, so that a slip is noticed. */
export function parseIpNetwork(text: string): IpNetwork | undefined {
  const match = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text);
  const address = parseIpAddress(match?.[1] ?? '');
  if (address === undefined) return undefined;
  const bits = address.length * 8;
  const prefixBits = match?.[2] === undefined ? bits : Number(match[2]);
  if (prefixBits > bits) return undefined;
  const network = { address, prefixBits };
  const hasHostBits = address.some((byte, index) => (byte & ~prefixMask(prefixBits, index) & 0xff) !== 0);
  return hasHostBits ? undefined : network;
}

/** An IPv4 network holds no IPv6 address and the other way round. */
export function isInNetwork(address: IpAddress, network: IpNetwork): boolean {
  if (address.length !== network.address.length) return false;
  return network.address.every((byte, index) => {
    const mask = prefixMask(network.prefixBits, index);
    return (byte & mask) === ((address[index] ?? 0) & mask);
  });
}

/** Which bits of the byte at `index` belong to a prefix of `prefixBits`. */
function prefixMask(prefixBits: number, index: number): number {
  const bits = Math.min(8, Math.max(0, prefixBits - index * 8));
  return (0xff << (8 - bits)) & 0xff;
}

/** A network known to be written right. */
export function network(text: string): IpNetwork {
  const parsed = parseIpNetwork(text);
  if (parsed === undefined) throw new TypeError(`${text} is not a network`);
  return parsed;
}

const ipv4Mapped = network('::ffff:0:0/96');
const ipv4Compatible = network('::/96');

/** Forms of IPv6 address that lead to an IPv4 address, by the bytes that hold it. */
const carriers: readonly { readonly in: IpNetwork; readonly bytes: readonly number[]; readonly flips?: true }[] = [
  // Translated (RFC 2765), NAT64 (RFC 6052 §2.1), its local prefix with /96 and with /48 (RFC 8215, RFC 6052 §2.2).
  { in: network('::ffff:0:0:0/96'), bytes: [12, 13, 14, 15] },
  { in: network('64:ff9b::/96'), bytes: [12, 13, 14, 15] },
  { in: network('64:ff9b:1::/48'), bytes: [12, 13, 14, 15] },
  { in: network('64:ff9b:1::/48'), bytes: [6, 7, 9, 10] },
  // 6to4 (RFC 3056 §2), Teredo's server and client (RFC 4380 §4).
  { in: network('2002::/16'), bytes: [2, 3, 4, 5] },
  { in: network('2001::/32'), bytes: [4, 5, 6, 7] },
  { in: network('2001::/32'), bytes: [12, 13, 14, 15], flips: true },
];

/**
 * Every address a packet to `address` may end at: itself, and IPv4 addresses carried inside it. A mapped or compatible
 * address is nothing but the IPv4 address it holds.
 */
export function addressesBehind(address: IpAddress): readonly IpAddress[] {
  if (address.length !== 16) return [address];
  const last = address.slice(12);
  const isLow = (last[0] ?? 0) === 0;
  if (isInNetwork(address, ipv4Mapped) || (isInNetwork(address, ipv4Compatible) && !isLow)) return [last];
  const found = carriers
    .filter((carrier) => isInNetwork(address, carrier.in))
    .map(({ bytes, flips }) => bytes.map((index) => (address[index] ?? 0) ^ (flips === true ? 0xff : 0)));
  // ISATAP's interface identifier (RFC 5214 §6.1) may follow any prefix.
  const isIsatap = ((address[8] ?? 0) & 0xfd) === 0 && address[9] === 0 && address[10] === 0x5e && address[11] === 0xfe;
  return [address, ...found, ...(isIsatap ? [last] : [])];
}

/** The address of a sender: IPv4 may come in IPv6 clothes. What else an IPv6 address has inside, its sender may have chosen. */
export function unmapped(address: IpAddress): IpAddress {
  return isInNetwork(address, ipv4Mapped) ? address.slice(12) : address;
}

/** Whether what came from this address came from one of the networks. */
export function isSenderIn(source: string, networks: readonly IpNetwork[]): boolean {
  const address = networks.length === 0 ? undefined : parseIpAddress(source);
  if (address === undefined) return false;
  return [address, unmapped(address)].some((each) => networks.some((network) => isInNetwork(each, network)));
}
