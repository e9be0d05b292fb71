/** From the state of a call that is over to the facts its record is built from. */
import type { ReplyStep } from '../conversation/index.ts';
import type { JsonObject } from '../kit/index.ts';
import {
  type CallFacts,
  customDataIn,
  mergeCustomData,
  type ReportedCall,
  type StepRecord,
  type TurnFacts,
  type TurnRequestType,
} from '../reports/index.ts';
import { isBargeIn } from './bot-turn.ts';
import type { CallState, TurnReport } from './call-state.ts';

const requestTypes = {
  start: 'start',
  speech: 'speech_to_text',
  digits: 'dtmf',
  silence: 'post_response_timeout',
  'no-final': 'final_utterance_timeout',
  filtered: 'speech_to_text_result_filtered',
  forced: 'no_input_turn',
  network: 'network_warning',
  'transfer-failed': 'transfer_failed',
  transferred: 'transfer',
  'hang-up': 'hangup',
} as const satisfies Record<TurnReport['cause']['type'], TurnRequestType>;

/** Undefined while the outcome of the call is not known yet. */
export function callFacts(state: CallState): CallFacts | undefined {
  const { plan, end, rtp, invitedAtMs, answeredAtMs } = state;
  if (end === undefined) return undefined;
  const { conversation_id: conversationId } = state.context;
  return {
    ...reportedCall(state),
    to: plan.to,
    from: plan.from,
    ...(invitedAtMs === undefined ? {} : { invitedAtMs }),
    ...(answeredAtMs === undefined ? {} : { answeredAtMs }),
    stoppedAtMs: end.atMs,
    finalState: end.state,
    end: {
      code: end.endCode,
      by: end.endedBy,
      ...(end.sipStatus === undefined ? {} : { sipStatus: end.sipStatus }),
      ...(end.failureReason === undefined ? {} : { failureReason: end.failureReason }),
    },
    context: state.context,
    turns: state.turns.map(turnFacts),
    ...(rtp === undefined ? {} : { rtp }),
    ...(plan.recording === undefined ? {} : { recordingFile: plan.recording.filePath.replace(/^.*\//, '') }),
    ...transferFacts(state),
    warnings: state.warnings,
    customData: customData(state),
    ...(plan.activeCalls === undefined ? {} : { activeCalls: plan.activeCalls }),
    // The leg is named by the session, and so is its Call-ID.
    sipCallId: plan.sessionId,
    ...(typeof conversationId === 'string' ? { conversationId } : {}),
  };
}

/** Which call it is, and what of it may be told. */
export function reportedCall({ plan, acceptedAtMs, acceptedAtWallMs }: CallState): ReportedCall {
  return {
    sessionId: plan.sessionId,
    tenantId: plan.tenantId,
    startedAtMs: acceptedAtMs,
    startedWallMs: acceptedAtWallMs,
    ...(plan.personalData === undefined ? {} : { personalData: plan.personalData }),
    ...(plan.isTranscriptionReported === undefined ? {} : { isTranscriptionReported: plan.isTranscriptionReported }),
  };
}

/** Merged each time it comes (specification §5.5). */
function customData({ turns }: CallState): JsonObject {
  let known: JsonObject = {};
  for (const { reply } of turns) {
    const given = reply === undefined ? undefined : customDataIn(reply.context);
    if (given !== undefined) known = mergeCustomData(known, given);
  }
  return known;
}

/** A configuration may hold credentials: the record only says that there was one. */
function withoutConfiguration(step: ReplyStep): StepRecord {
  if (step.type === 'set-bot') return { type: step.type, keys: Object.keys(step.config), isOnce: step.isOnce };
  return step.type === 'configure-speech' ? { type: step.type, service: step.service, update: step.update } : step;
}

function transferFacts({ transfer }: CallState): Pick<CallFacts, 'transfer'> {
  if (transfer === undefined) return {};
  const { order, cause, outcome, sipStatus, reason, attempt } = transfer;
  return {
    transfer: {
      cause,
      method: order.method === 'refer' ? 'REFER' : 'HANGUP',
      target: order.target ?? null,
      // The call ended before that was known.
      outcome: outcome ?? 'unknown',
      sipStatus: sipStatus ?? null,
      reason: reason ?? null,
      attempts: attempt,
    },
  };
}

/** One turn as records and reports have it. */
export function turnFacts(turn: TurnReport): TurnFacts {
  const { cause } = turn;
  const heard = cause.type === 'speech' || cause.type === 'filtered' ? cause.heard : undefined;
  return {
    request: {
      type: requestTypes[cause.type],
      text: turn.text,
      ...(heard === undefined ? {} : { confidence: heard.confidence }),
    },
    ...(turn.reply?.provider === undefined ? {} : { provider: turn.reply.provider }),
    response: (turn.reply?.steps ?? turn.parts ?? []).map(withoutConfiguration),
    ...(turn.echoes === undefined ? {} : { echoes: turn.echoes }),
    isBargeIn: isBargeIn(turn),
    ...(turn.isInterrupted === undefined ? {} : { isInterrupted: turn.isInterrupted }),
    problems: [
      ...(turn.reply?.problems ?? []),
      ...(turn.problems ?? []),
      ...(turn.error === undefined ? [] : [turn.error.message]),
    ],
    times: {
      ...(heard === undefined
        ? {}
        : {
            lastVoiceAtMs: heard.lastVoiceAtMs,
            speechEndedAtMs: heard.speechEndedAtMs,
            recognizedAtMs: heard.finalAtMs,
          }),
      botAskedAtMs: turn.askedAtMs,
      ...(turn.repliedAtMs === undefined ? {} : { botAnsweredAtMs: turn.repliedAtMs }),
      ...(turn.firstAudioAtMs === undefined ? {} : { playbackStartedAtMs: turn.firstAudioAtMs }),
      ...(turn.finishedAtMs === undefined ? {} : { playbackFinishedAtMs: turn.finishedAtMs }),
    },
  };
}
