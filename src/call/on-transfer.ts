/**
 * What becomes of a transfer (specification §9.6): allowed or not, the callee on hold, the peer's news, success, failure and
 * the way back. Success ends the call: BYE, `transferred`, then `ended`. Failure gives the bot a turn or ends the call.
 */
import { gatewayError } from '../kit/index.ts';
import { acceptAudioAnswer } from '../sdp/index.ts';
import type { LegEvent } from '../sip/index.ts';
import { checkedHeaders } from './begin-transfer.ts';
import { completed, conclude } from './call-ending.ts';
import { type CallOutcome, andThen, notify, observe, warn } from './call-outcome.ts';
import type { CallEnd, CallState } from './call-state.ts';
import { endedByOther } from './other-party.ts';
import { take } from './call-turns.ts';
import { described, localOffer, withKeys } from './local-offer.ts';
import { connect } from './on-session.ts';
import { hangUpSecond, nextLegId, type SecondLeg, type SecondLegVerdict } from './second-leg.ts';
import type { TransferReport } from './transfer-report.ts';

/** What the SIP leg tells of offers of ours and of REFERs. */
export type TransferLegEvent = Extract<
  LegEvent,
  {
    readonly type:
      | 'offer-accepted'
      | 'offer-refused'
      | 'refer-accepted'
      | 'refer-progress'
      | 'refer-done'
      | 'refer-failed';
  }
>;

/** The answer to `judge-transfer`. */
export function onTransferJudged(
  state: CallState,
  { fault, encryption }: SecondLegVerdict,
  nowMs: number,
): CallOutcome {
  const { transfer, plan } = state;
  if (state.phase !== 'active' || transfer?.stage !== 'judging') return [state];
  if (fault !== undefined) return failed(state, transfer, { reason: fault }, nowMs);
  if (state.secondLeg?.purpose === 'redirection') {
    return failed(state, transfer, { reason: 'The callee is sending the call elsewhere.' }, nowMs);
  }
  const { method, target, targetHeader } = transfer.order;
  if (method === 'hang-up') {
    const [problem] = target === undefined ? [] : checkedHeaders([{ name: targetHeader, value: target }]).problems;
    if (problem !== undefined) return failed(state, transfer, { reason: problem }, nowMs);
    return succeeded(state, transfer, { reason: 'The BYE names the target.' }, nowMs);
  }
  if (target === undefined) {
    return failed(state, transfer, { reason: 'The transfer names no target.' }, nowMs);
  }
  const keyed = encryption === undefined ? transfer : { ...transfer, encryption };
  if (!plan.transfer.isHeld || transfer.isHeld) return callOrRefer(state, keyed, target);
  return offer({ ...state, transfer: { ...keyed, stage: 'holding' } }, 'sendonly');
}

function offer(state: CallState, direction: 'sendonly' | 'sendrecv'): CallOutcome {
  const { mediaPort, plan } = state;
  if (mediaPort === undefined) return [state];
  const offered = described(state, (version) => localOffer(plan, mediaPort, version, direction, state.localSdp));
  return [offered.state, { type: 'offer', sdp: offered.sdp }];
}

function callOrRefer(state: CallState, transfer: TransferReport, target: string): CallOutcome {
  return transfer.order.isAttended === true ? consult(state, transfer, target) : refer(state, transfer, target);
}

/** Calls the target. It hears nothing yet: only the callee is to talk to it. */
function consult(state: CallState, { encryption, ...transfer }: TransferReport, target: string): CallOutcome {
  const { plan, mediaPort } = state;
  if (mediaPort === undefined) return [state];
  const legId = nextLegId(state);
  const sdp = localOffer(withKeys(plan, encryption), mediaPort, 1, 'inactive');
  const keys = encryption === undefined ? {} : { encryption };
  return [
    {
      ...state,
      transfer: { ...transfer, stage: 'consulting' },
      secondLeg: { legId, purpose: 'consultation', sdp, ...keys },
      furtherLegs: state.furtherLegs + 1,
    },
    { type: 'invite-second', legId, to: target, sdp },
  ];
}

