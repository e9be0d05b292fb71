/**
 * A call that we place: INVITE, its provisional and final answers, forking, CANCEL, ring time (RFC 3261 §9, §13.2, RFC 6026).
 * A challenge (401, 407) is answered by another INVITE of the same call (§22.2), and so is 422 (RFC 4028 §7.3); for other refusals
 * see `invite-again.ts`.
 */
import type { ExtraHeader, InviteOrder } from '../contract.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { ackForSuccess } from '../dialog/in-dialog-request.ts';
import { header, headerKey } from '../syntax/header.ts';
import type { SipResponse } from '../syntax/message.ts';
import { printMessage } from '../syntax/print-message.ts';
import { transactionTimeoutMs } from '../transaction/timers.ts';
import {
  answerIfChallenged,
  type ChallengedReport,
  isChallenge,
  newAuthentication,
  withAnswersOf,
} from './authenticate.ts';
import { locatedHop } from './aim-request.ts';
import { buildCancel, buildInvite, planCall, wayOf } from './build-request.ts';
import type { Core } from './core.ts';
import type { Cancel, ClientTransaction, Confirmed, Inviting, Leg } from './leg-state.ts';
import { answerOf, confirmedDialog, maxEarlyDialogs, offerOf, takeProvisional } from './early-dialogs.ts';
import { inviteAgain, newAttempts } from './invite-again.ts';
import { rejectionOf } from './rejection.ts';
import { createLeg, enter, finish, sayBye, sendBye } from './leg.ts';
import { withServiceRoute } from './register.ts';
import { inviteForLonger } from './session-retry.ts';
import { newLegSession, timerOfAnswer } from './session-timer.ts';
import { type ClientReport, forgetClient, startClient } from './client-transactions.ts';

const encoder = new TextEncoder();

export function placeCall(core: Core, given: InviteOrder, nowMs: number): void {
  const order = withServiceRoute(core, given, nowMs);
  if (core.legs.has(order.legId)) {
    core.drop('leg-exists', 'An INVITE was ordered for a leg that is still known.', core.ownHop);
    return;
  }
  const plan = planCall(core, order);
  if (!plan.ok) {
    const event = { type: 'unreachable', cause: 'transport', detail: plan.error, atMs: nowMs } as const;
    core.push({ type: 'leg', legId: order.legId, event });
    return;
  }
  const { destination, isSecure } = plan.value;
  const leg = createLeg({
    legId: order.legId,
    localTag: core.newTag(),
    side: 'caller',
    contactUser: plan.value.from.user,
    reach: { hop: destination, isSecure },
    session: newLegSession(core.options.sessionTimer),
  });
  leg.session.localSdp = order.sdp;
  core.legs.set(leg.legId, leg);
  const branch = core.newBranch();
  const request = buildInvite(core, order, plan.value, leg, branch);
  leg.authentication = newAuthentication(order.credentials, destination);
  leg.passport = passportOf(order);
  leg.answerHeaders = order.answerHeaders ?? [];
  const transaction = startClient(core, { leg, purpose: 'invite', branch, request, destination }, nowMs);
  const ringDeadlineMs = nowMs + order.ringTimeoutMs;
  const attempts = newAttempts(order, request.requestUri);
  enter(core, leg, { name: 'inviting', transaction, ringDeadlineMs, hasProvisional: false, attempts });
  // A name is located first; then it is told when the INVITE leaves.
  if (transaction.machine.kind !== 'locating') core.emit(leg, { type: 'invited', atMs: nowMs });
}

/** Whoever the network is told to be calling is vouched for (RFC 8588 §4), whatever an anonymous From says. */
function passportOf({ passport, caller, from, to }: InviteOrder): Leg['passport'] {
  return passport === undefined ? undefined : { order: passport, parties: { from: caller?.assertedUri ?? from, to } };
}

export function onInviteReport(core: Core, transaction: ClientTransaction, report: ClientReport, nowMs: number): void {
  const { leg } = transaction;
  switch (report.type) {
    case 'response': {
      const { status } = report.response;
      if (status >= 200 && status < 300) onAnswered(core, transaction, report.response, nowMs);
      else if (leg.state.name !== 'inviting') return;
      else if (status < 200) onProvisional(core, leg, leg.state, report.response, nowMs);
      else onRefused(core, transaction, leg.state, report, nowMs);
      break;
    }
    case 'timeout':
    case 'transport': {
      if (leg.state.name !== 'inviting') return;
      if (leg.state.cancel?.cause === 'hang-up') {
        finish(core, leg, { type: 'cancelled', atMs: nowMs });
        break;
      }
      if (goOn(core, transaction, leg.state, undefined, nowMs).isSent) return;
      const detail = report.type === 'timeout' ? 'No response to the INVITE.' : report.detail;
      const cause = report.type === 'transport' && report.isUnlocated === true ? 'location' : report.type;
      finish(core, leg, { type: 'unreachable', cause, detail, atMs: nowMs });
      break;
    }
    default:
      report satisfies never;
  }
}

