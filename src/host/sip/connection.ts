/** What the SIP transports that have connections have in common, whatever carries the messages: TCP, TLS or a WebSocket. */
import { type Hop, printHostPort, type SipTransport } from '../../sip/index.ts';

/** Of every connection. Times in ms. */
export interface ConnectionLimits {
  /** From the first byte of a message to its last. */
  readonly messageMs: number;
  /** From the beginning to the first whole message; 0 waits as long as `idleMs`. */
  readonly firstMessageMs: number;
  /** Without a byte from the other side. */
  readonly idleMs: number;
  /** Between two keep-alives of ours; 0 sends none. */
  readonly keepAliveMs: number;
  /** Bytes that wait to be sent: a peer that takes them more slowly than calls make them is cut off. */
  readonly waitingBytes: number;
}

export interface ConnectionListener {
  onMessage(bytes: Uint8Array): void;
  /** Once, at its end; nothing follows. `reason` is a part of a sentence. */
  onClosed(reason: string): void;
}

export interface SipConnection {
  /** False when too much waits already; then the connection is closing. */
  write(bytes: Uint8Array): boolean;
  /** Lets what waits leave, and says goodbye. */
  close(): void;
  /** At once. */
  destroy(reason: string): void;
}

/** The other side of a connection. */
export interface Remote {
  readonly transport: Exclude<SipTransport, 'udp'>;
  readonly host: string;
  readonly port: number;
}

/** IPv4 addresses that a socket for both families shows as IPv6 are shown as what they are. */
export function plainAddress(address: string): string {
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? address.slice(7) : address;
}

export function placeOf({ transport, host, port }: Hop | Remote): string {
  return `${printHostPort(host, port)} (${transport.toUpperCase()})`;
}
