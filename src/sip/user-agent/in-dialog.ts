/**
 * Requests of the peer inside a dialog (RFC 3261 §12.2.2, §14.2, §15.1.2; UPDATE RFC 3311; INFO RFC 6086). NOTIFY of
 * our REFER and REFER: `refer.ts`, `incoming-refer.ts`. PRACK is answered 405.
 */
import type { ExtraHeader, Hop } from '../contract.ts';
import { contactUri, type Dialog, isOfDialog } from '../dialog/dialog.ts';
import { type Header, header, headerValue } from '../syntax/header.ts';
import type { SipRequest } from '../syntax/message.ts';
import { hasKeyBody, keyOf } from '../syntax/key-body.ts';
import { sdpOf } from '../syntax/sdp-body.ts';
import {
  abilityHeaders,
  type Answer,
  answerStatelessly,
  contactHeader,
  reasonOf,
  retryAfterHeader,
} from './build-response.ts';
import type { Core } from './core.ts';
import type { Confirmed, Inviting, Leg, ServerTransaction } from './leg-state.ts';
import { onPeerRefer, referRefusal } from './incoming-refer.ts';
import { awaitAck, enter, finish, sayBye, withdrawOffer } from './leg.ts';
import { notifyRefusal, onNotify } from './refer.ts';
import { methodRefusal, optionsAnswer } from './request-checks.ts';
import { answerSession, findShortSession } from './session-timer.ts';
import { respond, startServer } from './server-transactions.ts';

/** Most transactions of one leg at a time: a peer that asks for more is told to wait. */
const maxTransactionsOfLeg = 64;

export function onInDialogRequest(core: Core, request: SipRequest, source: Hop, nowMs: number): void {
  const leg = core.legs.get(request.callId);
  const dialog = leg === undefined ? undefined : dialogFor(leg, request);
  if (leg === undefined || dialog === undefined) {
    answerStatelessly(core, request, source, { status: 481 });
    return;
  }
  const refusal = findRefusal(core, leg, dialog, request);
  if (refusal !== undefined) {
    // It is not counted: the same request again gets the same answer.
    answerStatelessly(core, request, source, { ...refusal, toTag: leg.localTag });
    return;
  }
  count(leg, dialog, request);
  onRequest(core, leg, request, source, nowMs);
}

function dialogFor(leg: Leg, request: SipRequest): Dialog | undefined {
  const { state } = leg;
  switch (state.name) {
    case 'inviting': {
      const dialog = state.transaction.early.get(request.fromTag ?? '')?.dialog;
      return dialog !== undefined && isOfDialog(dialog, request) ? dialog : undefined;
    }
    case 'alerting':
    case 'confirmed':
    case 'ending':
      return isOfDialog(state.dialog, request) ? state.dialog : undefined;
    case 'over':
      return undefined;
    default:
      return state satisfies never;
  }
}

function findRefusal(core: Core, leg: Leg, dialog: Dialog, request: SipRequest): Answer | undefined {
  if (dialog.remoteCSeq !== undefined && request.cseq.number <= dialog.remoteCSeq) {
    return { status: 500, reason: 'CSeq Out Of Order' };
  }
  if (leg.openTransactions >= maxTransactionsOfLeg) return { status: 500, headers: [retryAfterHeader(core)] };
  switch (request.method) {
    case 'BYE':
      // Before the 2xx the callee has nothing to end by BYE (§15).
      return leg.state.name === 'inviting' ? { status: 481 } : undefined;
    case 'INVITE':
    case 'UPDATE':
      return findOfferRefusal(core, leg, request) ?? findShortSession(core, request);
    case 'INFO':
      // No Info package is offered, so only the INFO of before RFC 6086 is taken.
      if (headerValue(request.headers, 'info-package') !== undefined) {
        return { status: 469, headers: [header('Recv-Info', '')] };
      }
      return leg.state.name === 'ending' ? { status: 481 } : undefined;
    case 'NOTIFY':
      return notifyRefusal(leg, request);
    case 'REFER':
      return referRefusal(core, leg, request);
    case 'OPTIONS':
      return undefined;
    default:
      return methodRefusal(request.method);
  }
}

