/** From the state of a call that is over to the facts its record is built from. */
import type { ReplyStep } from '../conversation/index.ts';
import {
  type CallFacts,
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
  'sms-failed': 'sms_failure',
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
    ...(Object.keys(state.customData).length === 0 ? {} : { customData: state.customData }),
    ...(plan.activeCalls === undefined ? {} : { activeCalls: plan.activeCalls }),
    // The leg is named by the session, and so is its Call-ID.
    sipCallId: plan.sessionId,
    ...(typeof conversationId === 'string' ? { conversationId } : {}),
  };
}

/** Which call it is, and what of it may be told. */
export function reportedCall({ plan, acceptedAtMs, acceptedAtWallMs, ...state }: CallState): ReportedCall {
  // The bot may take a call out of the reports, never put it in.
  const isReported = state.isTranscriptionReported ? plan.isTranscriptionReported : false;
  return {
    sessionId: plan.sessionId,
    tenantId: plan.tenantId,
    startedAtMs: acceptedAtMs,
    startedWallMs: acceptedAtWallMs,
    ...(plan.personalData === undefined ? {} : { personalData: plan.personalData }),
    ...(isReported === undefined ? {} : { isTranscriptionReported: isReported }),
  };
}

/** What may hold credentials, or what somebody said or wrote beside the call, is told by its kind alone. */
function recordOf(step: ReplyStep): StepRecord {
  switch (step.type) {
    case 'say': {
      const { optionList: _list, variants: _variants, ...said } = step;
      return said;
    }
    case 'set-bot':
      return { type: step.type, keys: Object.keys(step.config), isOnce: step.isOnce };
    case 'configure-speech':
      return { type: step.type, service: step.service, update: step.update };
    case 'configure-options':
      return { type: step.type, name: step.kind };
    case 'send-info':
      return { type: step.type, keys: step.headers.map(({ name }) => name) };
    case 'add-call-data':
      return { type: step.type, keys: Object.keys(step.data) };
    case 'send-keys':
    case 'send-text-message':
      return { type: step.type };
    default:
      return step;
  }
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
    response: (turn.reply?.steps ?? turn.parts ?? []).map(recordOf),
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
