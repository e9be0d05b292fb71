/** What every leg can do, whoever called: begin, be scheduled, say BYE, be over, be forgotten. */
import type { ExtraHeader } from '../contract.ts';
import type { LegEvent } from '../leg-event.ts';
import { deadlineEntry } from '../deadline-queue.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { nextDialogRequest } from '../dialog/in-dialog-request.ts';
import { onSuccessDeadline, startSuccessRetransmission, successDeadlineMs } from '../dialog/success-retransmission.ts';
import { type Header, header } from '../syntax/header.ts';
import { sdpOf } from '../syntax/sdp-body.ts';
import { answerIfChallenged, authorizeRequest } from './authenticate.ts';
import { extraHeaders, wayOf } from './build-request.ts';
import type { Core, Timed } from './core.ts';
import type {
  ClientPurpose,
  ClientTransaction,
  Confirmed,
  Leg,
  LegState,
  Reach,
  ServerTransaction,
  Unacknowledged,
} from './leg-state.ts';
import { type LegSession, sessionDeadlinesMs } from './session-timer.ts';
import { type ClientReport, startClient } from './client-transactions.ts';
import { respond } from './server-transactions.ts';

export interface NewLeg {
  readonly legId: string;
  readonly localTag: string;
  readonly side: 'caller' | 'callee';
  readonly contactUser: string | undefined;
  readonly reach: Reach;
  readonly session: LegSession;
}

export function createLeg({ legId, localTag, side, contactUser, reach, session }: NewLeg): Leg {
  const timer: Timed = { kind: 'leg', leg: undefined };
  const leg: Leg = {
    legId,
    localTag,
    isCaller: side === 'caller',
    contactUser,
    reach,
    isStreamRefused: false,
    state: { name: 'over' },
    incomingInvite: undefined,
    openTransactions: 0,
    acknowledged: new Map(),
    session,
    answerHeaders: [],
    passport: undefined,
    authentication: undefined,
    located: new Map(),
    timer: deadlineEntry<Timed>(timer),
  };
  timer.leg = leg;
  return leg;
}

/** Moves the leg to a state and sets its alarm accordingly. */
export function enter(core: Core, leg: Leg, state: LegState): void {
  leg.state = state;
  core.queue.schedule(leg.timer, legDeadlineMs(state));
}

function legDeadlineMs(state: LegState): number | undefined {
  switch (state.name) {
    case 'inviting':
      return state.cancel === undefined ? state.ringDeadlineMs : state.cancel.giveUpAtMs;
    case 'confirmed':
      return confirmedDeadlineMs(state);
    case 'alerting':
      return state.expiresAtMs;
    case 'ending':
    case 'over':
      return undefined;
    default:
      return state satisfies never;
  }
}

function confirmedDeadlineMs(state: Confirmed): number | undefined {
  const { unacknowledged, ownOffer, referral } = state;
  const waitingMs = [
    ...sessionDeadlinesMs(state),
    unacknowledged === undefined ? undefined : successDeadlineMs(unacknowledged.retransmission),
    ownOffer?.retryAtMs,
    referral?.deadlineMs,
  ].filter((atMs) => atMs !== undefined);
  return waitingMs.length === 0 ? undefined : Math.min(...waitingMs);
}

/** The one way to the end: a leg says its last word once. */
export function finish(core: Core, leg: Leg, event: LegEvent | undefined): void {
  if (leg.state.name === 'over') return;
  enter(core, leg, { name: 'over' });
  if (event !== undefined) core.emit(leg, event);
}

/** Forgets a leg that is over and that no transaction needs any more. */
export function forgetIfDone(core: Core, leg: Leg): void {
  if (leg.state.name === 'over' && leg.openTransactions === 0 && core.legs.get(leg.legId) === leg) {
    core.legs.delete(leg.legId);
  }
}

/** Ends a confirmed call from this side. The peer's offer, if one waits, is answered 487 first (RFC 3261 §15.1.2). */
export function sayBye(core: Core, leg: Leg, state: Confirmed, extras: readonly ExtraHeader[], nowMs: number): void {
  withdrawOffer(core, state, nowMs);
  enter(core, leg, { name: 'ending', dialog: state.dialog });
  if (sendBye(core, leg, state.dialog, 'bye', extras, nowMs) === undefined) {
    finish(core, leg, { type: 'bye-finished', status: undefined, atMs: nowMs });
  }
}

/** What the peer still waits for an answer to is answered 487. */
export function withdrawOffer(core: Core, { offer, peerReferral }: Confirmed, nowMs: number): void {
  if (offer !== undefined) respond(core, offer.transaction, { status: 487 }, nowMs);
  if (peerReferral?.isAccepted === false) respond(core, peerReferral.transaction, { status: 487 }, nowMs);
}

