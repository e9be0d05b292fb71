/** Where SIP goes from here: DNS as it is configured, and of what it finds only what may be connected to. */
import { isIPv6 } from 'node:net';
import type { Settings } from '../config/index.ts';
import { createSipDns } from '../host/index.ts';
import { type Clock, err, ok, type Random, type Result } from '../kit/index.ts';
import { type Dns, type Hop, locate, type LocationTarget, type SipTransport } from '../sip/index.ts';
import type { Destinations } from './destinations.ts';

export interface SipLocatorOptions {
  readonly settings: Pick<Settings, 'dnsServers' | 'sipBindHost' | 'sipBindHostIpv6'>;
  readonly destinations: Pick<Destinations, 'judgeSip' | 'trustSipHost'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly random: Random;
  /** Takes the place of the resolver. */
  readonly dns?: Dns;
}

/** Best first where a name leaves the choice. */
const transports: readonly SipTransport[] = ['udp', 'tcp', 'tls', 'wss', 'ws'];

export type SipLocator = (target: LocationTarget) => Promise<Result<readonly Hop[], string>>;

export function createSipLocator(options: SipLocatorOptions): SipLocator {
  const { settings, destinations, clock, random } = options;
  const dns = options.dns ?? createSipDns({ servers: settings.dnsServers ?? [], clock });
  const { sipBindHost, sipBindHostIpv6 } = settings;
  const families = isIPv6(sipBindHost)
    ? ([6] as const)
    : sipBindHostIpv6 === undefined
      ? ([4] as const)
      : ([4, 6] as const);
  return async (target) => {
    const found = await locate(target, { dns, random, transports, families });
    if (!found.ok) return found;
    const allowed = found.value.filter((hop) => destinations.judgeSip(target.host, hop) === undefined);
    // What only the operator's word for the name allows is allowed by its address from now on: that is what is sent to.
    for (const hop of allowed) {
      if (destinations.judgeSip(hop.host, hop) !== undefined) destinations.trustSipHost(hop.host);
    }
    if (allowed.length > 0) return ok(allowed);
    const [refused] = found.value;
    const reason = refused === undefined ? undefined : destinations.judgeSip(target.host, refused);
    return err(`${target.host} is nowhere that calls may go: ${reason ?? 'it has no address.'}`);
  };
}
