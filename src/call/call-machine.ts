/**
 * One call, from its acceptance to its record: signalling, media and turns joined. A pure machine that says what to do
 * and does nothing. The order of things is the contract's: the first turn goes out before any SIP; the INVITE only
 * when both the bot and the media are ready; recognition and the response timer start with the answer.
 */
import { readCallVariables, type ReplyPart, type TurnReply } from '../conversation/index.ts';
import type { GatewayError, JsonObject, Result } from '../kit/index.ts';
import { gatewayError } from '../kit/index.ts';
import type { MediaEvent } from '../media/index.ts';
import type { LegEvent } from '../sip/index.ts';
import { isAwaited, newTurnState } from '../turn/index.ts';
import { turnContext, turnSettings } from './bot-turn.ts';
import { askLastTurn, completed, conclude, fail, over, settle } from './call-ending.ts';
import { type CallOutcome, observe, andThen, warn, warnAll, withTurn } from './call-outcome.ts';
import type { CallPlan, CallState, TurnReport } from './call-state.ts';
import { failWithMessage, take } from './call-turns.ts';
import type { ControlCommand } from './control-command.ts';
import { alert, answerIfDue } from './answer-call.ts';
import { goOnWhenReady } from './dial-when-ready.ts';
import { silence } from './echo-memory.ts';
import { inactivityDeadlineMs, isActivity } from './inactivity.ts';
import { warnOfTurn } from './errands.ts';
import { onCommand } from './on-command.ts';
import { onLeg } from './on-leg.ts';
import { onMedia } from './on-media.ts';
import { nothingSpoken, prepareSteps, withErrorAudio } from './reply-steps.ts';
import { onRedirectionJudged } from './on-redirection.ts';
import { onSecondLeg } from './on-second-leg.ts';
import { onTransferJudged } from './on-transfer.ts';
import { judgePlayback } from './playback-guard.ts';
import type { SecondLegVerdict } from './second-leg.ts';

export type CallInput =
  | { readonly type: 'begin' }
  /** `atMs`: when the answer came, if that was before now. */
  | {
      readonly type: 'replied';
      readonly turnId: number;
      readonly result: Result<TurnReply, GatewayError>;
      readonly atMs?: number;
    }
  /** A piece of an answer, before its end. */
  | { readonly type: 'reply-part'; readonly turnId: number; readonly part: ReplyPart; readonly atMs?: number }
  /** What was asked ahead came to nothing: the bot was asked for this turn once more. */
  | { readonly type: 'asked-anew'; readonly turnId: number }
  | { readonly type: 'media'; readonly event: MediaEvent }
  /**
   * Without `legId`, of the leg that is named by the session. `newLeg`: of one that is to take the callee's place, whether it may and
   * its keys.
   */
  | { readonly type: 'leg'; readonly event: LegEvent; readonly legId?: string; readonly newLeg?: SecondLegVerdict }
  /** From outside; whether it can be taken was asked before (`findCommandFault`). */
  | { readonly type: 'command'; readonly command: ControlCommand }
  /** A text message of this call was not sent; `reason` is one sentence. */
  | { readonly type: 'text-message-failed'; readonly reason: string }
  | { readonly type: 'deadline' }
  /** Something that was asked for could not be done; the call goes on. */
  | { readonly type: 'warning'; readonly message: string }
  /** Whether the call may follow its callee. */
  | ({ readonly type: 'redirection-judged' } & SecondLegVerdict)
  /** Whether the call may be transferred to where it is to be, and the keys with which we call there first. */
  | ({ readonly type: 'transfer-judged' } & SecondLegVerdict)
  /** The gateway itself ends the call. */
  | { readonly type: 'stop'; readonly error: GatewayError };

