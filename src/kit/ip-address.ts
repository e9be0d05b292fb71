/**
 * IP addresses as numbers (RFC 4291 §2.2, RFC 5952). Only the usual spellings are read: what a URL or a resolver hands over
 * has been normalised before.
 */

/** 4 bytes (IPv4) or 16 (IPv6), most significant first. */
export type IpAddress = readonly number[];

/** Dotted decimal, or IPv6 with or without brackets; undefined for anything else, zone identifiers included. */
export function parseIpAddress(text: string): IpAddress | undefined {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (bare.length > 45) return undefined;
  return bare.includes(':') ? parseIpv6(bare) : parseIpv4(bare);
}

/** Whether both are one address, however it is spelled. */
export function isSameIpAddress(a: string, b: string): boolean {
  const address = parseIpAddress(a);
  return address !== undefined && address.join() === parseIpAddress(b)?.join();
}

/** `0.0.0.0` or `::`, however it is spelled: where nobody can be reached. */
export function isUnspecifiedAddress(text: string): boolean {
  return parseIpAddress(text)?.every((byte) => byte === 0) === true;
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
