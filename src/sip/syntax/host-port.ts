/** Hosts and ports as SIP writes them: IPv6 addresses stand in brackets in text and without them in values. */
import { isSameIpAddress, parseIpAddress } from '../../kit/index.ts';
import type { HostPort } from '../contract.ts';
import { parseDecimal } from './characters.ts';

export const defaultSipPort = 5060;

export function printHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

export function printHostPort(host: string, port: number | undefined): string {
  return port === undefined ? printHost(host) : `${printHost(host)}:${port}`;
}

/** A host name, IPv4 address or bracketed IPv6 address; the value returned has no brackets. */
export function parseHost(text: string): string | undefined {
  if (text.startsWith('[')) return text.endsWith(']') ? parseIpv6(text.slice(1, -1)) : undefined;
  // Underscores are no host name letters, but machines are named with them.
  return text.length <= 255 && /^[a-z\d_][\w.-]*$/i.test(text) ? text : undefined;
}

/** RFC 3261's own grammar has one colon too many in front of an IPv4 address, and is to be tolerated (RFC 5118 §4.10). */
function parseIpv6(text: string): string | undefined {
  const address = text.length > 46 ? '' : text.replace(/:::(?=[\d.]+$)/, '::');
  return address.includes(':') && parseIpAddress(address) !== undefined ? address : undefined;
}

/** `host`, `host:port`, `[v6]` or `[v6]:port`. */
export function parseHostPort(text: string): { readonly host: string; readonly port?: number } | undefined {
  const closing = text.startsWith('[') ? text.indexOf(']') : 0;
  const colon = text.indexOf(':', Math.max(closing, 0));
  const host = parseHost(colon === -1 ? text : text.slice(0, colon));
  if (host === undefined) return undefined;
  if (colon === -1) return { host };
  const port = parseDecimal(text.slice(colon + 1), 65_535);
  return port === undefined ? undefined : { host, port };
}

/** The version of an IP address without brackets, or undefined for a name. */
export function addressFamily(host: string): 4 | 6 | undefined {
  if (parseIpAddress(host) === undefined) return undefined;
  return host.includes(':') ? 6 : 4;
}

/** Whether two addresses are the same place. */
export function isSameHostPort(a: HostPort, b: HostPort): boolean {
  return a.port === b.port && isSameHost(a.host, b.host);
}

/** Host names compare without regard to case, IPv6 addresses as numbers (RFC 5954 §4.2). No brackets. */
export function isSameHost(a: string, b: string): boolean {
  if (a === b || a.toLowerCase() === b.toLowerCase()) return true;
  return a.includes(':') && b.includes(':') && isSameIpAddress(a, b);
}
