/** What our BYE or CANCEL carries beside what every one does (specification §5.4, §9.6). */
import type { NamedHeader } from '../conversation/index.ts';
import { checkedHeaders } from './begin-transfer.ts';
import type { CallEnd, CallState } from './call-state.ts';

/** What ends the call carries: a Reason always (RFC 3326), the rest only in a BYE. */
export function endHeaders(state: CallState, end: CallEnd): readonly NamedHeader[] {
  const { headers } = checkedHeaders([...byeHeaders(state), { name: 'Reason', value: reasonOf(end) }]);
  // The first of a name wins: what the bot says now, over what it set once, over what we say by ourselves.
  return headers.filter(({ name }, at) => headers.findIndex((other) => isSameName(other.name, name)) === at);
}

function byeHeaders({ answeredAtMs, variables, transfer, hangUpHeaders }: CallState): readonly NamedHeader[] {
  if (answeredAtMs === undefined) return [];
  const custom = variables.byeHeader === undefined ? [] : [variables.byeHeader];
  const ofTransfer =
    transfer?.order.method === 'hang-up' && transfer.outcome === 'transferred' ? transferHeaders(transfer.order) : [];
  return [...ofTransfer, ...hangUpHeaders, ...custom];
}

/** The Q.850 cause that tells the network why; what the bot or the gateway ran into is nobody else's. */
function reasonOf({ state, endCode }: CallEnd): string {
  if (state === 'ended' || endCode === 'call.cancelled') return 'Q.850;cause=16;text="Normal call clearing"';
  switch (endCode) {
    case 'media.no-answer-codec':
    case 'media.not-encrypted':
      return 'Q.850;cause=88;text="Incompatible destination"';
    case 'call.too-long':
      return 'Q.850;cause=31;text="Longest call time reached"';
    case 'call.shutdown':
      return 'Q.850;cause=41;text="Gateway stopped"';
    default:
      return 'Q.850;cause=41;text="Temporary failure"';
  }
}

function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function transferHeaders({
  target,
  targetHeader,
  headers,
  userToUser,
}: NonNullable<CallState['transfer']>['order']): readonly NamedHeader[] {
  return [
    ...(target === undefined ? [] : [{ name: targetHeader, value: target }]),
    ...(userToUser === undefined ? [] : [{ name: 'User-to-User', value: userToUser.value }]),
    ...headers,
  ];
}