/** The target has answered: the callee may take our place there, unless it leaves away keys that are required. */
export function onConsultationAnswered(
  state: CallState,
  { legId, sdp: offered, encryption }: SecondLeg,
  sdp: string | undefined,
  nowMs: number,
): CallOutcome {
  const { transfer } = state;
  if (transfer?.stage !== 'consulting') return [state];
  const answer = acceptAudioAnswer(sdp ?? '', offered);
  if (encryption?.policy === 'required' && !answer.ok) {
    const reason = `The transfer target answered without usable audio: ${answer.error}.`;
    return failed(state, transfer, { reason, sipStatus: 488 }, nowMs);
  }
  return andThen([state, observe({ type: 'transfer.consulted', atMs: nowMs })], (next) =>
    refer(next, transfer, transfer.order.target ?? '', legId),
  );
}

/** The target did not answer. Once the callee was asked, the end of this leg is how its place was taken. */
export function onConsultationOver(state: CallState, sipStatus: number, reason: string, nowMs: number): CallOutcome {
  const { transfer } = state;
  return transfer?.stage === 'consulting' ? failed(state, transfer, { reason, sipStatus }, nowMs) : [state];
}

function refer(state: CallState, transfer: TransferReport, target: string, replacesLeg?: string): CallOutcome {
  const { headers, userToUser } = transfer.order;
  const { noticeTimeoutMs } = state.plan.transfer;
  return [
    { ...state, transfer: { ...transfer, stage: 'referring' } },
    {
      type: 'refer',
      order: {
        target,
        headers,
        noticeTimeoutMs,
        ...(userToUser === undefined ? {} : { userToUser }),
        ...(replacesLeg === undefined ? {} : { replacesLeg }),
      },
    },
  ];
}

export function onTransferLeg(state: CallState, event: TransferLegEvent, nowMs: number): CallOutcome {
  const { transfer } = state;
  if (state.phase !== 'active' || transfer === undefined) return [state];
  switch (event.type) {
    case 'offer-accepted':
    case 'offer-refused':
      return onOfferOver(state, transfer, event, nowMs);
    case 'refer-accepted':
    case 'refer-progress': {
      if (transfer.stage !== 'referring') return [state];
      return [{ ...state, transfer: { ...transfer, isAccepted: true, sipStatus: event.status } }];
    }
    case 'refer-done': {
      const { status, reason } = event;
      if (transfer.stage !== 'referring') return [state];
      return succeeded(state, transfer, { sipStatus: status, reason: `${status} ${reason}` }, nowMs);
    }
    case 'refer-failed': {
      if (transfer.stage !== 'referring') return [state];
      const { status, detail: reason } = event;
      const said = { reason, ...(status === undefined ? {} : { sipStatus: status }) };
      const isAccepted = status !== undefined && transfer.order.acceptedCodes.includes(status);
      return isAccepted ? succeeded(state, transfer, said, nowMs) : failed(state, transfer, said, nowMs);
    }
    default:
      return event satisfies never;
  }
}

/** Hold is a courtesy: a peer that refuses it is asked to transfer all the same. */
function onOfferOver(
  state: CallState,
  transfer: TransferReport,
  event: Extract<TransferLegEvent, { readonly type: 'offer-accepted' | 'offer-refused' }>,
  nowMs: number,
): CallOutcome {
  const { stage } = transfer;
  if (stage !== 'holding' && stage !== 'resuming') return [state];
  const what = stage === 'holding' ? 'put on hold' : 'taken back from hold';
  const applied = applyAnswer(state, event, what, nowMs);
  if (stage === 'resuming') {
    return andThen(applied, (next) =>
      giveBack({ ...next, transfer: { ...transfer, stage: 'over', isHeld: event.type !== 'offer-accepted' } }, nowMs),
    );
  }
  const { target = '' } = transfer.order;
  return andThen(applied, (next) =>
    callOrRefer(next, { ...transfer, isHeld: event.type === 'offer-accepted' }, target),
  );
}

