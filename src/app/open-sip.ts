/** SIP on its ports: UDP and TCP always, TLS and WebSockets where they are configured, and what peers are told of them. */
import type { Settings } from '../config/index.ts';
import {
  type ListenPlace,
  openSipTransports,
  type SipTls,
  type SipTransports,
  type SipTransportsListener,
} from '../host/index.ts';
import type { HostPort, OwnPlace, SipTransport } from '../sip/index.ts';

export interface OpenSip {
  readonly transports: SipTransports;
  /** What stands in Via and Contact over UDP, and over everything else. */
  readonly sentBy: HostPort;
  readonly otherPlaces: readonly OwnPlace[];
  /** Ports that are listened on. */
  readonly ports: readonly number[];
}

/** Who speaks to a gateway that cannot listen needs a place to name all the same. */
const usualPorts = { tls: 5061, ws: 80, wss: 443 } as const;

/** Rejects with the port, its setting and the system's reason; what was open by then is closed. */
export async function openSip(settings: Settings, tls: SipTls, listener: SipTransportsListener): Promise<OpenSip> {
  const { sipHost, maxSipConnections, maxSipConnectionsPerSource, maxCallDurationMs } = settings;
  const udp = listenPlaces(settings, tls);
  const transports = await openSipTransports(
    {
      listen: udp,
      tls,
      admission: { connections: maxSipConnections, connectionsPerSource: maxSipConnectionsPerSource },
      // A peer that cannot connect to us says BYE over the connection that the call was made by.
      outgoingIdleMs: maxCallDurationMs + 60_000,
    },
    listener,
  );
  const { places } = transports;
  const portOf = (transport: SipTransport): number | undefined =>
    places.find((place) => place.transport === transport)?.port;
  const tcp = portOf('tcp') ?? settings.sipPort;
  return {
    transports,
    sentBy: { host: sipHost, port: portOf('udp') ?? settings.sipPort },
    otherPlaces: [
      { transport: 'tcp', host: sipHost, port: tcp },
      ...(['tls', 'ws', 'wss'] as const).map((transport) => ({
        transport,
        host: sipHost,
        port: portOf(transport) ?? usualPorts[transport],
      })),
    ],
    ports: [...new Set(places.map(({ port }) => port))],
  };
}

function listenPlaces(settings: Settings, { identity }: SipTls): readonly ListenPlace[] {
  const { sipBindHost: host, sipPort, sipTcpPort, sipTlsPort, sipWsPort, sipWssPort } = settings;
  const isSecure = identity !== undefined;
  return [
    { transport: 'udp', host, port: sipPort, setBy: 'SIP_HOST, SIP_PORT' },
    // Both have one number unless told otherwise; a free one is free for both, or TCP takes another.
    {
      transport: 'tcp',
      host,
      port: sipTcpPort ?? 'as-before',
      isPortFlexible: sipTcpPort === undefined && sipPort === 0,
      setBy: 'SIP_HOST, SIP_PORT_TCP',
    },
    ...(isSecure ? [{ transport: 'tls', host, port: sipTlsPort, setBy: 'SIP_HOST, SIP_PORT_TLS' } as const] : []),
    ...(sipWsPort === undefined
      ? []
      : [{ transport: 'ws', host, port: sipWsPort, setBy: 'OUTDIAL_SIP_WS_PORT' } as const]),
    ...(isSecure && sipWssPort !== undefined
      ? [{ transport: 'wss', host, port: sipWssPort, setBy: 'OUTDIAL_SIP_WSS_PORT' } as const]
      : []),
  ];
}
