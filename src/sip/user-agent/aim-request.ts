/** Makes a request fit for a hop: Via, and Contact of what begins outside of a dialog, say how that hop reaches us (RFC 3261 §8.1.1.7, §8.1.1.8). */
import type { Hop, LocationTarget } from '../contract.ts';
import { header } from '../syntax/header.ts';
import { ownVia } from './build-request.ts';
import { contactHeader } from './build-response.ts';
import type { Core } from './core.ts';
import type { ClientTransaction, Leg } from './leg-state.ts';
import { trustAlike } from './trusted-hosts.ts';

/** `left`: where else it may go. The request is not sent. */
export function aimRequest(core: Core, transaction: ClientTransaction, hop: Hop, left: readonly Hop[]): void {
  const { leg, purpose, branch, destination, wanted } = transaction;
  trustAlike(leg, destination, hop);
  if (wanted !== undefined) leg.located.set(targetKey(wanted), [hop, ...left]);
  const isFirst = purpose === 'invite' || purpose === 'register' || purpose === 'ping';
  if (isFirst) leg.reach = { ...leg.reach, hop };
  const headers = transaction.request.headers.map((entry) => {
    if (entry.key === 'via') return header('Via', ownVia(core, branch, hop));
    return isFirst && entry.key === 'contact' ? contactHeader(core, leg) : entry;
  });
  transaction.request = { ...transaction.request, headers };
  transaction.destination = hop;
  transaction.hopsLeft = left;
}

/** The hops that a request of this leg for the same place has found, that which served it first. */
export function knownHops({ leg, wanted, purpose }: ClientTransaction): readonly Hop[] {
  // A registration lives longer than what DNS says.
  return wanted === undefined || purpose === 'register' ? [] : (leg.located.get(targetKey(wanted)) ?? []);
}

/** The hop itself, or that which its name was located at before. */
export function locatedHop(leg: Leg, hop: Hop | undefined): Hop | undefined {
  if (hop?.wanted === undefined) return hop;
  return leg.located.get(targetKey(hop.wanted))?.[0] ?? hop;
}

function targetKey({ scheme, host, port, transport, trunk }: LocationTarget): string {
  return [scheme, host, port, transport, trunk].join(' ').toLowerCase();
}
