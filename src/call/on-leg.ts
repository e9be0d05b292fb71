/** What the SIP dialog reports, taken into the call. */
import { gatewayError } from '../kit/index.ts';
import { acceptAudioAnswer, notEncrypted, refuseOffer } from '../sdp/index.ts';
import { type ExtraHeader, type Hop, type LegEvent, printHostPort, readReason } from '../sip/index.ts';
import { onAccepted, onGivenUp } from './answer-call.ts';
import { completed, conclude, dialogOver, fail, settle } from './call-ending.ts';
import { type CallOutcome, notify, observe, andThen, warn } from './call-outcome.ts';
import type { CallState } from './call-state.ts';
import { take } from './call-turns.ts';
import { onProvisional } from './early-media.ts';
import { onKey } from './key-presses.ts';
import { localSide } from './local-offer.ts';
import { noteHold, onAnswerChanged, onOffer, withAgreed } from './on-session.ts';
import { onByeInRedirection, onReferReceived, onReplaceReceived } from './on-redirection.ts';
import { endedByOther, isUnanswered } from './other-party.ts';
import { onByeInTransfer, onTransferLeg } from './on-transfer.ts';
import { afterEarlySounds } from './progress-sound.ts';
import { factsOfStatus, readRefusal } from './refusal.ts';
import type { SecondLegVerdict } from './second-leg.ts';

/** Q.850: 18 no user responding, 19 no answer from the user, 38 network out of order, 88 incompatible destination. */
const noResponseCause = 18;
const noAnswerCause = 19;
const networkCause = 38;
const incompatibleCause = 88;

/** Of the BYE to a far end whose answer leads to no audio (RFC 3326). */
const noCommonMedia = { name: 'Reason', value: 'SIP;cause=488;text="Not Acceptable Here"' };

const unanswered = gatewayError('sip.no-answer', 'Nobody answered within the ring time');

/** `newLeg`: what is known of the leg of a `replace-received`. */
export function onLeg(state: CallState, event: LegEvent, newLeg: SecondLegVerdict, nowMs: number): CallOutcome {
  switch (event.type) {
    case 'invited':
      return state.phase === 'dialling' && state.invitedAtMs === undefined
        ? [
            { ...state, invitedAtMs: event.atMs },
            notify('started'),
            observe({ type: 'call.started', atMs: event.atMs }),
          ]
        : [state];
    case 'provisional':
      return onProvisional(state, event);
    case 'redirected': {
      const { type: _type, atMs: _at, ...redirection } = event;
      return [{ ...state, redirects: [...state.redirects, redirection] }];
    }
    case 'answered': {
      const { sdp, offerId, atMs } = event;
      const told = event.headers === undefined ? state : withAnswerHeaders(state, event.headers);
      // An INVITE without an offer is answered with one, and the ACK brings our answer.
      const described: CallOutcome = offerId === undefined ? [told] : answerLateOffer(told, offerId, sdp ?? '', nowMs);
      return andThen(described, (next) => onAnswered(next, sdp, atMs, nowMs));
    }
    case 'offer-received':
      return onOffer(state, event.offerId, event.sdp, nowMs);
    case 'rejected': {
      const { error, facts } = readRefusal(event);
      return dialogOver(state, afterEarlySounds(state, error), nowMs, facts);
    }
    case 'ring-timeout':
      return dialogOver(state, afterEarlySounds(state, unanswered), nowMs, {
        q850Cause: state.ringingAtMs === undefined ? noResponseCause : noAnswerCause,
      });
    case 'hop-failed':
      return onHopFailed(state, event, nowMs);
    case 'unreachable':
      return event.cause === 'timeout'
        ? dialogOver(state, gatewayError('sip.timeout', event.detail), nowMs, factsOfStatus(408))
        : dialogOver(
            state,
            gatewayError(event.cause === 'location' ? 'sip.not-located' : 'sip.unreachable', event.detail),
            nowMs,
            { q850Cause: networkCause },
          );
    case 'dialog-lost':
      return dialogOver(
        state,
        gatewayError('sip.dialog-lost', event.detail ?? `The far end no longer knows the call (${event.status})`),
        nowMs,
        factsOfStatus(event.status),
      );
    case 'answer-changed':
      return onAnswerChanged(state, event.sdp, nowMs);
    case 'accepted':
      return onAccepted(state, event.atMs, nowMs);
    case 'unacknowledged':
      return fail(state, gatewayError('sip.no-ack', 'The caller did not acknowledge that it was answered'), nowMs);
    case 'info-answered':
      return onInfoAnswered(state, event.status, nowMs);
    case 'key-received':
      return onKey(state, event.key, 'info', event.atMs, nowMs);
    case 'bye-received':
      return onBye({ ...state, awaits: { ...state.awaits, dialog: false } }, event.reasonHeader, nowMs);
    case 'offer-accepted':
    case 'offer-refused':
    case 'refer-accepted':
    case 'refer-progress':
    case 'refer-done':
    case 'refer-failed':
      return onTransferLeg(state, event, nowMs);
    case 'refer-received':
      // The user agent refuses what it was not told to accept.
      return onReferReceived(state, event.referId, event.refer);
    case 'replace-received':
      return onReplaceReceived(state, event, newLeg, nowMs);
    case 'cancelled':
      if (isUnanswered(state)) return onGivenUp(state, nowMs);
      return settle({ ...state, awaits: { ...state.awaits, dialog: false } }, nowMs);
    case 'bye-finished':
      return settle({ ...withByeStatus(state, event.status), awaits: { ...state.awaits, dialog: false } }, nowMs);
    default:
      return event satisfies never;
  }
}

