/**
 * Owns the live client transactions: starts them, feeds the machines, carries out what they ask for (send, wake, forget) and
 * tells the caller what the transaction user must know.
 */
import type { AnswersLeft } from '../auth/protection-spaces.ts';
import type { Hop, LocationTarget } from '../contract.ts';
import { deadlineEntry } from '../deadline-queue.ts';
import { passportHeaders } from '../identity/passport.ts';
import { header } from '../syntax/header.ts';
import type { RequestParts, SipResponse } from '../syntax/message.ts';
import { printMessage } from '../syntax/print-message.ts';
import {
  type ClientInviteInput,
  clientInviteDeadlineMs,
  onClientInvite,
  startClientInvite,
} from '../transaction/client-invite.ts';
import {
  clientNonInviteDeadlineMs,
  onClientNonInvite,
  startClientNonInvite,
} from '../transaction/client-non-invite.ts';
import { ownPlaceFor, reliabilityOf } from '../transport/hop.ts';
import { aimRequest, knownHops } from './aim-request.ts';
import { buildAckForRefusal, ownVia } from './build-request.ts';
import type { Core, Timed } from './core.ts';
import type { ClientPurpose, ClientTransaction, Leg } from './leg-state.ts';

/** A datagram that long passes every network without being cut; what the RFC assumes where the path is not known (§18.1.1). */
const defaultUdpLimitBytes = 1300;

/** What the user of a client transaction must know. */
export type ClientReport =
  | { readonly type: 'response'; readonly response: SipResponse; readonly source: Hop }
  | { readonly type: 'timeout' }
  | { readonly type: 'transport'; readonly detail: string; readonly isUnlocated?: true };

export type ClientInput =
  | { readonly type: 'response'; readonly response: SipResponse; readonly source: Hop }
  | { readonly type: 'transport-error'; readonly detail: string }
  | { readonly type: 'deadline' };

export interface ClientOrder {
  readonly leg: Leg;
  readonly purpose: ClientPurpose;
  readonly branch: string;
  readonly request: RequestParts;
  readonly destination: Hop;
  /** Where else it may go, when that is known, and what all of it was found by. */
  readonly hopsLeft?: readonly Hop[];
  readonly wanted?: LocationTarget | undefined;
  readonly answersLeft?: AnswersLeft | undefined;
}

/** Sends a request, once it is known where to. */
export function startClient(core: Core, order: ClientOrder, nowMs: number): ClientTransaction {
  const transaction = newClient(order);
  const { wanted } = order.destination;
  const [known, ...left] = knownHops(transaction);
  if (wanted === undefined || core.options.locates !== true) {
    launchClient(core, transaction, nowMs);
  } else if (known === undefined) {
    core.locating.set(transaction.key, transaction);
    core.push({ type: 'locate', locateId: transaction.key, target: wanted });
  } else {
    aimRequest(core, transaction, known, left);
    launchClient(core, transaction, nowMs);
  }
  return transaction;
}

/** Hands a request to the hop it is meant for, as a new transaction. */
export function launchClient(core: Core, transaction: ClientTransaction, nowMs: number): void {
  const { purpose, leg, request } = transaction;
  if (purpose === 'invite') transaction.request = signedInvite(core, leg, request, nowMs);
  enterClient(core, transaction);
  const streamHop = streamHopFor(core, transaction);
  transaction.shortHop = streamHop === undefined ? undefined : transaction.destination;
  if (streamHop !== undefined) changeTransport(core, transaction, streamHop);
  sendFirst(core, transaction, nowMs);
}

function sendFirst(core: Core, transaction: ClientTransaction, nowMs: number): void {
  const { request, destination, purpose } = transaction;
  const reliability = reliabilityOf(destination.transport);
  transaction.machine =
    request.method === 'INVITE'
      ? { kind: 'invite', state: startClientInvite(nowMs, reliability, core.timers).state }
      : { kind: 'non-invite', state: startClientNonInvite(nowMs, reliability, core.timers).state };
  // Before the INVITE: once that has left, somebody must be able to take it back.
  if (purpose === 'invite') keepInvite(core, transaction);
  core.send(transaction);
  scheduleClient(core, transaction);
}

