/** Which hosts may be given answers to their challenges: those that the INVITE went to, by name and by address. */
import type { Hop } from '../contract.ts';
import type { Authentication, Leg } from './leg-state.ts';

export function mayHaveCredentials({ hosts }: Authentication, destination: Hop): boolean {
  return hosts.has(destination.host.toLowerCase());
}

/** The hop that a trusted place was located at, or that stands in for it, may have what that place may have. */
export function trustAlike(leg: Leg, trusted: Hop, hop: Hop): void {
  const { authentication } = leg;
  if (authentication === undefined || !mayHaveCredentials(authentication, trusted)) return;
  leg.authentication = { ...authentication, hosts: new Set([...authentication.hosts, hop.host.toLowerCase()]) };
}
