/**
 * A blind transfer from the side of the one who asks for it: REFER inside the dialog (RFC 3515, RFC 5589 §6.1), its answer, and
 * the NOTIFYs of the subscription that it makes (RFC 6665), which may come before the answer. Every REFER has a subscription of
 * its own, known by its number (RFC 3515 §2.4.6); a peer may do without one (RFC 4488). Left out: REFER outside a dialog.
 */
import type { ReferOrder } from '../contract.ts';
import type { LegEvent } from '../leg-event.ts';
import { parseCSeq } from '../syntax/core-fields.ts';
import { header, headerValue } from '../syntax/header.ts';
import type { RequestParts, SipRequest, SipResponse } from '../syntax/message.ts';
import { findParameter, parseWithParameters } from '../syntax/parameters.ts';
import { isFragment, parseFragmentStatus } from '../syntax/sipfrag.ts';
import { answerIfChallenged } from './authenticate.ts';
import { referHeaders } from './build-refer.ts';
import { type Answer, allowHeader } from './build-response.ts';
import type { Core } from './core.ts';
import type { ClientTransaction, Confirmed, Leg, Referral } from './leg-state.ts';
import { enter, loseDialog, sendInDialog } from './leg.ts';
import type { ChallengedReport } from './authenticate.ts';
import type { ClientReport } from './client-transactions.ts';

/** The peer's own words are not told beyond this. */
const mostReasonCharacters = 128;
/** Most subscriptions of earlier REFERs that are remembered while their peer has not ended them. */
const mostPastReferrals = 8;

type Failed = Extract<LegEvent, { readonly type: 'refer-failed' }>;

export function sendRefer(core: Core, leg: Leg, order: ReferOrder, nowMs: number): void {
  const { state } = leg;
  const notSent = (detail: string): void => {
    core.emit(leg, { type: 'refer-failed', cause: 'not-sent', status: undefined, detail, atMs: nowMs });
  };
  if (state.name !== 'confirmed') {
    notSent('The call is not answered.');
    return;
  }
  if (state.referral?.isSettled === false) {
    notSent('Another transfer is under way.');
    return;
  }
  const headers = referHeaders(core, leg, state.dialog, order);
  if (!headers.ok) {
    notSent(headers.error);
    return;
  }
  const refer = { purpose: 'refer', method: 'REFER', headers: [...headers.value, allowHeader] } as const;
  const sent = sendInDialog(core, leg, state.dialog, refer, nowMs);
  if (sent === undefined) {
    notSent('The Contact of the peer names no host.');
    return;
  }
  const { noticeTimeoutMs } = order;
  const cseq = numberOf(sent.transaction.request);
  const referral = { cseq, noticeTimeoutMs, isAccepted: false, isSettled: false };
  const { referral: before, pastReferrals = [] } = state;
  const past = before === undefined ? pastReferrals : [...pastReferrals, before.cseq].slice(-mostPastReferrals);
  enter(core, leg, { ...state, dialog: sent.dialog, referral, pastReferrals: past });
}

function numberOf(request: RequestParts): number {
  const cseq = parseCSeq(headerValue(request.headers, 'cseq') ?? '');
  return cseq.ok ? cseq.value.number : 0;
}

/** The referral that waits for its result, with the state that holds it. */
function pending(leg: Leg, cseq: number): { readonly state: Confirmed; readonly referral: Referral } | undefined {
  const { state } = leg;
  if (state.name !== 'confirmed' || state.referral === undefined) return undefined;
  const { referral } = state;
  return referral.cseq === cseq && !referral.isSettled ? { state, referral } : undefined;
}

export function onReferReport(core: Core, transaction: ClientTransaction, report: ClientReport, nowMs: number): void {
  const { leg } = transaction;
  const waiting = pending(leg, numberOf(transaction.request));
  if (waiting === undefined) return;
  const { state, referral } = waiting;
  if (report.type === 'response') {
    if (report.response.status >= 200) onAnswer(core, transaction, state, referral, report, nowMs);
    return;
  }
  // A NOTIFY is an answer, too: the 2xx itself was lost.
  if (referral.isAccepted) return;
  const detail = report.type === 'timeout' ? 'The REFER was not answered.' : report.detail;
  settle(core, leg, state, referral, { type: 'refer-failed', cause: 'no-response', status: 408, detail, atMs: nowMs });
}

function onAnswer(
  core: Core,
  transaction: ClientTransaction,
  state: Confirmed,
  referral: Referral,
  report: ChallengedReport,
  nowMs: number,
): void {
  const { leg } = transaction;
  const { status, reason } = report.response;
  if (status < 300) {
    onTaken(core, leg, state, referral, report.response, nowMs);
    return;
  }
  if (status === 481) {
    loseDialog(core, leg, state, { status }, nowMs);
    return;
  }
  const outcome = answerIfChallenged(core, transaction, report, nowMs);
  if (outcome.isAnswered) {
    const cseq = numberOf(outcome.transaction.request);
    if (leg.state.name === 'confirmed') enter(core, leg, { ...leg.state, referral: { ...referral, cseq } });
    return;
  }
  const why = outcome.detail === undefined ? '' : ` ${outcome.detail}`;
  const detail = `The REFER was refused: ${status} ${reason.slice(0, mostReasonCharacters)}.${why}`;
  settle(core, leg, state, referral, { type: 'refer-failed', cause: 'refused', status, detail, atMs: nowMs });
}