/** undefined when the peer's Contact names no host, so that no BYE can go anywhere. */
export function sendBye(
  core: Core,
  leg: Leg,
  dialog: Dialog,
  purpose: ClientPurpose,
  extras: readonly ExtraHeader[],
  nowMs: number,
): ClientTransaction | undefined {
  const bye = { purpose, method: 'BYE', headers: extraHeaders(core, extras) };
  return sendInDialog(core, leg, dialog, bye, nowMs)?.transaction;
}

/** A request that is on its way, and the dialog that has counted it. */
export interface SentInDialog {
  readonly transaction: ClientTransaction;
  readonly dialog: Dialog;
}

/** Sends a request inside a dialog of the leg; undefined when the peer's Contact names no host, so that it can go nowhere. */
export function sendInDialog(
  core: Core,
  leg: Leg,
  before: Dialog,
  { purpose, method, headers, body }: InDialogOrder,
  nowMs: number,
): SentInDialog | undefined {
  const branch = core.newBranch();
  const agent = header('User-Agent', core.options.userAgent);
  const next = nextDialogRequest(before, method, wayOf(core, leg, branch), [agent, ...headers]);
  const { destination, dialog } = next;
  if (destination === undefined) return undefined;
  const request = authorizeRequest(core, leg, { ...next.request, body: body ?? next.request.body }, destination);
  return { transaction: startClient(core, { leg, purpose, branch, request, destination }, nowMs), dialog };
}

export interface InDialogOrder {
  readonly purpose: ClientPurpose;
  readonly method: string;
  readonly headers: readonly Header[];
  readonly body?: Uint8Array;
}

/** What a request inside the call is answered with when the peer has lost it (RFC 3261 §12.2.1.2, RFC 5057 §5.1). */
export function isDialogGone(status: number): boolean {
  return status === 408 || status === 481;
}

/** The peer has lost the dialog; a BYE tells it so, unless it has just said so itself (RFC 3261 §12.2.1.2). */
export function loseDialog(
  core: Core,
  leg: Leg,
  state: Confirmed,
  { status, detail }: { readonly status: number; readonly detail?: string },
  nowMs: number,
): void {
  withdrawOffer(core, state, nowMs);
  finish(core, leg, { type: 'dialog-lost', status, ...(detail === undefined ? {} : { detail }), atMs: nowMs });
  if (status !== 481) sendBye(core, leg, state.dialog, 'fork-bye', [], nowMs);
}

/**
 * The outcome of our BYE. 408 and 481 mean that the
 * peer has lost the dialog (RFC 5057 §5.1); BYE ends the leg whatever comes (RFC 3261 §15.1.1), but for one challenge.
 */
export function onByeReport(core: Core, transaction: ClientTransaction, report: ClientReport, nowMs: number): void {
  const { leg } = transaction;
  if (leg.state.name !== 'ending') return;
  if (report.type !== 'response') {
    finish(core, leg, { type: 'bye-finished', status: undefined, atMs: nowMs });
  } else if (report.response.status >= 200) {
    if (answerIfChallenged(core, transaction, report, nowMs).isAnswered) return;
    const { status } = report.response;
    finish(core, leg, { type: isDialogGone(status) ? 'dialog-lost' : 'bye-finished', status, atMs: nowMs });
  }
}

/** The wait for the ACK of the 2xx this transaction has just sent. */
export function awaitAck(
  core: Core,
  transaction: ServerTransaction,
  isInitial: boolean,
  nowMs: number,
): Unacknowledged | undefined {
  const { response, request } = transaction;
  if (response === undefined) return undefined;
  const retransmission = startSuccessRetransmission(nowMs, core.timers);
  const isOffer = sdpOf(request) === undefined;
  return { cseq: request.cseq.number, response, retransmission, isInitial, isOffer };
}

/** The leg's alarm while it waits for the ACK of its 2xx. */
export function onAckOverdue(core: Core, leg: Leg, state: Confirmed, nowMs: number): void {
  const { unacknowledged, ...acknowledged } = state;
  if (unacknowledged === undefined) return;
  const result = onSuccessDeadline(unacknowledged.retransmission, nowMs);
  switch (result.action) {
    case 'give-up':
      if (unacknowledged.isInitial) core.emit(leg, { type: 'unacknowledged', atMs: nowMs });
      sayBye(core, leg, acknowledged, state.pendingBye ?? [], nowMs);
      break;
    case 'send':
    case 'wait':
      if (result.action === 'send') core.send(unacknowledged.response);
      enter(core, leg, { ...state, unacknowledged: { ...unacknowledged, retransmission: result.state } });
      break;
    default:
      result satisfies never;
  }
}
