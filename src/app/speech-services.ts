import type { Settings } from '../config/index.ts';
import type { ClientTls, MediaSpeechOptions } from '../host/index.ts';
import type { DestinationPolicy } from '../policy/index.ts';
import type { Destinations } from './destinations.ts';

/**
 * How a media thread reaches speech services of others. `ownPorts`: what this gateway listens on. Each of the threads has its
 * share of the room for spoken texts.
 */
export function speechServicesOf(
  { ttsCacheMegabytes, espeakProgram }: Pick<Settings, 'ttsCacheMegabytes' | 'espeakProgram'>,
  { operatorPolicy, requestPolicy }: Pick<Destinations, 'operatorPolicy' | 'requestPolicy'>,
  ownPorts: readonly number[],
  tls: ClientTls,
  threads: number,
): MediaSpeechOptions {
  const withOwnPorts = (policy: DestinationPolicy): DestinationPolicy => ({
    ...policy,
    own: { ...policy.own, ports: ownPorts },
  });
  return {
    destinations: { operator: withOwnPorts(operatorPolicy), request: withOwnPorts(requestPolicy) },
    tls,
    voiceProgram: espeakProgram,
    cacheBytes: Math.floor((ttsCacheMegabytes * 1_000_000) / threads),
  };
}
