/** What our BYE carries beside what every BYE does (specification §5.4, §9.6). */
import type { NamedHeader } from '../conversation/index.ts';
import { checkedHeaders } from './begin-transfer.ts';
import type { CallState } from './call-state.ts';

/** Empty before the answer: a CANCEL is no BYE. */
export function byeHeaders({ answeredAtMs, variables, transfer, hangUpHeaders }: CallState): readonly NamedHeader[] {
  if (answeredAtMs === undefined) return [];
  const custom = variables.byeHeader === undefined ? [] : [variables.byeHeader];
  const ofTransfer =
    transfer?.order.method === 'hang-up' && transfer.outcome === 'transferred' ? transferHeaders(transfer.order) : [];
  const { headers } = checkedHeaders([...ofTransfer, ...hangUpHeaders, ...custom]);
  // The first of a name wins: what the bot says now, over what it set once.
  return headers.filter(({ name }, at) => headers.findIndex((other) => isSameName(other.name, name)) === at);
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