/** Glare and order of offers: RFC 3261 §14.2, RFC 3311 §5.2. */
function findOfferRefusal(core: Core, leg: Leg, request: SipRequest): Answer | undefined {
  const { state } = leg;
  const hasOffer = request.method === 'INVITE' || sdpOf(request) !== undefined;
  switch (state.name) {
    case 'inviting': {
      if (!hasOffer && state.offer === undefined) return undefined;
      if (state.offer !== undefined) return { status: 500, headers: [retryAfterHeader(core)] };
      // Our own offer is answered once an answer came reliably (RFC 3311 §5.1).
      const isOpen = state.transaction.early.get(request.fromTag ?? '')?.answer?.isReliable !== true;
      return request.method === 'INVITE' || isOpen ? { status: 491 } : undefined;
    }
    case 'alerting':
      return hasOffer ? { status: 500, headers: [retryAfterHeader(core)] } : undefined;
    case 'confirmed':
      // Two UPDATEs at once are never answered at once, with offers or without (RFC 3311 §5.2).
      if (!hasOffer && state.offer?.transaction.request.method !== 'UPDATE') return undefined;
      if (state.offer !== undefined) return { status: 500, headers: [retryAfterHeader(core)] };
      // A 2xx that answered needs no ACK for the next exchange: the peer has it (RFC 5407 §3.1.4); one that offered does (§3.1.5).
      return state.unacknowledged?.isOffer === true ||
        state.pendingBye !== undefined ||
        state.ownOffer?.transaction !== undefined
        ? { status: 491 }
        : undefined;
    case 'ending':
    case 'over':
      return { status: 481 };
    default:
      return state satisfies never;
  }
}

/** Takes note of the peer's sequence number. */
function count(leg: Leg, dialog: Dialog, request: SipRequest): void {
  const counted = { ...dialog, remoteCSeq: request.cseq.number };
  const { state } = leg;
  if (state.name === 'inviting') {
    const { early } = state.transaction;
    early.set(request.fromTag ?? '', { ...early.get(request.fromTag ?? ''), dialog: counted });
  } else if (state.name !== 'over') {
    leg.state = { ...state, dialog: counted };
  }
}

function onRequest(core: Core, leg: Leg, request: SipRequest, source: Hop, nowMs: number): void {
  const transaction = startServer(core, leg, request, source, nowMs);
  const { state } = leg;
  switch (request.method) {
    case 'BYE':
      respond(core, transaction, { status: 200 }, nowMs);
      if (state.name === 'confirmed') withdrawOffer(core, state, nowMs);
      if (state.name === 'alerting') respond(core, state.transaction, { status: 487 }, nowMs);
      finish(core, leg, { type: 'bye-received', ...reasonOf(request), atMs: nowMs });
      break;
    case 'INVITE':
    case 'UPDATE': {
      const sdp = sdpOf(request);
      if (state.name === 'inviting' && sdp !== undefined) {
        const offerId = `${request.cseq.number} ${request.method}`;
        enter(core, leg, { ...state, offer: { offerId, transaction, remoteTag: request.fromTag ?? '' } });
        core.emit(leg, { type: 'offer-received', offerId, sdp, atMs: nowMs });
      } else if (state.name === 'confirmed' && (request.method === 'INVITE' || sdp !== undefined)) {
        const offerId = `${request.cseq.number} ${request.method}`;
        const { unacknowledged, ...rest } = state;
        const isStillAwaited = unacknowledged !== undefined && request.method === 'UPDATE';
        enter(core, leg, { ...rest, ...(isStillAwaited ? { unacknowledged } : {}), offer: { offerId, transaction } });
        core.emit(leg, { type: 'offer-received', offerId, sdp, atMs: nowMs });
      } else {
        refreshTarget(core, transaction);
        const headers = [...abilityHeaders(core, leg), ...renewSession(core, leg, request, nowMs)];
        respond(core, transaction, { status: 200, headers }, nowMs);
      }
      break;
    }
    case 'NOTIFY':
      respond(core, transaction, { status: 200, headers: [contactHeader(core, leg)] }, nowMs);
      onNotify(core, leg, request, nowMs);
      break;
    case 'REFER':
      onPeerRefer(core, leg, transaction, nowMs);
      break;
    case 'OPTIONS':
      respond(core, transaction, optionsAnswer(core), nowMs);
      break;
    case 'INFO':
      respond(core, transaction, { status: 200 }, nowMs);
      if (state.name === 'confirmed') onInfo(core, leg, request, source, nowMs);
      break;
    default:
      respond(core, transaction, { status: 200 }, nowMs);
  }
}

/** Of what an INFO may tell only a key means something here. */
function onInfo(core: Core, leg: Leg, request: SipRequest, source: Hop, nowMs: number): void {
  const key = keyOf(request);
  if (key !== undefined) core.emit(leg, { type: 'key-received', key, atMs: nowMs });
  else if (hasKeyBody(request)) core.drop('unreadable-key', 'The body of an INFO tells of no key.', source);
}

/** INVITE and UPDATE begin the session anew (RFC 4028 §9); what the 2xx says of it. */
function renewSession(core: Core, leg: Leg, request: SipRequest, nowMs: number): readonly Header[] {
  if (leg.state.name !== 'confirmed') return [];
  const { timer: before, ...rest } = leg.state;
  const { headers, timer } = answerSession(core, leg, request, before, nowMs);
  enter(core, leg, timer === undefined ? rest : { ...rest, timer });
  return headers;
}

