/**
 * A call that came in, up to its answer: the caller hears ringing while bot and media are made ready, and the answer leaves when
 * the first words can be heard with it (specification §1.2). That the bot has failed is told in the answered call.
 */
import { errorKind, gatewayError } from '../kit/index.ts';
import { type AgreedAudio, answerAudioOffer } from '../sdp/index.ts';
import { failureTransfer } from './begin-transfer.ts';
import { conclude } from './call-ending.ts';
import { andThen, type CallOutcome, notify, observe } from './call-outcome.ts';
import type { CallState, IncomingFacts } from './call-state.ts';
import { take } from './call-turns.ts';
import { tellFailure } from './failure-path.ts';
import { prepareFirstWords } from './first-words.ts';
import { described, localOffer, localSide } from './local-offer.ts';
import { connect } from './on-session.ts';

/** So long the answer waits for the first audio of its greeting. */
const greetingWaitMs = 2000;

/** The call has come: it is told like one that is being placed. */
export function alert(state: CallState, { isRinging }: IncomingFacts, nowMs: number): CallOutcome {
  const begun: CallState = { ...state, invitedAtMs: nowMs, awaits: { ...state.awaits, dialog: true } };
  const told = [notify('started'), observe({ type: 'call.started', atMs: nowMs })] as const;
  if (!isRinging) return [begun, ...told];
  return [
    { ...begun, ringingAtMs: nowMs },
    ...told,
    { type: 'ring' },
    notify('ringing'),
    observe({ type: 'call.ringing', atMs: nowMs }),
  ];
}

/** When bot and media are ready, the first words are made, and the answer waits for the first of them. */
export function answerWhenReady(state: CallState, nowMs: number): CallOutcome {
  if (state.phase !== 'preparing' || state.firstReply === undefined || state.mediaPort === undefined) return [state];
  const prepared = prepareFirstWords(state.firstReply.steps);
  const answering: CallState = { ...state, phase: 'answering', answerByMs: nowMs + greetingWaitMs };
  return andThen([answering, ...prepared], (next) => (prepared.length === 0 ? accept(next, nowMs) : [next]));
}

/** The greeting can be heard, or cannot be made: that is told in the call. */
export function onGreetingReady(state: CallState, nowMs: number): CallOutcome {
  return state.phase === 'answering' && state.answerByMs !== undefined ? accept(state, nowMs) : [state];
}

/** The greeting takes too long: the caller should not wait for it any longer. */
export function answerIfDue(state: CallState, nowMs: number): CallOutcome {
  return state.answerByMs !== undefined && nowMs >= state.answerByMs ? accept(state, nowMs) : [state];
}

function accept(state: CallState, nowMs: number): CallOutcome {
  const { plan, mediaPort = 0 } = state;
  const offered = described(state, (version) => answerTo(state, version)?.sdp ?? localOffer(plan, mediaPort, version));
  return [
    { ...offered.state, answerByMs: undefined, activeAtMs: nowMs },
    { type: 'accept', sdp: offered.sdp },
  ];
}

/** Undefined when the caller has offered nothing. The engine has refused an offer that cannot be answered. */
function answerTo(
  { plan, mediaPort = 0 }: CallState,
  version: number,
): { readonly sdp: string; readonly audio: AgreedAudio } | undefined {
  const { incoming } = plan;
  if (incoming?.offer === undefined) return undefined;
  const answer = answerAudioOffer(incoming.offer, localSide(plan, mediaPort, version));
  return answer.ok ? answer.value : undefined;
}

/** Our 200 has left: the call is active. */
export function onAccepted(state: CallState, answeredAtMs: number, nowMs: number): CallOutcome {
  if (state.phase !== 'answering') return [state];
  const answer = answerTo(state, state.sdpVersion);
  const active: CallOutcome = [{ ...state, phase: 'active', answeredAtMs }, notify('active')];
  // Without an offer of the caller its side is known with the ACK.
  const connected = answer === undefined ? active : andThen(active, (next) => connect(next, answer.audio, nowMs));
  const listening = andThen(connected, (next) => [
    next,
    { type: 'media', command: { type: 'listen' } },
    observe({ type: 'call.answered', atMs: answeredAtMs }),
  ]);
  const steps = state.firstReply?.steps ?? [];
  return andThen(
    andThen(listening, (next) => take(next, { type: 'answered', steps }, nowMs)),
    (next) => tellEarlyFailure(next, nowMs),
  );
}

/** The bot had failed before there was anybody to tell. */
function tellEarlyFailure(state: CallState, nowMs: number): CallOutcome {
  if (state.failure === undefined) return [state];
  const telling = tellFailure(state, state.failure, failureTransfer(state));
  return take(telling.state, telling.goodbye, nowMs);
}

/** The caller gave up before it was answered. */
export function onGivenUp(state: CallState, nowMs: number): CallOutcome {
  const { code: endCode, message: failureReason } = gatewayError(
    'call.cancelled',
    'The caller gave up before the call was answered',
  );
  const { blame } = errorKind(endCode);
  return conclude(
    { ...state, awaits: { ...state.awaits, dialog: false } },
    { state: 'failed', endCode, endedBy: 'caller', blame, failureReason, sipStatus: 487, atMs: nowMs },
    nowMs,
  );
}
