import { isIPv6 } from 'node:net';

/**
 * The address to bind a socket to, so that others reach it at `advertised`: that address itself when this machine has
 * it, else (behind NAT, or a name) every address of the same family.
 */
export function bindHostFor(advertised: string, localAddresses: readonly string[]): string {
  if (localAddresses.includes(advertised) || advertised.startsWith('127.')) return advertised;
  if (advertised === 'localhost') return '127.0.0.1';
  return isIPv6(advertised) ? '::' : '0.0.0.0';
}

/** Whether only this machine reaches what listens on this address. */
export function isLoopbackHost(host: string): boolean {
  return host.startsWith('127.') || host === '::1' || host === 'localhost';
}