function applyAnswer(
  state: CallState,
  event: Extract<TransferLegEvent, { readonly type: 'offer-accepted' | 'offer-refused' }>,
  what: string,
  nowMs: number,
): CallOutcome {
  if (event.type === 'offer-refused') {
    return warn(state, `The callee could not be ${what}: ${event.status} ${event.reason}.`, nowMs);
  }
  const answer = acceptAudioAnswer(event.sdp ?? '', state.localSdp);
  return answer.ok
    ? connect(state, answer.value, nowMs)
    : warn(state, `The callee was ${what} with an answer that cannot be used: ${answer.error}.`, nowMs);
}

interface Said {
  readonly reason: string;
  readonly sipStatus?: number;
}

function ended(
  state: CallState,
  transfer: TransferReport,
  outcome: 'transferred' | 'failed',
  said: Said,
  nowMs: number,
): CallOutcome {
  const report: TransferReport = { ...transfer, ...said, outcome, stage: 'over' };
  return [
    { ...state, transfer: report },
    observe({ type: 'transfer.over', outcome, reason: said.reason, cause: report.cause, atMs: nowMs }),
  ];
}

/** The callee has somebody else to talk to: our dialog is ended. A call that was being given up counts as rescued. */
function succeeded(
  state: CallState,
  transfer: TransferReport,
  said: Said,
  nowMs: number,
  endedBy: CallEnd['endedBy'] = 'bot',
): CallOutcome {
  const { failure } = state;
  const end: CallEnd =
    failure === undefined
      ? { ...completed(state, nowMs), endedBy, endCode: 'completed.transfer' }
      : {
          ...completed(state, nowMs),
          endedBy: endedBy === 'bot' ? 'gateway' : endedBy,
          endCode: failure.code,
          failureReason: failure.message,
        };
  return andThen(ended(state, transfer, 'transferred', said, nowMs), (next) =>
    andThen([next, notify('transferred', failure?.message ?? null)], (told) => conclude(told, end, nowMs)),
  );
}

/** It came to nothing: the callee is taken back first, so that whatever follows is heard. */
function failed(state: CallState, transfer: TransferReport, said: Said, nowMs: number): CallOutcome {
  const freed = andThen(ended(state, transfer, 'failed', said, nowMs), (next) => [next, ...hangUpSecond(next)]);
  return andThen(freed, (next) => {
    if (!transfer.isHeld || next.transfer === undefined) return giveBack(next, nowMs);
    return offer({ ...next, transfer: { ...next.transfer, stage: 'resuming' } }, 'sendrecv');
  });
}

function giveBack(state: CallState, nowMs: number): CallOutcome {
  const { plan, variables, transfer } = state;
  const reason = transfer?.reason ?? '';
  const isEnded = variables.isEndedByTransferFailure ?? plan.transfer.isEndedByFailure;
  if (state.failure === undefined && !isEnded) return take(state, { type: 'transfer-failed', reason }, nowMs);
  const failure = state.failure ?? gatewayError('sip.transfer-failed', `The transfer failed. ${reason}`);
  const text = variables.transferFailedMessage ?? plan.transfer.failedMessage;
  return take({ ...state, failure }, { type: 'say-goodbye', text }, nowMs);
}

/**
 * The peer hung up before the transfer was over; undefined when there is none. Many hang up as soon as they have taken the
 * REFER, and never say how it went: that counts as done.
 */
export function onByeInTransfer(state: CallState, nowMs: number): CallOutcome | undefined {
  const { transfer } = state;
  if (state.phase !== 'active' || transfer === undefined || transfer.stage === 'over') return undefined;
  if (transfer.outcome !== undefined) return undefined;
  if (!transfer.isAccepted) {
    const said = { reason: 'The callee hung up before the transfer was accepted.' };
    return andThen(ended(state, transfer, 'failed', said, nowMs), (next) =>
      conclude(next, { ...completed(next, nowMs), ...endedByOther(next.plan) }, nowMs),
    );
  }
  const reason = 'The peer accepted the transfer and hung up without saying how it went.';
  return andThen(warn(state, reason, nowMs), (next) =>
    succeeded(next, transfer, { reason }, nowMs, endedByOther(next.plan).endedBy),
  );
}