function onTaken(
  core: Core,
  leg: Leg,
  state: Confirmed,
  referral: Referral,
  { status, headers }: SipResponse,
  nowMs: number,
): void {
  if (referral.isAccepted) return;
  const accepted = accept(core, leg, state, referral, status, nowMs);
  const isSilent = /^\s*false\b/i.test(headerValue(headers, 'refer-sub') ?? '');
  if (!isSilent || leg.state.name !== 'confirmed') return;
  // No NOTIFY will come (RFC 4488 §4): that it was taken is all there is to know.
  const reason = 'Accepted without news';
  settle(core, leg, leg.state, accepted, { type: 'refer-done', status, reason, atMs: nowMs });
}

function accept(core: Core, leg: Leg, state: Confirmed, referral: Referral, status: number, nowMs: number): Referral {
  const accepted = { ...referral, isAccepted: true, deadlineMs: nowMs + referral.noticeTimeoutMs };
  enter(core, leg, { ...state, referral: accepted });
  core.emit(leg, { type: 'refer-accepted', status, atMs: nowMs });
  return accepted;
}

/** The result is known. The subscription stays until the peer ends it, so that its NOTIFYs are answered. */
function settle(
  core: Core,
  leg: Leg,
  state: Confirmed,
  { deadlineMs: _none, ...referral }: Referral,
  event: LegEvent,
): void {
  enter(core, leg, { ...state, referral: { ...referral, isSettled: true } });
  core.emit(leg, event);
}

/** Why a NOTIFY is refused: it is of another event package (489) or of no subscription of ours (481). */
export function notifyRefusal(leg: Leg, request: SipRequest): Answer | undefined {
  const event = readEvent(headerValue(request.headers, 'event') ?? '');
  if (event?.package !== 'refer') return { status: 489, headers: [header('Allow-Events', 'refer')] };
  const { state } = leg;
  // Behind our BYE the subscription lives on until its last NOTIFY (RFC 5057 §4.1).
  if (state.name === 'ending') return undefined;
  if (state.name !== 'confirmed' || subscriptionOf(state, event.id) === undefined)
    return { status: 481, reason: 'Subscription Does Not Exist' };
  return isFragment(request) ? undefined : { status: 415, headers: [header('Accept', 'message/sipfrag')] };
}

/** Which of our REFERs a NOTIFY is about; one that names none is about the first that still has a subscription. */
function subscriptionOf({ referral, pastReferrals = [] }: Confirmed, id: number | undefined): number | undefined {
  const alive = [...pastReferrals, ...(referral === undefined ? [] : [referral.cseq])];
  return id === undefined ? alive[0] : alive.find((cseq) => cseq === id);
}

function readEvent(text: string): { readonly package: string; readonly id: number | undefined } | undefined {
  const event = parseWithParameters(text);
  if (!event.ok) return undefined;
  const id = findParameter(event.value.parameters, 'id')?.value;
  return { package: event.value.value.toLowerCase(), id: id === undefined ? undefined : Number(id) };
}

/** A NOTIFY that was answered 200. */
export function onNotify(core: Core, leg: Leg, request: SipRequest, nowMs: number): void {
  const { state } = leg;
  if (state.name !== 'confirmed') return;
  const isLast = /^\s*terminated\b/i.test(headerValue(request.headers, 'subscription-state') ?? '');
  const cseq = subscriptionOf(state, readEvent(headerValue(request.headers, 'event') ?? '')?.id);
  if (state.referral === undefined || state.referral.cseq !== cseq) {
    const pastReferrals = state.pastReferrals?.filter((past) => !isLast || past !== cseq) ?? [];
    enter(core, leg, { ...state, pastReferrals });
    return;
  }
  if (!state.referral.isSettled) take(core, leg, state, state.referral, request, isLast, nowMs);
  if (isLast && leg.state.name === 'confirmed') {
    const { referral: _ended, ...rest } = leg.state;
    enter(core, leg, rest);
  }
}

function take(
  core: Core,
  leg: Leg,
  state: Confirmed,
  before: Referral,
  request: SipRequest,
  isLast: boolean,
  nowMs: number,
): void {
  const referral = before.isAccepted ? before : accept(core, leg, state, before, 202, nowMs);
  const told = parseFragmentStatus(request.body);
  if (told !== undefined && told.status >= 200 && told.status < 300) {
    settle(core, leg, state, referral, { type: 'refer-done', ...told, atMs: nowMs });
  } else if (told !== undefined && told.status >= 300) {
    const { status, reason } = told;
    const detail = `The transfer target answered ${status} ${reason}.`;
    settle(core, leg, state, referral, { type: 'refer-failed', cause: 'target', status, detail, atMs: nowMs });
  } else if (isLast) {
    settle(core, leg, state, referral, noResult('The subscription ended without a result.', nowMs));
  } else {
    enter(core, leg, { ...state, referral: { ...referral, deadlineMs: nowMs + referral.noticeTimeoutMs } });
    if (told !== undefined) core.emit(leg, { type: 'refer-progress', ...told, atMs: nowMs });
  }
}

/** The leg's alarm: no news for too long. Whatever comes later is of no subscription any more. */
export function onReferAlarm(core: Core, leg: Leg, nowMs: number): void {
  const { state } = leg;
  if (state.name !== 'confirmed' || state.referral?.deadlineMs === undefined) return;
  if (nowMs < state.referral.deadlineMs) return;
  const { referral: _given, ...rest } = state;
  enter(core, leg, rest);
  core.emit(leg, noResult('The peer did not say how the transfer ended.', nowMs));
}

function noResult(detail: string, nowMs: number): Failed {
  return { type: 'refer-failed', cause: 'no-result', status: undefined, detail, atMs: nowMs };
}