export function newCallState(plan: CallPlan, nowMs: number, wallMs: number): CallState {
  return {
    plan,
    phase: 'preparing',
    context: plan.context,
    givenVariables: {},
    variables: {},
    textMessages: {},
    customData: {},
    isTranscriptionReported: true,
    memory: nothingSpoken,
    turn: newTurnState(turnSettings(plan, {})),
    turns: [],
    mediaPort: undefined,
    firstReply: undefined,
    sdpVersion: 1,
    localSdp: undefined,
    ringingAtMs: undefined,
    earlyMedia: undefined,
    acceptedAtMs: nowMs,
    acceptedAtWallMs: wallMs,
    invitedAtMs: undefined,
    redirects: [],
    answeredAtMs: undefined,
    firstPacketAtMs: undefined,
    failure: undefined,
    isFailureToldByAudio: false,
    awaitedPlayback: undefined,
    isHeld: false,
    answerByMs: undefined,
    activeAtMs: nowMs,
    echo: silence,
    networkWarnings: [],
    earlySounds: [],
    keyPresses: [],
    end: undefined,
    legId: plan.incoming?.callId ?? plan.sessionId,
    secondLeg: undefined,
    furtherLegs: 0,
    redirection: undefined,
    transfer: undefined,
    hangUpHeaders: [],
    rtp: undefined,
    speechProviders: plan.speechProviders ?? {},
    warnings: [],
    awaits: { media: true, dialog: false, lastTurn: false },
    closingDeadlineMs: undefined,
  };
}

/** The soonest instant at which the call wants a `deadline` input. */
export function callDeadlineMs(state: CallState): number | undefined {
  if (state.phase === 'over') return undefined;
  if (state.phase === 'closing') return state.closingDeadlineMs;
  if (state.phase === 'answering') return state.answerByMs;
  if (state.answeredAtMs === undefined) return undefined;
  const limitMs = state.answeredAtMs + state.plan.maxDurationMs;
  const { turn, awaitedPlayback } = state;
  const waits = [turn.deadlineMs, awaitedPlayback?.untilMs, inactivityDeadlineMs(state)];
  return Math.min(limitMs, ...waits.filter((atMs) => atMs !== undefined));
}

export function onCall(state: CallState, input: CallInput, nowMs: number): CallOutcome {
  if (state.phase === 'over') return [state];
  return react(isActivity(input) ? { ...state, activeAtMs: nowMs } : state, input, nowMs);
}

function react(state: CallState, input: CallInput, nowMs: number): CallOutcome {
  switch (input.type) {
    case 'begin':
      return onBegin(state, nowMs);
    case 'replied':
      return onReplied(state, input, nowMs);
    case 'reply-part':
      return onReplyPart(state, input, nowMs);
    case 'asked-anew':
      return onAskedAnew(state, input.turnId, nowMs);
    case 'media':
      return onMedia(state, input.event, nowMs);
    case 'leg':
      return onAnyLeg(state, input, nowMs);
    case 'text-message-failed':
      return andThen(warnOfTurn(state, input.reason, nowMs), (next) =>
        take(next, { type: 'notice', notice: { type: 'sms-failed' } }, nowMs),
      );
    case 'redirection-judged':
      return onRedirectionJudged(state, input, nowMs);
    case 'transfer-judged':
      return onTransferJudged(state, input, nowMs);
    case 'command':
      return onCommand(state, input.command, nowMs);
    case 'deadline':
      return onDeadline(state, nowMs);
    case 'warning':
      return warn(state, input.message, nowMs);
    case 'stop':
      return fail(state, input.error, nowMs);
    default:
      return input satisfies never;
  }
}

/** What is told of a leg that the call has left is nobody's business any more. */
function onAnyLeg(
  state: CallState,
  { event, legId = state.plan.sessionId, newLeg = {} }: Extract<CallInput, { readonly type: 'leg' }>,
  nowMs: number,
): CallOutcome {
  if (legId === state.legId) return onLeg(state, event, newLeg, nowMs);
  const { secondLeg } = state;
  return secondLeg?.legId === legId ? onSecondLeg(state, secondLeg, event, nowMs) : [state];
}

