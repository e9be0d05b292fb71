/**
 * The early dialogs of an INVITE of ours: one for each To tag (RFC 3261 §12.1, §13.2.2.1), ended by 199 (RFC 6228), with the
 * session each one describes (§13.2.1) and the PRACK that a reliable 1xx is owed (RFC 3262 §4).
 */
import { dialogAsCaller, type Dialog } from '../dialog/dialog.ts';
import { parseDecimal } from '../syntax/characters.ts';
import { header, headerValue, listValues } from '../syntax/header.ts';
import type { SipResponse } from '../syntax/message.ts';
import { sdpOf } from '../syntax/sdp-body.ts';
import type { Core } from './core.ts';
import type { ClientTransaction, EarlyDialog } from './leg-state.ts';
import { sendInDialog } from './leg.ts';

const encoder = new TextEncoder();

/** Most dialogs one INVITE may open: a fork that answers more often is not followed. */
export const maxEarlyDialogs = 16;

/** What a 1xx tells beside its status. */
export interface ProvisionalNews {
  /** To tag: which early dialog it belongs to; absent when it made none. */
  readonly remoteTag?: string;
  /** What it described, unless the session of that dialog was agreed before. */
  readonly sdp?: string;
  /** The network says that nothing may be heard before the answer (RFC 5009). */
  readonly isMediaBarred?: true;
  /** The peer's offer, because the INVITE had none. */
  readonly offer?: { readonly offerId: string; readonly sdp: string };
}

/**
 * Takes a 1xx into the early dialog of its To tag and acknowledges it when it is reliable. Undefined when it must be ignored: it came
 * before, or out of order (RFC 3262 §4).
 */
export function takeProvisional(
  core: Core,
  transaction: ClientTransaction,
  response: SipResponse,
  nowMs: number,
): ProvisionalNews | undefined {
  const { toTag, status } = response;
  if (toTag === undefined || status === 100) return {};
  const { early } = transaction;
  const known = early.get(toTag);
  if (known === undefined && early.size >= maxEarlyDialogs) {
    core.drop('too-many-forks', `More than ${maxEarlyDialogs} early dialogs of one INVITE.`, transaction.destination);
    return undefined;
  }
  const rseq = reliableNumber(response);
  if (rseq !== undefined && known?.rseq !== undefined && rseq !== known.rseq + 1) {
    // One that came before has its PRACK, which repeats itself; one behind a gap comes again once the gap is filled.
    if (rseq > known.rseq) core.drop('rseq-gap', 'A reliable provisional answer is ahead.', transaction.destination);
    return undefined;
  }
  const isOfferless = transaction.request.body.length === 0;
  const described = known?.answer?.isReliable === true ? undefined : sdpOf(response);
  // An offer of the peer must come reliably; what else an INVITE without one brings about says nothing yet (RFC 3262 §5).
  const offer = isOfferless && rseq !== undefined && !isCancelled(transaction) ? described : undefined;
  const sdp = isOfferless ? undefined : described;
  const { dialog = dialogAsCaller(response, transaction.leg.localTag, transaction.request.requestUri) } = known ?? {};
  const taken: EarlyDialog = {
    ...known,
    dialog,
    ...(rseq === undefined ? {} : { rseq }),
    ...(sdp === undefined ? {} : { answer: { sdp, isReliable: rseq !== undefined } }),
  };
  early.set(toTag, taken);
  const rack = `${rseq ?? 0} ${response.cseq.number} INVITE`;
  if (offer !== undefined) {
    const offerId = `PRACK ${rack} ${toTag}`;
    early.set(toTag, { ...taken, answer: { sdp: offer, isReliable: true }, unanswered: { offerId, rack } });
    return { remoteTag: toTag, offer: { offerId, sdp: offer } };
  }
  if (rseq !== undefined) sendPrack(core, transaction, taken, rack, undefined, nowMs);
  if (status === 199) early.delete(toTag);
  return {
    remoteTag: toTag,
    ...(sdp === undefined ? {} : { sdp }),
    ...(isMediaBarred(response) ? { isMediaBarred: true } : {}),
  };
}

