/**
 * Owns the live server transactions: starts them, feeds the machines and carries out what they ask for (send, wake, forget).
 */
import type { Hop } from '../contract.ts';
import { deadlineEntry } from '../deadline-queue.ts';
import type { SipRequest } from '../syntax/message.ts';
import { viaBranch } from '../syntax/via.ts';
import {
  onServerInvite,
  type ServerInviteAction,
  type ServerInviteInput,
  serverInviteDeadlineMs,
  startServerInvite,
} from '../transaction/server-invite.ts';
import {
  onServerNonInvite,
  type ServerNonInviteAction,
  serverNonInviteDeadlineMs,
  startServerNonInvite,
} from '../transaction/server-non-invite.ts';
import { reliabilityOf } from '../transport/hop.ts';
import { type Answer, buildResponse } from './build-response.ts';
import { type Core, type Timed, viaPort } from './core.ts';
import type { Leg, ServerTransaction } from './leg-state.ts';

/** The key a request's server transaction is found under (RFC 3261 §17.2.3); an ACK has that of its INVITE. */
export function serverKey(request: SipRequest, branch: string | undefined, method: string): string {
  const { via } = request;
  const place = `${via.host.toLowerCase()}:${viaPort(via)}`;
  const kind = method === 'ACK' ? 'INVITE' : method;
  if (branch !== undefined && branch.length > 7 && /^z9hG4bK/i.test(branch)) return `${kind} ${place} ${branch}`;
  // Peers of RFC 2543 times: everything that stays the same between a request, its retransmission, ACK and CANCEL.
  return `${kind} ${place} 2543 ${request.callId} ${request.cseq.number} ${request.fromTag ?? ''} ${request.requestUri}`;
}

export function startServer(core: Core, leg: Leg, request: SipRequest, source: Hop, nowMs: number): ServerTransaction {
  const timer: Timed = { kind: 'server', transaction: undefined };
  const reliability = reliabilityOf(source.transport);
  const transaction: ServerTransaction = {
    key: serverKey(request, viaBranch(request.via), request.method),
    leg,
    request,
    source,
    machine:
      request.method === 'INVITE'
        ? { kind: 'invite', state: startServerInvite(nowMs, reliability, core.timers).state }
        : { kind: 'non-invite', state: startServerNonInvite(nowMs, reliability, core.timers).state },
    response: undefined,
    timer: deadlineEntry<Timed>(timer),
  };
  timer.transaction = transaction;
  core.servers.set(transaction.key, transaction);
  leg.openTransactions += 1;
  scheduleServer(core, transaction);
  return transaction;
}

/** Answers through the transaction, so that the answer is repeated when it must be. */
export function respond(core: Core, transaction: ServerTransaction, answer: Answer, nowMs: number): void {
  const toTag = transaction.leg.localTag;
  const { request, source } = transaction;
  transaction.response = buildResponse(core, request, request.via, source, { ...answer, toTag });
  feedServer(core, transaction, { type: 'respond', status: answer.status }, nowMs);
}

/** Nothing to report: a refusal nobody acknowledged changes nothing for the leg. */
export function feedServer(core: Core, transaction: ServerTransaction, input: ServerInviteInput, nowMs: number): void {
  const { machine } = transaction;
  if (machine.kind === 'invite') {
    const { state, actions } = onServerInvite(machine.state, input, nowMs);
    transaction.machine = { kind: 'invite', state };
    carryOutServer(core, transaction, actions);
  } else if (input.type !== 'ack') {
    const { state, actions } = onServerNonInvite(machine.state, input, nowMs);
    transaction.machine = { kind: 'non-invite', state };
    carryOutServer(core, transaction, actions);
  }
  if (transaction.machine.state.name === 'terminated') forgetServer(core, transaction);
  else scheduleServer(core, transaction);
}

function carryOutServer(
  core: Core,
  transaction: ServerTransaction,
  actions: readonly (ServerInviteAction | ServerNonInviteAction)[],
): void {
  for (const action of actions) {
    if (action === 'send-trying') sendTrying(core, transaction);
    else if (action === 'send-response' && transaction.response !== undefined) core.send(transaction.response);
  }
}

function sendTrying(core: Core, transaction: ServerTransaction): void {
  const { request, source } = transaction;
  transaction.response = buildResponse(core, request, request.via, source, { status: 100 });
  core.send(transaction.response);
}

function scheduleServer(core: Core, { machine, timer }: ServerTransaction): void {
  const atMs =
    machine.kind === 'invite' ? serverInviteDeadlineMs(machine.state) : serverNonInviteDeadlineMs(machine.state);
  core.queue.schedule(timer, atMs);
}

function forgetServer(core: Core, transaction: ServerTransaction): void {
  core.queue.schedule(transaction.timer, undefined);
  if (core.servers.delete(transaction.key)) transaction.leg.openTransactions -= 1;
}