function onBegin(state: CallState, nowMs: number): CallOutcome {
  const { plan } = state;
  const turn: TurnReport = { turnId: 0, cause: { type: 'start' }, text: '', askedAtMs: nowMs };
  const direction = plan.incoming === undefined ? 'outbound' : 'inbound';
  const [begun, ...told] = plan.incoming === undefined ? [state] : alert(state, plan.incoming, nowMs);
  return [
    { ...begun, turns: [turn] },
    observe({ type: 'call.accepted', direction, to: plan.to, from: plan.from, atMs: nowMs }),
    ...told,
    {
      type: 'media',
      command: {
        type: 'open',
        recognition: plan.recognition,
        ...(plan.likelyRateHz === undefined ? {} : { likelyRateHz: plan.likelyRateHz }),
        sourcePolicy: plan.sourcePolicy,
        ...(plan.mediaAddress.includes(':') ? { addressFamily: 'IPv6' as const } : {}),
        ...(plan.recording === undefined ? {} : { recording: plan.recording }),
        networkLimits: plan.networkLimits,
      },
    },
    observe({ type: 'turn.asked', turn, atMs: nowMs }),
    { type: 'ask', turnId: 0, text: '', context: turnContext(state, turn) },
  ];
}

function onReplied(
  state: CallState,
  { turnId, result, atMs }: Extract<CallInput, { readonly type: 'replied' }>,
  nowMs: number,
): CallOutcome {
  const asked = state.turns.find((turn) => turn.turnId === turnId);
  if (asked === undefined || asked.isAbandoned === true) return [state];
  const { repliedAtMs = atMs ?? nowMs } = asked;
  const { firstByteAtMs = (result.ok ? result.value.firstByteAtMs : undefined) ?? repliedAtMs } = asked;
  const turn: TurnReport = result.ok
    ? { ...asked, firstByteAtMs, repliedAtMs, reply: withoutExchange(result.value) }
    : { ...asked, repliedAtMs, error: result.error };
  const known = withTurn(state, turn);
  const exchange = result.ok ? result.value.exchange : undefined;
  const seen = observe({
    type: result.ok ? 'turn.answered' : 'turn.failed',
    turn,
    atMs: nowMs,
    ...(exchange === undefined ? {} : { exchange }),
  });
  return andThen(warnAll([known, seen], result.ok ? result.value.problems : [], nowMs), (next) =>
    onResult(next, asked, result, nowMs),
  );
}

function onResult(
  known: CallState,
  { turnId, cause }: TurnReport,
  result: Result<TurnReply, GatewayError>,
  nowMs: number,
): CallOutcome {
  if (cause.type === 'hang-up') return settle({ ...known, awaits: { ...known.awaits, lastTurn: false } }, nowMs);
  if (cause.type === 'transferred') return onToldOfTransfer(known, result, nowMs);
  if (known.phase === 'closing') return [known];
  if (!result.ok && isCallerWaiting(known)) {
    return goOnWhenReady({ ...known, failure: result.error, firstReply: noReply }, nowMs);
  }
  if (!result.ok) return failWithMessage(known, result.error, nowMs);
  const [told, ...warnings] = withContext(
    { ...known, memory: { ...known.memory, expected: result.value.expected } },
    result.value.context,
    nowMs,
  );
  const { state: heard, steps } = prepareSteps(told, result.value.steps);
  const changes = steps.filter((step) => step.type === 'set-bot');
  if (known.phase === 'preparing' && turnId === 0) {
    const firstReply = { ...result.value, steps };
    return andThen([{ ...heard, firstReply }, ...warnings, ...changes], (next) => goOnWhenReady(next, nowMs));
  }
  return andThen([heard, ...warnings, ...changes], (next) => take(next, { type: 'reply', turnId, steps }, nowMs));
}

/** Somebody has called and hears it ring: that the bot has failed is told in the call, not by a refusal (specification §9.6). */
function isCallerWaiting({ phase, plan }: CallState): boolean {
  return phase === 'preparing' && plan.incoming !== undefined;
}