/** RSeq of a 1xx that wants a PRACK. */
function reliableNumber({ headers }: SipResponse): number | undefined {
  const isReliable = listValues(headers, 'require').some((option) => option.toLowerCase() === '100rel');
  // Counted from a first value below 2^31, so it stays below 2^32 (§3, §7.1).
  const rseq = isReliable ? parseDecimal(headerValue(headers, 'rseq') ?? '', 0xffff_ffff) : undefined;
  return rseq === 0 ? undefined : rseq;
}

/** P-Early-Media names the directions that are authorised, as seen from the far end (RFC 5009 §8). */
function isMediaBarred({ headers }: SipResponse): boolean {
  return listValues(headers, 'p-early-media').some((value) => /^(?:inactive|recvonly)$/i.test(value));
}

/** A request of its own inside the early dialog, with a number of its own (RFC 3262 §4, §7.2). */
function sendPrack(
  core: Core,
  transaction: ClientTransaction,
  taken: EarlyDialog,
  rack: string,
  sdp: string | undefined,
  nowMs: number,
): void {
  const { leg, early } = transaction;
  const type = sdp === undefined ? [] : [header('Content-Type', 'application/sdp')];
  const body = sdp === undefined ? {} : { body: encoder.encode(sdp) };
  const order = { purpose: 'prack', method: 'PRACK', headers: [header('RAck', rack), ...type], ...body } as const;
  const sent = sendInDialog(core, leg, taken.dialog, order, nowMs);
  if (sent === undefined) {
    core.drop(
      'no-target',
      'A reliable provisional answer has no Contact to acknowledge it at.',
      transaction.destination,
    );
    return;
  }
  const { dialog } = sent;
  early.set(dialog.remoteTag ?? '', { ...taken, dialog });
}

function isCancelled({ leg: { state } }: ClientTransaction): boolean {
  return state.name === 'inviting' && state.cancel !== undefined;
}

/** Answers the offer of a reliable 1xx in its PRACK (RFC 3262 §5); false when there is no such offer. */
export function answerInPrack(
  core: Core,
  transaction: ClientTransaction,
  offerId: string,
  sdp: string | undefined,
  nowMs: number,
): boolean {
  for (const known of transaction.early.values()) {
    const { unanswered, ...answered } = known;
    if (unanswered?.offerId !== offerId) continue;
    if (sdp !== undefined) transaction.leg.session.localSdp = sdp;
    sendPrack(core, transaction, answered, unanswered.rack, sdp, nowMs);
    return true;
  }
  return false;
}

/** The offer of a 2xx to an INVITE that had none, unless the session was agreed on before. */
export function offerOf({ early, request }: ClientTransaction, response: SipResponse): string | undefined {
  const isAgreed = early.get(response.toTag ?? '')?.answer?.isReliable === true;
  return isAgreed || request.body.length > 0 ? undefined : sdpOf(response);
}

/**
 * The dialog of a 2xx. Its route set and target are those of the 2xx, even when a 1xx said otherwise; what both sides have counted
 * goes on from the early dialog (RFC 3261 §13.2.2.4).
 */
export function confirmedDialog({ leg, request, early }: ClientTransaction, response: SipResponse): Dialog {
  const fresh = dialogAsCaller(response, leg.localTag, request.requestUri);
  const before = early.get(response.toTag ?? '')?.dialog;
  if (before === undefined) return fresh;
  return { ...fresh, localCSeq: Math.max(fresh.localCSeq, before.localCSeq), remoteCSeq: before.remoteCSeq };
}

/**
 * The answer to our offer (RFC 3261 §13.2.1): what came reliably in a 1xx of this dialog, whatever the 2xx says; else that of the
 * 2xx. An unreliable 1xx should say the same as the 2xx: many gateways play announcements from elsewhere first, so what it said
 * counts only where the 2xx says nothing.
 */
export function answerOf(
  core: Core,
  { early, destination }: ClientTransaction,
  response: SipResponse,
): string | undefined {
  const before = early.get(response.toTag ?? '')?.answer;
  const sdp = sdpOf(response);
  if (before?.isReliable !== true) return sdp ?? before?.sdp;
  if (sdp !== undefined && sdp !== before.sdp) {
    core.drop('second-answer', 'A 2xx describes another session than its reliable 1xx.', destination);
  }
  return before.sdp;
}
