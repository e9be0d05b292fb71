/**
 * A session description that we offer inside the dialog, by re-INVITE (RFC 3261 §14.1, RFC 6141): to put the peer on hold, to
 * take it back, and the same once more to refresh the session. Left out: an offer inside a reliable provisional
 * answer, because we send none.
 */
import { contactUri, type Dialog, dialogAsCaller } from '../dialog/dialog.ts';
import { ackForSuccess } from '../dialog/in-dialog-request.ts';
import { header, listValues } from '../syntax/header.ts';
import type { SipResponse } from '../syntax/message.ts';
import { printMessage } from '../syntax/print-message.ts';
import { sdpOf } from '../syntax/sdp-body.ts';
import { locatedHop } from './aim-request.ts';
import { answerIfChallenged, withAnswersOf } from './authenticate.ts';
import { wayOf } from './build-request.ts';
import { abilityHeaders } from './build-response.ts';
import type { Core } from './core.ts';
import type { ClientTransaction, Confirmed, Leg, OwnOffer } from './leg-state.ts';
import { enter, isDialogGone, loseDialog, sendInDialog } from './leg.ts';
import { laterSessionHeaders, noteTooShort, timerOfAnswer } from './session-timer.ts';
import type { ClientReport } from './client-transactions.ts';

/** How long glare is waited out. */
const patienceMs = 10_000;
/** How often it is looked whether the peer's own offer is over. */
const busyWaitMs = 250;

const encoder = new TextEncoder();

export function offerSession(core: Core, leg: Leg, sdp: string, nowMs: number): void {
  const { state } = leg;
  const ownOffer = state.name === 'confirmed' ? state.ownOffer : undefined;
  const isFree = ownOffer === undefined || (ownOffer.isRefresh === true && ownOffer.next === undefined);
  if (state.name !== 'confirmed' || !isFree) {
    core.emit(leg, { type: 'offer-refused', status: 491, reason: 'Another offer is under way', atMs: nowMs });
  } else if (ownOffer?.transaction !== undefined) {
    enter(core, leg, { ...state, ownOffer: { ...ownOffer, next: sdp } });
  } else {
    tryOffer(core, leg, state, { sdp, giveUpAtMs: nowMs + patienceMs }, nowMs);
  }
}

/** Repeats our description as it stands; false when it cannot be now, or when nobody knows it. */
export function refreshByOffer(core: Core, leg: Leg, state: Confirmed, nowMs: number): boolean {
  const sdp = leg.session.localSdp;
  if (state.ownOffer !== undefined || sdp === undefined) return false;
  tryOffer(core, leg, state, { sdp, isRefresh: true, giveUpAtMs: nowMs + patienceMs }, nowMs);
  return true;
}

/** The leg's alarm: an offer that had to wait may go. */
export function onOfferAlarm(core: Core, leg: Leg, nowMs: number): void {
  const { state } = leg;
  if (state.name !== 'confirmed' || state.ownOffer?.retryAtMs === undefined || nowMs < state.ownOffer.retryAtMs) return;
  tryOffer(core, leg, state, state.ownOffer, nowMs);
}

/** One offer at a time, whosever it is (RFC 3261 §14.1). */
function tryOffer(core: Core, leg: Leg, state: Confirmed, offer: OwnOffer, nowMs: number): void {
  const { retryAtMs: _due, ...waiting } = offer;
  if (state.offer !== undefined || state.unacknowledged !== undefined) {
    waitForTurn(core, leg, state, { ...waiting, retryAtMs: nowMs + busyWaitMs }, nowMs);
    return;
  }
  const { sdp } = offer;
  const headers = [
    ...abilityHeaders(core, leg),
    ...laterSessionHeaders(core, leg, state.timer),
    header('Content-Type', 'application/sdp'),
  ];
  const order = { purpose: 're-invite', method: 'INVITE', headers, body: encoder.encode(sdp) } as const;
  const sent = sendInDialog(core, leg, state.dialog, order, nowMs);
  if (sent === undefined) {
    giveUp(
      core,
      leg,
      { ...state, ownOffer: waiting },
      { status: 503, reason: 'The Contact of the peer names no host' },
      nowMs,
    );
  } else {
    const { dialog, transaction } = sent;
    enter(core, leg, { ...state, dialog, ownOffer: { ...waiting, transaction } });
  }
}

function waitForTurn(
  core: Core,
  leg: Leg,
  state: Confirmed,
  waiting: OwnOffer & { readonly retryAtMs: number },
  nowMs: number,
): void {
  if (waiting.retryAtMs > waiting.giveUpAtMs) {
    giveUp(core, leg, { ...state, ownOffer: waiting }, { status: 491, reason: 'Request Pending' }, nowMs);
  } else {
    enter(core, leg, { ...state, ownOffer: waiting });
  }
}