function withAnswerHeaders(state: CallState, headers: readonly ExtraHeader[]): CallState {
  return { ...state, answerHeaders: Object.fromEntries(headers.map(({ name, value }) => [name, value])) };
}

/** A warning each, so that log and record tell which hops were tried and why each one failed. */
function onHopFailed(state: CallState, event: Extract<LegEvent, { type: 'hop-failed' }>, nowMs: number): CallOutcome {
  const { method, hop, cause, detail, next } = event;
  const seen = observe({ type: 'call.hop-failed', cause, method, atMs: nowMs });
  const then = next === undefined ? 'There is no other.' : `Next: ${hopText(next)}.`;
  return andThen([state, seen], (same) => warn(same, `${method} to ${hopText(hop)}: ${detail} ${then}`, nowMs));
}

function hopText({ transport, host, port }: Hop): string {
  return `${transport} ${printHostPort(host, port)}`;
}

/** What the peer said to a BYE that names where the call goes. */
function withByeStatus(state: CallState, status: number | undefined): CallState {
  const { transfer } = state;
  if (transfer?.order.method !== 'hang-up' || transfer.outcome !== 'transferred' || status === undefined) return state;
  return { ...state, transfer: { ...transfer, sipStatus: status } };
}

function onBye(state: CallState, reasonHeader: string | undefined, nowMs: number): CallOutcome {
  if (isUnanswered(state)) return onGivenUp(state, nowMs);
  const { q850 } = readReason(reasonHeader);
  const end = { ...completed(state, nowMs), ...(q850 === undefined ? {} : { q850Cause: q850 }) };
  return (
    onByeInTransfer(state, nowMs) ??
    onByeInRedirection(state, nowMs) ??
    conclude(state, { ...end, ...endedByOther(state.plan) }, nowMs)
  );
}

/** What cannot be taken is refused line by line: an ACK must bring an answer (RFC 3261 §13.2.2.4). */
function answerLateOffer(state: CallState, offerId: string, offer: string, nowMs: number): CallOutcome {
  const { plan, mediaPort = 0, sdpVersion } = state;
  const [next, ...effects] = onOffer(state, offerId, offer, nowMs);
  return [
    next,
    ...effects.map((effect) =>
      effect.type === 'answer-offer' && effect.sdp === undefined
        ? { type: effect.type, offerId, sdp: refuseOffer(offer, localSide(plan, mediaPort, sdpVersion)) }
        : effect,
    ),
  ];
}

function onAnswered(state: CallState, sdp: string | undefined, answeredAtMs: number, nowMs: number): CallOutcome {
  if (state.phase !== 'dialling') return [state];
  const answer = acceptAudioAnswer(sdp ?? '', state.localSdp);
  const answered: CallState = { ...state, phase: 'active', answeredAtMs, earlyMedia: undefined };
  if (!answer.ok) {
    const code = answer.error === notEncrypted ? 'media.not-encrypted' : 'media.no-answer-codec';
    const error = gatewayError(code, `The SDP answer cannot be used: ${answer.error}`);
    return fail({ ...answered, hangUpHeaders: [noCommonMedia] }, error, nowMs, {
      sipStatus: 200,
      q850Cause: incompatibleCause,
    });
  }
  // A hang-up of the first turn is not carried out: there was nothing to hang up yet (specification §6.1).
  const steps = (state.firstReply?.steps ?? []).filter((step) => step.type !== 'hang-up');
  const outcome: CallOutcome = [
    withAgreed(answered, answer.value),
    notify('active'),
    { type: 'media', command: { type: 'connect', remote: answer.value } },
    { type: 'media', command: { type: 'listen' } },
    observe({ type: 'call.answered', atMs: answeredAtMs }),
  ];
  return andThen(
    andThen(outcome, (next) => take(next, { type: 'answered', steps }, nowMs)),
    (next) => noteHold(next, !answer.value.canSend, nowMs),
  );
}

function onInfoAnswered(state: CallState, status: number | undefined, nowMs: number): CallOutcome {
  if (status !== undefined && status < 300) return [state];
  const answer = status === undefined ? 'was not answered' : `was answered ${status}`;
  return warn(state, `vgwActSendSIPInfo: the INFO ${answer}.`, nowMs);
}
