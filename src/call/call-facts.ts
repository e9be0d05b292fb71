/** From the state of a call that is over to the facts its record is built from. */
import type { ReplyStep } from '../conversation/index.ts';
import type { CallFacts, TurnFacts, TurnRequestType } from '../reports/index.ts';
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
  'transfer-failed': 'transfer_failed',
  transferred: 'transfer',
  'hang-up': 'hangup',
} as const satisfies Record<TurnReport['cause']['type'], TurnRequestType>;

/** Undefined while the outcome of the call is not known yet. */
export function callFacts(state: CallState): CallFacts | undefined {
  const { plan, end, rtp, invitedAtMs, answeredAtMs } = state;
  if (end === undefined) return undefined;
  return {
    sessionId: plan.sessionId,
    tenantId: plan.tenantId,
    to: plan.to,
    from: plan.from,
    startedAtMs: state.acceptedAtMs,
    startedWallMs: state.acceptedAtWallMs,
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
  };
}

/** A configuration may hold credentials: the record only says that there was one. */
function withoutConfiguration(step: ReplyStep): TurnFacts['response'][number] {
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

function turnFacts(turn: TurnReport): TurnFacts {
  const { cause } = turn;
  const heard = cause.type === 'speech' || cause.type === 'filtered' ? cause.heard : undefined;
  return {
    request: {
      type: requestTypes[cause.type],
      text: turn.text,
      ...(heard === undefined ? {} : { confidence: heard.confidence }),
    },
    response: (turn.reply?.steps ?? turn.parts ?? []).map(withoutConfiguration),
    isBargeIn: isBargeIn(turn),
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