function onProvisional(core: Core, leg: Leg, state: Inviting, response: SipResponse, nowMs: number): void {
  const heard: Inviting = { ...state, hasProvisional: true };
  leg.state = heard;
  const news = takeProvisional(core, state.transaction, response, nowMs);
  if (state.cancel !== undefined) {
    if (state.cancel.giveUpAtMs === undefined) sendCancel(core, leg, heard, state.cancel, nowMs);
    return;
  }
  const { status, reason } = response;
  if (status === 100 || news === undefined) return;
  const { offer, ...told } = news;
  core.emit(leg, { type: 'provisional', status, reason, ...told, atMs: nowMs });
  if (offer !== undefined) core.emit(leg, { type: 'offer-received', ...offer, atMs: nowMs });
}

/** Every 2xx is ACKed; the first one wins, one with another To tag is ended at once (§13.2.2.4). */
function onAnswered(core: Core, transaction: ClientTransaction, response: SipResponse, nowMs: number): void {
  const { leg } = transaction;
  const tag = response.toTag ?? '';
  const known = leg.acknowledged.get(tag);
  if (known !== undefined) {
    core.send(known);
    return;
  }
  if (leg.acknowledged.size >= maxEarlyDialogs) {
    core.drop('too-many-forks', `More than ${maxEarlyDialogs} answers to one INVITE.`, transaction.destination);
    return;
  }
  const { state } = leg;
  if (state.name === 'confirmed' && state.unanswered?.response.toTag === response.toTag) return;
  const offer = state.name === 'inviting' && state.cancel === undefined ? offerOf(transaction, response) : undefined;
  if (offer !== undefined) {
    awaitAnswer(core, transaction, response, offer, nowMs);
    return;
  }
  const dialog = confirmedDialog(transaction, response);
  acknowledge(core, transaction, response, dialog, undefined);
  if (state.name !== 'inviting') {
    sendBye(core, leg, dialog, 'fork-bye', [], nowMs);
    return;
  }
  if (state.cancel === undefined) {
    enter(core, leg, { name: 'confirmed', dialog, ...timerOfAnswer(core, leg, response, nowMs) });
    const sdp = answerOf(core, transaction, response);
    core.emit(leg, { type: 'answered', sdp, ...answerHeadersIn(leg, response), atMs: nowMs });
    return;
  }
  // The answer crossed our CANCEL, or came before it could be sent.
  if (state.cancel.cause === 'hang-up') {
    sayBye(core, leg, { name: 'confirmed', dialog }, state.cancel.headers, nowMs);
    return;
  }
  sendBye(core, leg, dialog, 'fork-bye', state.cancel.headers, nowMs);
  finish(core, leg, { type: 'ring-timeout', atMs: nowMs });
}

const longestHeaderText = 4096;

/** What is told of the headers of the answer. */
function answerHeadersIn(leg: Leg, { headers }: SipResponse): { readonly headers?: readonly ExtraHeader[] } {
  const found = leg.answerHeaders.flatMap((name): ExtraHeader[] => {
    const values = headers.filter(({ key }) => key === headerKey(name)).map(({ value }) => value);
    return values.length === 0 ? [] : [{ name, value: values.join(', ').slice(0, longestHeaderText) }];
  });
  return found.length === 0 ? {} : { headers: found };
}

/** The first 2xx brought an offer: its ACK will bring the answer. */
function awaitAnswer(
  core: Core,
  transaction: ClientTransaction,
  response: SipResponse,
  sdp: string,
  nowMs: number,
): void {
  const { leg } = transaction;
  const dialog = confirmedDialog(transaction, response);
  const offerId = `ACK ${response.toTag ?? ''}`;
  const unanswered = { offerId, transaction, response };
  enter(core, leg, { name: 'confirmed', dialog, unanswered, ...timerOfAnswer(core, leg, response, nowMs) });
  core.emit(leg, { type: 'answered', sdp, offerId, ...answerHeadersIn(leg, response), atMs: nowMs });
}

/** Sends the ACK that waited for our answer; without one, when the call is over before it was given. */
export function answerInAck(core: Core, leg: Leg, state: Confirmed, sdp: string | undefined): Confirmed {
  const { unanswered, ...rest } = state;
  if (unanswered === undefined) return state;
  if (sdp !== undefined) leg.session.localSdp = sdp;
  keepDialog(core, leg, state.dialog);
  acknowledge(core, unanswered.transaction, unanswered.response, state.dialog, sdp);
  enter(core, leg, rest);
  return rest;
}

function keepDialog(core: Core, leg: Leg, dialog: Dialog): void {
  const { localTag, contactUser } = leg;
  // Before the ACK: once that has left, the peer counts on somebody who can say BYE.
  core.keep(leg, { phase: 'confirmed', localTag, contactUser, dialog });
}

