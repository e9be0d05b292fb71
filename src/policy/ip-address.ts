/**
 * IP addresses and networks as numbers (RFC 4291 §2.2, RFC 4632, RFC 5952), and the addresses that hide inside others.
 * Only the usual spellings are read: what a URL or a resolver hands over has been normalised before.
 */

/** 4 bytes (IPv4) or 16 (IPv6), most significant first. */
export type IpAddress = readonly number[];

/** All addresses that share their first `prefixBits` bits with `address`. */
export interface IpNetwork {
  readonly address: IpAddress;
  /** 0 to 32, or 0 to 128. */
  readonly prefixBits: number;
}

/** Dotted decimal, or IPv6 with or without brackets; undefined for anything else, zone identifiers included. */
export function parseIpAddress(text: string): IpAddress | undefined {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (bare.length > 45) return undefined;
  return bare.includes(':') ? parseIpv6(bare) : parseIpv4(bare);
}

function parseIpv4(text: string): IpAddress | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const parts = match.slice(1);
  // A leading zero means octal to some readers and decimal to others.
  if (parts.some((part) => part.length > 1 && part.startsWith('0'))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseIpv6(text: string): IpAddress | undefined {
  const [before = '', after, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const head = parseGroups(before, after === undefined);
  const tail = after === undefined ? [] : parseGroups(after, true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  // `::` stands for at least one group.
  if (after === undefined ? missing !== 0 : missing < 2) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

/** Groups of hexadecimal digits; the last one may be an IPv4 address where the address ends. */
function parseGroups(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    if (group.includes('.')) {
      const embedded = mayEndInIpv4 && index === groups.length - 1 ? parseIpv4(group) : undefined;
      if (embedded === undefined) return undefined;
      bytes.push(...embedded);
      continue;
    }
    if (!/^[\da-f]{1,4}$/i.test(group)) return undefined;
    const value = Number.parseInt(group, 16);
    bytes.push(value >> 8, value & 0xff);
  }
  return bytes.length <= 16 ? bytes : undefined;
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
