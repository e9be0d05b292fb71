/** Where this gateway may connect to, from its settings: one HTTP client for each of the two kinds of trust, and SIP. */
import { networkInterfaces } from 'node:os';
import { type AuthorizationBook, createAuthorizationBook } from '../authorization/index.ts';
import type { Settings } from '../config/index.ts';
import { createHttpClient, type HttpClient, monotonicClock, type Resolve } from '../host/index.ts';
import { err, ok, type Result } from '../kit/index.ts';
import {
  type DestinationPolicy,
  type HostRule,
  judgeDestination,
  judgeSipAddress,
  judgeSipSource,
  parseHostRule,
  parseIpNetwork,
  type SipPolicy,
} from '../policy/index.ts';
import type { HostPort } from '../sip/index.ts';
import { trustedNetworks } from './inbound.ts';

export interface Destinations {
  /** For URLs of the operator: settings and tenant file. */
  readonly operatorHttp: HttpClient;
  /** For URLs that came with a request. */
  readonly requestHttp: HttpClient;
  /** Tokens in exchange for API keys, by whose word the token service is; each kept for all calls. */
  readonly authorizations: Readonly<Record<'deployment' | 'request', AuthorizationBook>>;
  /** Where URLs of the operator may lead. */
  readonly operatorPolicy: DestinationPolicy;
  /** Where URLs that came with a request, or from a bot, may lead. */
  readonly requestPolicy: DestinationPolicy;
  readonly sipPolicy: SipPolicy;
  /** A port that this gateway listens on: from now on it connects there no more. */
  addOwnPort(port: number): void;
  /** A literal address in a URL of a request against the policy; names pass and are judged when they are connected to. */
  readonly checkRequestUrl: (url: string) => Result<void, string>;
  /** A registrar of the operator's: messages may go there as they may to the trunk. */
  trustSipHost(host: string): void;
  /** Why no SIP datagram may go there, or undefined. */
  readonly judgeSip: (host: string, at: HostPort) => string | undefined;
  /** Why nobody may connect for SIP from this address, or undefined. */
  readonly judgeSipSource: (address: string) => string | undefined;
  close(): Promise<void>;
}

type PolicySettings = Pick<
  Settings,
  'multiTenantConfigFile' | 'allowNetworks' | 'sipAllow' | 'sipDeny' | 'sipTrunk' | 'trustedAddresses'
>;

/** Addresses that SIP was sent to which are remembered; those sent to longest ago are forgotten first. */
const maxSipPeers = 10_000;

/** `resolve` replaces the system's resolver for both HTTP clients. */
export function createDestinations(settings: PolicySettings, resolve?: Resolve): Destinations {
  const ownPorts: number[] = [];
  const operator: DestinationPolicy = {
    internal: 'allowed',
    allowNetworks: (settings.allowNetworks ?? []).flatMap((text) => parseIpNetwork(text) ?? []),
    own: { addresses: ownAddresses(), ports: ownPorts },
  };
  // Whoever calls the API of a deployment with one tenant is its operator.
  const isMultiTenant = settings.multiTenantConfigFile !== undefined;
  const request: DestinationPolicy = { ...operator, internal: isMultiTenant ? 'refused' : 'allowed' };
  const sipPolicy: SipPolicy = {
    allow: rulesOf(settings.sipAllow),
    deny: rulesOf(settings.sipDeny),
    unlisted: isMultiTenant ? 'trunk-or-public' : 'anywhere',
    trusted: trustedNetworks(settings),
    destinations: request,
  };
  const registrarHosts = new Set<string>();
  const sipPeers = new Set<string>();
  const operatorHttp = createHttpClient(clientOptions(operator, resolve));
  const requestHttp = createHttpClient(clientOptions(request, resolve));
  return {
    operatorHttp,
    requestHttp,
    authorizations: authorizationsOver(operatorHttp, requestHttp),
    operatorPolicy: operator,
    requestPolicy: request,
    sipPolicy,
    addOwnPort: (port) => void ownPorts.push(port),
    checkRequestUrl: (text) => judgeUrl(text, request),
    trustSipHost: (host) => void registrarHosts.add(host.toLowerCase()),
    judgeSip(host, at) {
      const trunk = registrarHosts.has(host.toLowerCase()) ? at : settings.sipTrunk;
      const judged = judgeSipAddress(host, at, trunk, sipPolicy);
      if (judged.ok) remember(sipPeers, at.host);
      return reasonOf(judged);
    },
    judgeSipSource: (address) => reasonOf(judgeSipSource(address, sipPeers.has(address), sipPolicy)),
    close: async () => void (await Promise.allSettled([operatorHttp.close(), requestHttp.close()])),
  };
}

function remember(peers: Set<string>, address: string): void {
  peers.delete(address);
  peers.add(address);
  const [first] = peers;
  if (peers.size > maxSipPeers && first !== undefined) peers.delete(first);
}

/** The same for other clients. */
export function authorizationsOver(operator: HttpClient, request: HttpClient): Destinations['authorizations'] {
  const bookOver = ({ post }: HttpClient): AuthorizationBook =>
    createAuthorizationBook({ post, clock: monotonicClock });
  return { deployment: bookOver(operator), request: bookOver(request) };
}

function clientOptions(policy: DestinationPolicy, resolve: Resolve | undefined) {
  return {
    judgeAddress: (address: string, port: number) => reasonOf(judgeDestination(address, port, policy)),
    ...(resolve === undefined ? {} : { resolve }),
  };
}

function judgeUrl(text: string, policy: DestinationPolicy): Result<void, string> {
  if (!URL.canParse(text)) return err('This is not a URL.');
  const { hostname, port, protocol } = new URL(text);
  // After WHATWG's own parsing an address is in its one usual spelling, and a name is no address.
  const isAddress = hostname.startsWith('[') || /^[\d.]+$/.test(hostname);
  if (!isAddress) return ok(undefined);
  return judgeDestination(hostname, port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port), policy);
}

function rulesOf(texts: readonly string[] | undefined): readonly HostRule[] {
  return (texts ?? []).flatMap((text) => parseHostRule(text) ?? []);
}

function reasonOf(judged: Result<void, string>): string | undefined {
  return judged.ok ? undefined : judged.error;
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
}