function giveUp(
  core: Core,
  leg: Leg,
  state: Confirmed,
  { status, reason }: { readonly status: number; readonly reason: string },
  nowMs: number,
): void {
  const { ownOffer, ...rest } = state;
  if (ownOffer?.isRefresh !== true) {
    enter(core, leg, rest);
    core.emit(leg, { type: 'offer-refused', status, reason, atMs: nowMs });
    return;
  }
  const { timer } = rest;
  // The session is not gone yet: until its end it is tried again.
  enter(core, leg, timer === undefined ? rest : { ...rest, timer: { ...timer, refreshAtMs: nowMs + patienceMs } });
  offerNext(core, leg, ownOffer, nowMs);
}

/** What had to wait for a refresh. */
function offerNext(core: Core, leg: Leg, { next }: OwnOffer, nowMs: number): void {
  if (next !== undefined) offerSession(core, leg, next, nowMs);
}

export function onReInviteReport(
  core: Core,
  transaction: ClientTransaction,
  report: ClientReport,
  nowMs: number,
): void {
  const { leg } = transaction;
  if (report.type === 'response' && report.response.status >= 200 && report.response.status < 300) {
    onSuccess(core, transaction, report.response, nowMs);
    return;
  }
  const { state } = leg;
  if (state.name !== 'confirmed' || state.ownOffer?.transaction !== transaction) return;
  switch (report.type) {
    case 'timeout':
      loseDialog(core, leg, state, { status: 408 }, nowMs);
      return;
    case 'transport':
      giveUp(core, leg, state, { status: 503, reason: report.detail }, nowMs);
      return;
    case 'response':
      if (report.response.status >= 300) onRefusal(core, transaction, state, state.ownOffer, report, nowMs);
      return;
    default:
      report satisfies never;
  }
}

function onRefusal(
  core: Core,
  transaction: ClientTransaction,
  state: Confirmed,
  offer: OwnOffer,
  report: Extract<ClientReport, { readonly type: 'response' }>,
  nowMs: number,
): void {
  const { leg } = transaction;
  const { status } = report.response;
  if (isDialogGone(status)) {
    loseDialog(core, leg, state, { status }, nowMs);
    return;
  }
  const isTooShort = noteTooShort(core, leg, report.response);
  if (status === 491 || isTooShort) {
    const { transaction: _refused, ...waiting } = offer;
    const retryAtMs = isTooShort ? nowMs : nowMs + core.newGlareWaitMs(leg.isCaller);
    waitForTurn(core, leg, state, { ...waiting, retryAtMs }, nowMs);
    return;
  }
  const outcome = answerIfChallenged(core, transaction, report, nowMs);
  if (!outcome.isAnswered) giveUp(core, leg, state, report.response, nowMs);
  else if (leg.state.name === 'confirmed') {
    enter(core, leg, { ...leg.state, ownOffer: { ...offer, transaction: outcome.transaction } });
  }
}

/** Every 2xx is ACKed, also when the call has ended meanwhile; the first one is the answer. */
function onSuccess(core: Core, transaction: ClientTransaction, response: SipResponse, nowMs: number): void {
  const { leg } = transaction;
  if (transaction.ack !== undefined) {
    core.send({ bytes: transaction.ack, destination: transaction.ackDestination ?? transaction.destination });
    return;
  }
  const dialog = refreshed(dialogOf(transaction, response), response);
  const agent = header('User-Agent', core.options.userAgent);
  const ack = ackForSuccess(dialog, response.cseq.number, wayOf(core, leg, core.newBranch()), [agent]);
  const destination = locatedHop(transaction.leg, ack.destination) ?? transaction.destination;
  transaction.ack = printMessage(withAnswersOf(leg, transaction.request, ack.request, destination));
  transaction.ackDestination = destination;
  core.send({ bytes: transaction.ack, destination });
  const { state } = leg;
  if (state.name !== 'confirmed' || state.ownOffer?.transaction !== transaction) return;
  const { ownOffer, timer: _before, ...rest } = state;
  leg.session.localSdp = ownOffer.sdp;
  enter(core, leg, {
    ...rest,
    dialog: refreshed(state.dialog, response),
    ...timerOfAnswer(core, leg, response, nowMs),
  });
  const sdp = sdpOf(response);
  if (ownOffer.isRefresh !== true) core.emit(leg, { type: 'offer-accepted', sdp, atMs: nowMs });
  else if (sdp !== undefined) core.emit(leg, { type: 'answer-changed', sdp, atMs: nowMs });
  offerNext(core, leg, ownOffer, nowMs);
}

/** The dialog of the re-INVITE; when the leg is over, from what was sent. */
function dialogOf({ leg, request }: ClientTransaction, response: SipResponse): Dialog {
  const { state } = leg;
  if (state.name === 'confirmed' || state.name === 'ending') return state.dialog;
  const routeSet = listValues(request.headers, 'route');
  return { ...dialogAsCaller(response, leg.localTag, request.requestUri), routeSet };
}

/** The 2xx may move the peer's Contact (RFC 3261 §12.2.1.2). */
function refreshed(dialog: Dialog, response: SipResponse): Dialog {
  const remoteTarget = contactUri(response);
  return remoteTarget === undefined ? dialog : { ...dialog, remoteTarget };
}