const noReply: TurnReply = { steps: [], context: {}, problems: [] };

function onAskedAnew(state: CallState, turnId: number, nowMs: number): CallOutcome {
  const asked = state.turns.find((turn) => turn.turnId === turnId);
  return [asked === undefined ? state : withTurn(state, { ...asked, askedAtMs: nowMs })];
}

/** It is told once and not kept: a call has many turns. */
function withoutExchange({ exchange: _told, firstByteAtMs: _moved, ...reply }: TurnReply): TurnReply {
  return reply;
}

/** Carries out a piece of an answer at once. What comes before the call is answered waits for the whole. */
function onReplyPart(
  state: CallState,
  { turnId, part: { steps, context }, atMs }: Extract<CallInput, { readonly type: 'reply-part' }>,
  nowMs: number,
): CallOutcome {
  const asked = state.turns.find((turn) => turn.turnId === turnId);
  if (asked === undefined || state.phase !== 'active' || !isAwaited(state.turn, turnId)) return [state];
  const { repliedAtMs = atMs ?? nowMs, firstByteAtMs = repliedAtMs, parts = [] } = asked;
  const known = withTurn(state, { ...asked, firstByteAtMs, repliedAtMs, parts: [...parts, ...steps] });
  const changes = steps.filter((step) => step.type === 'set-bot');
  const [heard, ...warnings] = withContext(known, context, nowMs);
  return andThen([heard, ...warnings, ...changes], (next) =>
    take(next, { type: 'reply-part', turnId, steps: withErrorAudio(next, steps) }, nowMs),
  );
}

/** The bot knows of the transfer; the last turn follows, unless it is gone. */
function onToldOfTransfer(state: CallState, result: Result<TurnReply, GatewayError>, nowMs: number): CallOutcome {
  const { end } = state;
  if (!result.ok || end === undefined) {
    return settle({ ...state, awaits: { ...state.awaits, lastTurn: false } }, nowMs);
  }
  return andThen(withContext(state, result.value.context, nowMs), (next) => askLastTurn(next, end, nowMs));
}

/** Takes over what the bot returned, and what it set with it (specification §5.4). */
function withContext(state: CallState, context: JsonObject, nowMs: number): CallOutcome {
  const { variables, problems } = readCallVariables(context, state.context);
  const turn = { ...state.turn, settings: turnSettings(state.plan, variables) };
  return warnAll([{ ...state, context, variables, turn }], problems, nowMs);
}

function onDeadline(state: CallState, nowMs: number): CallOutcome {
  if (state.phase === 'answering') return answerIfDue(state, nowMs);
  if (state.phase === 'closing') {
    return state.closingDeadlineMs !== undefined && nowMs >= state.closingDeadlineMs
      ? over({ ...state, warnings: [...state.warnings, 'The call was closed before everything had answered.'] })
      : [state];
  }
  if (state.answeredAtMs !== undefined && nowMs >= state.answeredAtMs + state.plan.maxDurationMs) {
    return fail(state, gatewayError('call.too-long', 'The call reached its longest allowed duration'), nowMs);
  }
  const judged = judgePlayback(state, nowMs);
  if (judged !== undefined && 'failed' in judged) {
    const stop = { type: 'media', command: { type: 'stop-playback' } } as const;
    return andThen([state, stop], (next) => onMedia(next, judged.failed, nowMs));
  }
  const awaiting = judged?.prolonged ?? state;
  const inactiveAtMs = inactivityDeadlineMs(awaiting);
  if (inactiveAtMs !== undefined && nowMs >= inactiveAtMs) {
    const end = completed(awaiting, nowMs);
    return conclude(awaiting, { ...end, endedBy: 'gateway', endCode: 'completed.inactivity' }, nowMs);
  }
  return take(awaiting, { type: 'deadline' }, nowMs);
}
