/** From the state of a call that is over to the facts its record is built from. */
import type { JsonObject } from '../kit/index.ts';
import {
  type CallFacts,
  customDataIn,
  mergeCustomData,
  type ReportedCall,
  type TurnFacts,
  type TurnRequestType,
} from '../reports/index.ts';
import { isBargeIn } from './bot-turn.ts';
import type { CallState, TurnReport } from './call-state.ts';
import { stepRecord } from './step-record.ts';

const requestTypes = {
  start: 'start',
  speech: 'speech_to_text',
  digits: 'dtmf',
  silence: 'post_response_timeout',
  'no-final': 'final_utterance_timeout',
  filtered: 'speech_to_text_result_filtered',
  forced: 'no_input_turn',
  network: 'network_warning',
  'sms-failed': 'sms_failure',
  'sms-received': 'sms',
  'transfer-failed': 'transfer_failed',
  transferred: 'transfer',
  'hang-up': 'hangup',
} as const satisfies Record<TurnReport['cause']['type'], TurnRequestType>;

/** Undefined while the outcome of the call is not known yet. */
export function callFacts(state: CallState): CallFacts | undefined {
  const { plan, end, rtp, recordingStartedAtMs, invitedAtMs, ringingAtMs, answeredAtMs } = state;
  if (end === undefined) return undefined;
  const { conversation_id: conversationId } = state.context;
  return {
    ...reportedCall(state),
    to: plan.to,
    from: plan.from,
    ...(invitedAtMs === undefined ? {} : { invitedAtMs }),
    ...(ringingAtMs === undefined ? {} : { ringingAtMs }),
    ...(answeredAtMs === undefined ? {} : { answeredAtMs }),
    stoppedAtMs: end.atMs,
    finalState: end.state,
    end: {
      code: end.endCode,
      by: end.endedBy,
      ...(end.sipStatus === undefined ? {} : { sipStatus: end.sipStatus }),
      ...(end.q850Cause === undefined ? {} : { q850Cause: end.q850Cause }),
      ...(end.retryAfterS === undefined ? {} : { retryAfterS: end.retryAfterS }),
      ...(end.failureReason === undefined ? {} : { failureReason: end.failureReason }),
    },
    context: state.context,
    turns: state.turns.map(turnFacts),
    ...(rtp === undefined ? {} : { rtp }),
    ...(state.codec === undefined ? {} : { codec: state.codec }),
    ...(state.mediaEncryption === undefined ? {} : { mediaEncryption: state.mediaEncryption }),
    ...(state.plan.isSignallingEncrypted === true ? { isSignallingEncrypted: true as const } : {}),
    ...(plan.recording === undefined ? {} : { recordingFile: plan.recording.filePath.replace(/^.*\//, '') }),
    ...(recordingStartedAtMs === undefined ? {} : { recordingStartedAtMs }),
    ...transferFacts(state),
    ...(state.earlySounds.length === 0 ? {} : { earlyMedia: state.earlySounds }),
    ...(state.redirects.length === 0 ? {} : { redirects: state.redirects }),
    warnings: state.warnings,
    customData: customData(state),
    ...(plan.activeCalls === undefined ? {} : { activeCalls: plan.activeCalls }),
    // The leg of an outbound call is named by the session, and so is its Call-ID.
    sipCallId: plan.incoming?.callId ?? plan.sessionId,
    ...(typeof conversationId === 'string' ? { conversationId } : {}),
  };
}

/** Which call it is, and what of it may be told. */
export function reportedCall({
  plan,
  acceptedAtMs,
  acceptedAtWallMs,
  isTranscriptionReported,
}: CallState): ReportedCall {
  return {
    sessionId: plan.sessionId,
    tenantId: plan.tenantId,
    ...(plan.incoming === undefined ? {} : { isInbound: true }),
    startedAtMs: acceptedAtMs,
    startedWallMs: acceptedAtWallMs,
    ...(plan.personalData === undefined ? {} : { personalData: plan.personalData }),
    // The bot can switch them off and on again; what tenant or request switched off stays off.
    isTranscriptionReported: isTranscriptionReported && plan.isTranscriptionReported !== false,
  };
}

/** Merged each time it comes (specification §5.5). */
function customData({ turns, customData: added }: CallState): JsonObject {
  let known: JsonObject = added;
  for (const { reply } of turns) {
    const given = reply === undefined ? undefined : customDataIn(reply.context);
    if (given !== undefined) known = mergeCustomData(known, given);
  }
  return known;
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
      text: cause.type === 'sms-received' ? cause.message.text : turn.text,
      ...(heard === undefined ? {} : { confidence: heard.confidence }),
    },
    ...(turn.reply?.provider === undefined ? {} : { provider: turn.reply.provider }),
    response: (turn.reply?.steps ?? turn.parts ?? []).map(stepRecord),
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
            ...(heard.voiceOnsetAtMs === undefined ? {} : { voiceOnsetAtMs: heard.voiceOnsetAtMs }),
            lastVoiceAtMs: heard.lastVoiceAtMs,
            speechEndedAtMs: heard.speechEndedAtMs,
            recognizedAtMs: heard.finalAtMs,
          }),
      botAskedAtMs: turn.askedAtMs,
      ...(turn.firstByteAtMs === undefined ? {} : { botFirstByteAtMs: turn.firstByteAtMs }),
      ...(turn.repliedAtMs === undefined ? {} : { botAnsweredAtMs: turn.repliedAtMs }),
      ...(turn.firstSamplesAtMs === undefined ? {} : { voiceReadyAtMs: turn.firstSamplesAtMs }),
      ...(turn.firstAudioAtMs === undefined ? {} : { playbackStartedAtMs: turn.firstAudioAtMs }),
      ...(turn.finishedAtMs === undefined ? {} : { playbackFinishedAtMs: turn.finishedAtMs }),
    },
  };
}
