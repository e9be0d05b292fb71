/** Facts about the transports of SIP: names in Via and URIs, usual ports, what they can be relied on for. */
import type { Hop, HostPort, SipTransport } from '../contract.ts';
import { isSameHost, isSameHostPort } from '../syntax/host-port.ts';
import type { Reliability } from '../transaction/timers.ts';

/** RFC 3261 §19.1.2, RFC 7118 §5. */
const usualPorts = { udp: 5060, tcp: 5060, tls: 5061, ws: 80, wss: 443 } as const satisfies Record<
  SipTransport,
  number
>;

/** The transport that a Via or a `transport` parameter names, in any case; undefined for one that is not spoken here. */
export function parseTransport(name: string): SipTransport | undefined {
  const lower = name.toLowerCase();
  return lower === 'udp' || lower === 'tcp' || lower === 'tls' || lower === 'ws' || lower === 'wss' ? lower : undefined;
}

/** The port that is meant where none is written. */
export function usualPort(transport: SipTransport): number {
  return usualPorts[transport];
}

/** Whether messages travel over a connection that repeats what is lost by itself. */
export function reliabilityOf(transport: SipTransport): Reliability {
  return transport === 'udp' ? 'unreliable' : 'reliable';
}

/** Whether what travels by it is encrypted and the other side proven: what `sips:` asks for on every hop (§26.2.2). */
export function isSecureTransport(transport: SipTransport): boolean {
  return transport === 'tls' || transport === 'wss';
}

/** The same transport to the same place. By which connection a message came does not count. */
export function isSameHop(a: Hop, b: Hop): boolean {
  return a.transport === b.transport && isSameHostPort(a, b);
}

/** Names a hop in tables: two hops of one key are the same place, proven by the same name. */
export function hopKey({ transport, host, port, serverName = '' }: Hop): string {
  return `${transport} ${host.toLowerCase()} ${port} ${serverName.toLowerCase()}`;
}

/** An address of ours, as peers are told it. */
export interface OwnPlace extends HostPort {
  readonly transport: SipTransport;
}

/**
 * What peers are told of the gateway for a message that goes to, or came from, this hop: the place of its transport, and
 * where there are two, the one of its address family. Undefined when the transport is not spoken.
 */
export function ownPlaceFor(places: readonly OwnPlace[], hop: Hop): OwnPlace | undefined {
  const spoken = places.filter(({ transport }) => transport === hop.transport);
  return spoken.find(({ host }) => isIpv6(host) === isIpv6(hop.host)) ?? spoken[0];
}

function isIpv6(host: string): boolean {
  return host.includes(':');
}

/** Whether a Via with this transport and sent-by is one of ours. */
export function isOwnPlace(places: readonly OwnPlace[], transportName: string, place: HostPort): boolean {
  const transport = parseTransport(transportName);
  return places.some(
    (own) => own.transport === transport && own.port === place.port && isSameHost(own.host, place.host),
  );
}