/** INVITE and UPDATE may move the peer's Contact (§12.2.2), and come by another connection. */
function refreshTarget(core: Core, { leg, request, source }: ServerTransaction): void {
  const remoteTarget = contactUri(request);
  const { state } = leg;
  if (source.connection !== undefined) leg.reach = { ...leg.reach, hop: source };
  if (remoteTarget === undefined) return;
  if (state.name === 'inviting') {
    const { early } = state.transaction;
    const known = early.get(request.fromTag ?? '');
    if (known !== undefined) early.set(request.fromTag ?? '', { ...known, dialog: { ...known.dialog, remoteTarget } });
  } else if (state.name === 'confirmed' || state.name === 'alerting') {
    enter(core, leg, { ...state, dialog: { ...state.dialog, remoteTarget } });
  }
}

/** The answer to an offer in an early dialog; what the peer offered holds from now on as if it had answered so. */
export function answerEarlyOffer(
  core: Core,
  leg: Leg,
  state: Inviting,
  offerId: string,
  sdp: string | undefined,
  nowMs: number,
): void {
  const { offer, ...rest } = state;
  if (offer?.offerId !== offerId) return;
  const { transaction, remoteTag } = offer;
  enter(core, leg, rest);
  if (sdp === undefined) {
    respond(core, transaction, { status: 488 }, nowMs);
    return;
  }
  refreshTarget(core, transaction);
  const { early } = state.transaction;
  const known = early.get(remoteTag);
  const offered = sdpOf(transaction.request);
  if (known !== undefined && offered !== undefined) {
    early.set(remoteTag, { ...known, answer: { sdp: offered, isReliable: true } });
  }
  leg.session.localSdp = sdp;
  const headers = abilityHeaders(core, leg);
  respond(core, transaction, { status: 200, headers, sdp }, nowMs);
}

export function answerPeerOffer(
  core: Core,
  leg: Leg,
  state: Confirmed,
  offerId: string,
  sdp: string | undefined,
  nowMs: number,
): void {
  const { offer, ...rest } = state;
  if (offer?.offerId !== offerId) return;
  const { transaction } = offer;
  if (sdp === undefined) {
    respond(core, transaction, { status: 488 }, nowMs);
    enter(core, leg, rest);
    return;
  }
  enter(core, leg, rest);
  refreshTarget(core, transaction);
  leg.session.localSdp = sdp;
  const session = renewSession(core, leg, transaction.request, nowMs);
  const headers = [...abilityHeaders(core, leg), ...session];
  respond(core, transaction, { status: 200, headers, sdp }, nowMs);
  const unacknowledged =
    transaction.request.method === 'INVITE' ? awaitAck(core, transaction, false, nowMs) : undefined;
  if (unacknowledged !== undefined && leg.state.name === 'confirmed') {
    enter(core, leg, { ...leg.state, unacknowledged });
  }
}

/** The ACK of a 2xx: it stops the repetition, and a BYE that waited for it may go (§13.3.1.4, §15). */
export function onAckForSuccess(core: Core, request: SipRequest, source: Hop, nowMs: number): void {
  const leg = core.legs.get(request.callId);
  const dialog = leg === undefined ? undefined : dialogFor(leg, request);
  if (leg === undefined || dialog === undefined) {
    // An ACK for a stateless refusal ends here too.
    core.drop('stray-ack', 'An ACK belongs to no call.', source);
    return;
  }
  if (leg.state.name !== 'confirmed') return;
  const { unacknowledged, pendingBye, ...rest } = leg.state;
  if (unacknowledged?.cseq !== request.cseq.number) return;
  enter(core, leg, rest);
  if (pendingBye !== undefined) {
    sayBye(core, leg, rest, pendingBye, nowMs);
    return;
  }
  const sdp = unacknowledged.isOffer ? sdpOf(request) : undefined;
  if (sdp !== undefined) core.emit(leg, { type: 'answer-changed', sdp, atMs: nowMs });
  else if (unacknowledged.isOffer) core.drop('no-answer-in-ack', 'An ACK does not answer what was offered.', source);
}

/** BYE now, or once the ACK for our 2xx has come. */
export function endConfirmed(
  core: Core,
  leg: Leg,
  state: Confirmed,
  extras: readonly ExtraHeader[],
  nowMs: number,
): void {
  if (state.unacknowledged?.isInitial === true) enter(core, leg, { ...state, pendingBye: extras });
  else sayBye(core, leg, state, extras, nowMs);
}
