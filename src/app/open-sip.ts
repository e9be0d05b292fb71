/** SIP on its ports: UDP and TCP always, TLS and WebSockets where they are configured, and what peers are told of them. */
import type { TlsIdentity } from '../api/index.ts';
import type { Settings } from '../config/index.ts';
import type { Engine } from '../engine/index.ts';
import {
  type ListenPlace,
  openSipTransports,
  readSipTls,
  type SipTls,
  type SipTransports,
  type SipTransportsListener,
} from '../host/index.ts';
import { type HostPort, type OwnPlace, type SipTransport, usualPort } from '../sip/index.ts';
import type { Destinations } from './destinations.ts';
import type { GatewayLog } from './log.ts';
import type { Operations } from './operations.ts';

export interface SipParts {
  readonly settings: Settings;
  readonly identity: TlsIdentity | undefined;
  readonly destinations: Pick<Destinations, 'judgeSip' | 'judgeSipSource'>;
  readonly operations: Pick<Operations, 'onConnection' | 'onConnectionRefused'>;
  readonly log: Pick<GatewayLog, 'debug'>;
  /** Undefined until it is there: what comes before is nobody's. */
  readonly engine: () => Engine | undefined;
}

export interface OpenSip {
  readonly transports: SipTransports;
  /** What the user agent is told of it; `sentBy` is the usual place. */
  readonly addressing: {
    readonly sentBy: HostPort;
    readonly otherPlaces: readonly OwnPlace[];
    readonly udpLimitBytes: number;
  };
  /** What peers are told of this side. */
  placeOf(transport: SipTransport): HostPort;
  /** Ports that are listened on. */
  readonly ports: readonly number[];
}

const allTransports = ['udp', 'tcp', 'tls', 'ws', 'wss'] as const satisfies readonly SipTransport[];

/** Rejects with what is wrong with keys and certificates, or with the port, its setting and the system's reason; what was open by then is closed. */
export async function openSip(parts: SipParts): Promise<OpenSip> {
  const { settings, identity } = parts;
  const read = readSipTls(settings, identity);
  if (!read.ok) throw new Error(read.error);
  const tls = read.value;
  const { sipHost, maxSipConnections, maxSipConnectionsPerSource, maxCallDurationMs } = settings;
  const transports = await openSipTransports(
    {
      listen: listenPlaces(settings, tls),
      tls,
      admission: { connections: maxSipConnections, connectionsPerSource: maxSipConnectionsPerSource },
      // A peer that cannot connect to us says BYE over the connection that the call was made by.
      outgoingIdleMs: maxCallDurationMs + 60_000,
    },
    listenerOf(parts),
  );
  const { places } = transports;
  // Who speaks to a gateway that cannot listen needs a place to name all the same.
  const portOf = (transport: SipTransport): number =>
    places.find((place) => place.transport === transport)?.port ?? usualPort(transport);
  const hosts = [sipHost, ...(settings.sipHostIpv6 === undefined ? [] : [settings.sipHostIpv6])];
  const told = hosts.flatMap((host) =>
    allTransports.map((transport) => ({ transport, host, port: portOf(transport) })),
  );
  return {
    transports,
    addressing: {
      sentBy: { host: sipHost, port: portOf('udp') },
      otherPlaces: told.filter(({ transport, host }) => transport !== 'udp' || host !== sipHost),
      udpLimitBytes: settings.sipUdpLimitBytes,
    },
    placeOf: (transport) => ({ host: sipHost, port: portOf(transport) }),
    ports: [...new Set(places.map(({ port }) => port))],
  };
}

function listenerOf({ engine, destinations, operations, log }: SipParts): SipTransportsListener {
  return {
    onMessage: (bytes, source) => engine()?.receive(bytes, source),
    onSendFailed: (to, detail) => engine()?.sendFailed(to, detail),
    judgeAddress: destinations.judgeSip,
    judgeSource: destinations.judgeSipSource,
    onNews: (news) => {
      operations.onConnection(news);
      log.debug(news, `SIP connection ${news.what}`);
    },
    onRefused: (transport, reason, detail) => {
      operations.onConnectionRefused(transport, reason);
      log.debug({ transport, reason, detail }, 'SIP connection refused');
    },
  };
}

/** Both families have the same ports. */
function listenPlaces(settings: Settings, { identity }: SipTls): readonly ListenPlace[] {
  const { sipBindHost, sipBindHostIpv6: ipv6, sipPort, sipTcpPort = sipPort } = settings;
  const { sipTlsPort, sipWsPort, sipWssPort } = settings;
  const isSecure = identity !== undefined;
  // A free port for UDP is taken for TCP as well; when somebody else has that one, TCP takes another.
  const isPortFlexible = settings.sipTcpPort === undefined && sipPort === 0;
  const wanted: readonly (Omit<ListenPlace, 'host'> & { readonly isOpen?: boolean })[] = [
    { transport: 'udp', port: sipPort, setBy: 'SIP_HOST, SIP_PORT' },
    {
      transport: 'tcp',
      port: sipTcpPort,
      sameAs: isPortFlexible ? 'udp' : 'tcp',
      isPortFlexible,
      setBy: 'SIP_HOST, SIP_PORT_TCP',
    },
    { transport: 'tls', port: sipTlsPort, setBy: 'SIP_HOST, SIP_PORT_TLS', isOpen: isSecure },
    { transport: 'ws', port: sipWsPort ?? 0, setBy: 'OUTDIAL_SIP_WS_PORT', isOpen: sipWsPort !== undefined },
    {
      transport: 'wss',
      port: sipWssPort ?? 0,
      setBy: 'OUTDIAL_SIP_WSS_PORT',
      isOpen: isSecure && sipWssPort !== undefined,
    },
  ];
  return [sipBindHost, ...(ipv6 === undefined ? [] : [ipv6])].flatMap((host) =>
    wanted.flatMap(({ isOpen = true, ...place }) => (isOpen ? [{ sameAs: place.transport, ...place, host }] : [])),
  );
}
