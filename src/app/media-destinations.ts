import type { Settings } from '../config/index.ts';
import type { DestinationPolicy } from '../policy/index.ts';
import type { Destinations } from './destinations.ts';

type ListenSettings = Pick<
  Settings,
  'sipPort' | 'sipTcpPort' | 'sipTlsPort' | 'sipWsPort' | 'sipWssPort' | 'httpPort' | 'httpsPort'
>;

/**
 * Where media threads may connect to for URLs of the operator, and of requests and bots. They have copies, made before
 * anything listens: the ports of this gateway are those of its settings.
 */
export function mediaDestinations(
  { sipPort, sipTcpPort = sipPort, sipTlsPort, sipWsPort, sipWssPort, httpPort, httpsPort }: ListenSettings,
  { operatorPolicy, requestPolicy }: Pick<Destinations, 'operatorPolicy' | 'requestPolicy'>,
): { readonly operator: DestinationPolicy; readonly request: DestinationPolicy } {
  const ports = [sipPort, sipTcpPort, sipTlsPort, sipWsPort ?? [], sipWssPort ?? [], httpPort, httpsPort].flat();
  const withPorts = (policy: DestinationPolicy): DestinationPolicy => ({ ...policy, own: { ...policy.own, ports } });
  return { operator: withPorts(operatorPolicy), request: withPorts(requestPolicy) };
}
