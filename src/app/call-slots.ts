import type { Settings } from '../config/index.ts';

/** As many as the settings allow, and no more than there are RTP ports: each call has an even one and keeps the odd one above. */
export function mostCalls({
  maxSessions,
  rtpPorts: { first, last },
}: Pick<Settings, 'maxSessions' | 'rtpPorts'>): number {
  const pairs = Math.floor((last + 1) / 2) - Math.ceil(first / 2);
  return maxSessions === 0 ? pairs : Math.min(maxSessions, pairs);
}