function acknowledge(
  core: Core,
  { leg, request, destination: first }: ClientTransaction,
  response: SipResponse,
  dialog: Dialog,
  sdp: string | undefined,
): void {
  const type = sdp === undefined ? [] : [header('Content-Type', 'application/sdp')];
  const headers = [header('User-Agent', core.options.userAgent), ...type];
  const ack = ackForSuccess(dialog, response.cseq.number, wayOf(core, leg, core.newBranch()), headers);
  const destination = locatedHop(leg, ack.destination) ?? first;
  const whole = sdp === undefined ? ack.request : { ...ack.request, body: encoder.encode(sdp) };
  const outgoing = { bytes: printMessage(withAnswersOf(leg, request, whole, destination)), destination };
  leg.acknowledged.set(response.toTag ?? '', outgoing);
  if (leg.state.name === 'inviting' && leg.state.cancel?.cause !== 'ring-timeout') keepDialog(core, leg, dialog);
  core.send(outgoing);
}

/** 3xx to 6xx; the transaction has sent the ACK. */
function onRefused(
  core: Core,
  transaction: ClientTransaction,
  state: Inviting,
  report: ChallengedReport,
  nowMs: number,
): void {
  const { leg } = transaction;
  const { cancel } = state;
  if (cancel?.cause === 'hang-up') {
    finish(core, leg, { type: 'cancelled', atMs: nowMs });
    return;
  }
  const { status } = report.response;
  if (cancel?.giveUpAtMs !== undefined || (cancel !== undefined && isChallenge(status))) {
    finish(core, leg, { type: 'ring-timeout', atMs: nowMs });
    return;
  }
  const longer = cancel === undefined ? inviteForLonger(core, transaction, report.response, nowMs) : undefined;
  if (longer !== undefined) {
    enter(core, leg, { ...state, transaction: longer, hasProvisional: false });
    return;
  }
  const outcome = answerIfChallenged(core, transaction, report, nowMs);
  if (outcome.isAnswered) {
    enter(core, leg, { ...state, transaction: outcome.transaction, hasProvisional: false });
    return;
  }
  const again = goOn(core, transaction, state, report.response, nowMs);
  if (!again.isSent) finish(core, leg, rejectionOf(report.response, outcome.detail ?? again.fault, nowMs));
}

/** Calls once more when that may help. A call that is to be cancelled is not. */
function goOn(
  core: Core,
  transaction: ClientTransaction,
  state: Inviting,
  response: SipResponse | undefined,
  nowMs: number,
): { readonly isSent: boolean; readonly fault?: string } {
  if (state.cancel !== undefined || state.attempts === undefined) return { isSent: false };
  const again = inviteAgain(core, transaction, state.attempts, response, nowMs);
  if ('fault' in again) return { isSent: false, ...(again.fault === undefined ? {} : { fault: again.fault }) };
  enter(core, transaction.leg, { ...state, ...again, hasProvisional: false });
  return { isSent: true };
}

/** Remembers the wish; CANCEL itself goes out with or after the first provisional answer (§9.1). */
export function cancelCall(core: Core, leg: Leg, state: Inviting, cancel: Cancel, nowMs: number): void {
  if (state.cancel !== undefined) return;
  if (state.transaction.machine.kind === 'locating') {
    // Nothing was sent that could be taken back.
    forgetClient(core, state.transaction);
    finish(core, leg, { type: cancel.cause === 'hang-up' ? 'cancelled' : 'ring-timeout', atMs: nowMs });
    return;
  }
  if (state.hasProvisional) sendCancel(core, leg, state, cancel, nowMs);
  else enter(core, leg, { ...state, cancel });
}

function sendCancel(core: Core, leg: Leg, state: Inviting, cancel: Cancel, nowMs: number): void {
  const { transaction } = state;
  const { branch, destination } = transaction;
  const request = buildCancel(core, transaction.request, cancel.headers);
  startClient(core, { leg, purpose: 'cancel', branch, request, destination }, nowMs);
  enter(core, leg, { ...state, cancel: { ...cancel, giveUpAtMs: nowMs + transactionTimeoutMs(core.timers) } });
}

const ringTimeoutReason: readonly ExtraHeader[] = [{ name: 'Reason', value: 'SIP;cause=408;text="Ring time over"' }];

/** The leg's alarm before the answer: the ring time is over, or nothing followed our CANCEL. */
export function onInvitingAlarm(core: Core, leg: Leg, state: Inviting, nowMs: number): void {
  if (state.cancel === undefined) {
    cancelCall(core, leg, state, { cause: 'ring-timeout', headers: ringTimeoutReason }, nowMs);
    return;
  }
  forgetClient(core, state.transaction);
  finish(core, leg, { type: state.cancel.cause === 'hang-up' ? 'cancelled' : 'ring-timeout', atMs: nowMs });
}