/** The INVITE with a Date and an Identity of this instant, in place of those it had (RFC 8224 §6.1). */
function signedInvite(core: Core, { passport }: Leg, request: RequestParts, nowMs: number): RequestParts {
  const { wallMs } = core.options;
  if (passport === undefined || wallMs === undefined) return request;
  const others = request.headers.filter(({ key }) => key !== 'date' && key !== 'identity');
  return { ...request, headers: [...others, ...passportHeaders(passport.order, passport.parties, wallMs(nowMs))] };
}

/** The same request to the same place by another transport: its Via changes. */
function changeTransport(core: Core, transaction: ClientTransaction, hop: Hop): void {
  const via = header('Via', ownVia(core, transaction.branch, hop));
  const { request } = transaction;
  transaction.request = { ...request, headers: request.headers.map((entry) => (entry.key === 'via' ? via : entry)) };
  transaction.bytes = printMessage(transaction.request);
  transaction.destination = hop;
}

/** TCP for a request that is too long for UDP (§18.1.1). A CANCEL goes where its INVITE went. */
function streamHopFor(core: Core, { destination, bytes, purpose, leg }: ClientTransaction): Hop | undefined {
  const limitBytes = core.options.udpLimitBytes ?? defaultUdpLimitBytes;
  const isLong = destination.transport === 'udp' && limitBytes > 0 && bytes.length > limitBytes;
  if (!isLong || purpose === 'cancel' || leg.isStreamRefused) return undefined;
  const hop: Hop = { ...destination, transport: 'tcp' };
  return ownPlaceFor(core.places, hop) === undefined ? undefined : hop;
}

/** A long request that TCP did not take goes by UDP after all; true when it does. */
function fallBack(core: Core, transaction: ClientTransaction, nowMs: number): boolean {
  const { shortHop, leg } = transaction;
  if (shortHop === undefined) return false;
  transaction.shortHop = undefined;
  leg.isStreamRefused = true;
  changeTransport(core, transaction, shortHop);
  sendFirst(core, transaction, nowMs);
  return true;
}

/** The transaction of an INVITE that an earlier life of the process has sent: answers are awaited, nothing is sent. */
export function resumeInvite(core: Core, order: ClientOrder, nowMs: number): ClientTransaction {
  const { state } = startClientInvite(nowMs, reliabilityOf(order.destination.transport), core.timers);
  const transaction = newClient(order);
  transaction.machine = {
    kind: 'invite',
    state: onClientInvite(state, { type: 'response', status: 100 }, nowMs).state,
  };
  enterClient(core, transaction);
  return transaction;
}

const noBytes = new Uint8Array(0);

function newClient(order: ClientOrder): ClientTransaction {
  const { leg, purpose, branch, request, destination } = order;
  const timer: Timed = { kind: 'client', transaction: undefined };
  // Spelled out: this is made for every request, and spreading is dear.
  const transaction: ClientTransaction = {
    leg,
    purpose,
    branch,
    request,
    destination,
    key: clientKey(branch, request.method),
    bytes: noBytes,
    wanted: order.wanted ?? destination.wanted,
    hopsLeft: order.hopsLeft ?? [],
    tried: 1,
    isHeard: false,
    shortHop: undefined,
    answersLeft: order.answersLeft,
    machine: { kind: 'locating' },
    early: new Map(),
    ack: undefined,
    timer: deadlineEntry<Timed>(timer),
  };
  timer.transaction = transaction;
  leg.openTransactions += 1;
  return transaction;
}

function enterClient(core: Core, transaction: ClientTransaction): void {
  transaction.bytes = printMessage(transaction.request);
  core.clients.set(transaction.key, transaction);
}

