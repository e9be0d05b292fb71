import { parseIpAddress } from '../kit/index.ts';
import { unmapped } from './ip-network.ts';

/** Whom an address stands for when one counts: whoever has one IPv6 address has its /64; IPv4 may come in IPv6 clothes. */
export function sourceKey(source: string): string {
  const address = parseIpAddress(source);
  if (address === undefined) return source;
  const sender = unmapped(address);
  return sender.length === 4 ? sender.join('.') : sender.slice(0, 8).join(':');
}
