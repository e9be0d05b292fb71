import { parseIpAddress } from '../kit/index.ts';

/** Whom an address stands for when one counts: whoever has one IPv6 address has its /64; IPv4 may come in IPv6 clothes. */
export function sourceKey(source: string): string {
  const address = parseIpAddress(source);
  if (address === undefined) return source;
  if (address.length === 4) return address.join('.');
  const isMapped = address.slice(0, 10).every((byte) => byte === 0) && address[10] === 0xff && address[11] === 0xff;
  return isMapped ? address.slice(12).join('.') : address.slice(0, 8).join(':');
}