function keepInvite(core: Core, { leg, branch, request, destination }: ClientTransaction): void {
  const { localTag, contactUser } = leg;
  core.keep(leg, { phase: 'inviting', localTag, contactUser, branch, request, destination });
}

export function clientKey(branch: string, method: string): string {
  return `${method} ${branch}`;
}

export function feedClient(
  core: Core,
  transaction: ClientTransaction,
  input: ClientInput,
  nowMs: number,
): ClientReport | undefined {
  const actions = moveClient(transaction, input, nowMs);
  let report: ClientReport | undefined;
  for (const action of actions) {
    switch (action) {
      case 'send-request':
        core.send(transaction);
        break;
      case 'send-ack':
        if (transaction.ack === undefined && input.type === 'response') {
          transaction.ack = printMessage(buildAckForRefusal(transaction.request, input.response));
        }
        if (transaction.ack !== undefined) {
          core.send({ bytes: transaction.ack, destination: transaction.destination });
        }
        break;
      case 'pass-response':
        transaction.isHeard = true;
        if (input.type === 'response') report = input;
        break;
      case 'report-timeout':
        report = { type: 'timeout' };
        break;
      case 'report-transport':
        if (fallBack(core, transaction, nowMs)) return undefined;
        report = { type: 'transport', detail: input.type === 'transport-error' ? input.detail : '' };
        break;
      default:
        action satisfies never;
    }
  }
  const { machine } = transaction;
  if (machine.kind !== 'locating' && machine.state.name === 'terminated') forgetClient(core, transaction);
  else scheduleClient(core, transaction);
  return report;
}

function moveClient(transaction: ClientTransaction, input: ClientInput, nowMs: number) {
  const moved: ClientInviteInput =
    input.type === 'response' ? { type: 'response', status: input.response.status } : { type: input.type };
  const { machine } = transaction;
  if (machine.kind === 'locating') return [];
  if (machine.kind === 'invite') {
    const { state, actions } = onClientInvite(machine.state, moved, nowMs);
    transaction.machine = { kind: 'invite', state };
    return actions;
  }
  const { state, actions } = onClientNonInvite(machine.state, moved, nowMs);
  transaction.machine = { kind: 'non-invite', state };
  return actions;
}

function scheduleClient(core: Core, { machine, timer }: ClientTransaction): void {
  core.queue.schedule(timer, clientDeadlineMs(machine));
}

function clientDeadlineMs(machine: ClientTransaction['machine']): number | undefined {
  switch (machine.kind) {
    case 'invite':
      return clientInviteDeadlineMs(machine.state);
    case 'non-invite':
      return clientNonInviteDeadlineMs(machine.state);
    case 'locating':
      return undefined;
    default:
      return machine satisfies never;
  }
}

/** Also what ends an INVITE whose CANCEL brought no final answer (RFC 3261 §9.1). */
export function forgetClient(core: Core, transaction: ClientTransaction): void {
  core.queue.schedule(transaction.timer, undefined);
  const { key, leg } = transaction;
  if (core.clients.get(key) === transaction ? core.clients.delete(key) : core.locating.delete(key)) {
    leg.openTransactions -= 1;
  }
}

/**
 * What is left of a transaction when its request goes on to another hop: it takes in what still comes from this one, and
 * acknowledges a refusal that comes again (RFC 3261 §17.1.1.2).
 */
export function leaveBehind(core: Core, transaction: ClientTransaction): void {
  const { machine, key } = transaction;
  if (core.clients.get(key) !== transaction || machine.kind === 'locating') return;
  const timer: Timed = { kind: 'client', transaction: undefined };
  const rest: ClientTransaction = { ...transaction, purpose: 'left-behind', timer: deadlineEntry<Timed>(timer) };
  timer.transaction = rest;
  core.queue.schedule(transaction.timer, undefined);
  core.clients.set(key, rest);
  rest.leg.openTransactions += 1;
  scheduleClient(core, rest);
}
