/**
 * The record in the shape of the original's successor, the payload of its event `cdr_logged` (specification §8.4), as far
 * as it can be known here. Left out: `x-global-sip-trunk-call-id`, `assistant.log_id`, `sip_authenticated`,
 * `echo_detected` and transaction identifiers. Where the successor's table and its sample disagree on a name, both are
 * given. Where it says caller, the other party of the call is meant, also where we have called it.
 */
import { isErrorCode, type JsonObject, printWallTime } from '../kit/index.ts';
import { type CallFacts, greatest, measureLatency, type StepRecord, type TurnFacts } from './call-record.ts';
import { reduceToLevel } from './personal-data.ts';

export interface CallLogged {
  /** The number of the tenant, as the successor's sample of a campaign has it. */
  readonly primary_phone_number: string;
  readonly global_session_id: string;
  readonly failure_occurred: boolean;
  readonly failure_details?: string;
  /** An attempt was made, whatever came of it. */
  readonly transfer_occurred: boolean;
  readonly active_calls?: number;
  readonly call: JsonObject;
  readonly session_initiation_protocol: JsonObject;
  /** The worst of the call; a kind that never happened is left out. */
  readonly max_response_milliseconds: JsonObject;
  readonly assistant_interaction_summaries: readonly JsonObject[];
  readonly injected_custom_data: JsonObject;
  readonly warnings_and_errors: readonly JsonObject[];
  readonly realtime_transport_network_summary?: JsonObject;
}

type EndReason = 'assistant_transfer' | 'assistant_hangup' | 'caller_hangup' | 'failed';

/** The payload, with what may leave at the level of the facts. */
export function buildCallLogged(facts: CallFacts): CallLogged {
  const { personalData = 'everything' } = facts;
  // JSON throughout, and every field of it is named in the table of fields: the shape stays.
  return reduceToLevel(buildWhole(facts) as unknown as JsonObject, personalData) as unknown as CallLogged;
}

function buildWhole(facts: CallFacts): CallLogged {
  const { startedAtMs, stoppedAtMs, end, activeCalls } = facts;
  const timeOf = timesOfDay(facts);
  return {
    primary_phone_number: numberOf(facts.isInbound === true ? facts.to : facts.from),
    global_session_id: facts.sessionId,
    failure_occurred: facts.finalState === 'failed',
    ...(end.failureReason === undefined ? {} : { failure_details: end.failureReason }),
    transfer_occurred: facts.transfer !== undefined,
    ...(activeCalls === undefined ? {} : { active_calls: activeCalls }),
    call: {
      start_timestamp: timeOf(startedAtMs),
      stop_timestamp: timeOf(stoppedAtMs),
      milliseconds_elapsed: Math.round(stoppedAtMs - startedAtMs),
      outbound: facts.isInbound !== true,
      end_reason: endReason(facts),
      security: {
        media_encrypted: facts.mediaEncryption !== undefined,
        signaling_encrypted: facts.isSignallingEncrypted === true,
      },
    },
    session_initiation_protocol: sipSummary(facts, timeOf),
    max_response_milliseconds: worstResponses(facts),
    assistant_interaction_summaries: [
      {
        ...(facts.conversationId === undefined ? {} : { session_id: facts.conversationId }),
        turns: facts.turns.map((turn, index) => turnSummary(turn, index, facts)),
      },
    ],
    injected_custom_data: facts.customData ?? {},
    warnings_and_errors: warningsAndErrors(facts),
    ...networkSummary(facts),
  };
}

function timesOfDay({ startedAtMs, startedWallMs }: CallFacts): (atMs: number) => string {
  return (atMs) => printWallTime(Math.round(startedWallMs + atMs - startedAtMs));
}

/** The number or name in a SIP or tel URI. */
function numberOf(uri: string): string {
  return /^\s*<?(?:sips?|tel):([^@;?>]*)/i.exec(uri)?.[1] ?? uri;
}

/** What the gateway ends by itself, when nobody speaks, the assistant's settings ended. */
function endReason({ finalState, end }: CallFacts): EndReason {
  if (finalState === 'failed') return 'failed';
  if (end.code === 'completed.transfer') return 'assistant_transfer';
  return end.by === 'callee' || end.by === 'caller' ? 'caller_hangup' : 'assistant_hangup';
}

function sipSummary(facts: CallFacts, timeOf: (atMs: number) => string): JsonObject {
  const { invitedAtMs, answeredAtMs, sipCallId, from, to } = facts;
  const inviteTime = invitedAtMs === undefined ? undefined : timeOf(invitedAtMs);
  const isSetUp = invitedAtMs !== undefined && answeredAtMs !== undefined;
  return {
    // Of an outbound call: when the INVITE left, and until it was answered.
    ...(inviteTime === undefined ? {} : { invite_arrival_timestamp: inviteTime, invite_arrival_time: inviteTime }),
    ...(isSetUp ? { setup_milliseconds: Math.round(answeredAtMs - invitedAtMs) } : {}),
    headers: { ...(sipCallId === undefined ? {} : { call_id: sipCallId }), from_uri: from, to_uri: to },
  };
}

function worstResponses({ turns, answeredAtMs }: CallFacts): JsonObject {
  const latencies = turns.map((turn, index) => measureLatency(turn, index, answeredAtMs));
  const worst = {
    assistant: greatest(latencies.map(({ botMs }) => botMs)),
    text_to_speech: greatest(latencies.map(({ speakingMs }) => speakingMs)),
    speech_to_text: greatest(latencies.map(({ recognitionMs }) => recognitionMs)),
  };
  return Object.fromEntries(Object.entries(worst).filter(([, value]) => value !== null));
}

function turnSummary(turn: TurnFacts, index: number, facts: CallFacts): JsonObject {
  const timeOf = timesOfDay(facts);
  const { request, times } = turn;
  const latency = measureLatency(turn, index, facts.answeredAtMs);
  const spoken = statistics(timeOf, {
    startAtMs: times.playbackStartedAtMs,
    stopAtMs: times.playbackFinishedAtMs,
    responseMs: latency.speakingMs,
  });
  const heard = statistics(timeOf, {
    startAtMs: times.voiceOnsetAtMs,
    stopAtMs: times.recognizedAtMs,
    responseMs: latency.recognitionMs,
  });
  const confidence = request.confidence === undefined ? {} : { confidence: request.confidence };
  const streaming = { ...heard, ...confidence };
  return {
    assistant: {
      ...(times.botAskedAtMs === undefined ? {} : { start_timestamp: timeOf(times.botAskedAtMs) }),
      ...(latency.botMs === null ? {} : { response_milliseconds: latency.botMs }),
    },
    request: { type: request.type, ...(hasFields(streaming) ? { streaming_statistics: streaming } : {}) },
    response: responseSummary(turn, spoken),
  };
}

/** The instants of a playback are those of the turn: they stand with its first text. */
function responseSummary({ response, isInterrupted = false }: TurnFacts, spoken: JsonObject): JsonObject[] {
  const firstText = response.findIndex(({ type }) => type === 'say');
  return response.flatMap((step, index) => {
    const type = responseType(step);
    if (type === undefined) return [];
    if (type !== 'text_to_speech') return [{ type }];
    const streaming = index === firstText && hasFields(spoken) ? { streaming_statistics: spoken } : {};
    return [{ type, barge_in_occurred: isInterrupted, ...streaming }];
  });
}

/** Undefined for what the successor has no word for. */
function responseType(step: StepRecord): string | undefined {
  switch (step.type) {
    case 'say':
      return 'text_to_speech';
    case 'play-audio':
      return 'url';
    case 'collect-digits':
    case 'send-keys':
      return 'dtmf';
    case 'send-text-message':
      return 'sms';
    case 'transfer':
      return 'transfer';
    case 'hang-up':
      return 'hangup';
    case 'switch':
      return switchType(step.name ?? '', step.isOn === true);
    case 'configure-speech':
      return step.service === 'stt' ? 'speech_to_text_config' : 'text_to_speech_config';
    case 'force-turn':
    case 'set-bot':
    case 'send-info':
    case 'add-call-data':
    case 'report-transcription':
    case 'configure-options':
      return undefined;
    default:
      return step.type satisfies never;
  }
}

function switchType(name: string, isOn: boolean): string | undefined {
  switch (name) {
    case 'speech':
      return isOn ? 'unpause_speech_to_text' : 'pause_speech_to_text';
    case 'digits':
      return isOn ? 'unpause_dtmf' : 'pause_dtmf';
    case 'speech-barge-in':
      return isOn ? 'enable_speech_barge_in' : 'disable_speech_barge_in';
    case 'digit-barge-in':
      return isOn ? 'enable_dtmf_barge_in' : 'disable_dtmf_barge_in';
    default:
      return undefined;
  }
}

function statistics(
  timeOf: (atMs: number) => string,
  {
    startAtMs,
    stopAtMs,
    responseMs,
  }: Record<'startAtMs' | 'stopAtMs', number | undefined> & {
    readonly responseMs: number | null;
  },
): JsonObject {
  return {
    ...(startAtMs === undefined ? {} : { start_timestamp: timeOf(startAtMs) }),
    ...(stopAtMs === undefined ? {} : { stop_timestamp: timeOf(stopAtMs) }),
    ...(responseMs === null ? {} : { response_milliseconds: responseMs }),
  };
}

function hasFields(object: object): boolean {
  return Object.keys(object).length > 0;
}

/** In order of occurrence: what failed the call came last. */
function warningsAndErrors({ warnings, end }: CallFacts): JsonObject[] {
  const entry = (code: string, message: string): JsonObject => ({ id: code, code, message });
  return [
    ...warnings.map((message) => entry('call.warning', message)),
    ...(isErrorCode(end.code) ? [entry(end.code, end.failureReason ?? end.code)] : []),
  ];
}

function networkSummary({ rtp }: CallFacts): Pick<CallLogged, 'realtime_transport_network_summary'> {
  if (rtp === undefined) return {};
  const { packetsReceived, packetsLost, packetsSent, jitterMs, jitterMeanMs, jitterMaxMs } = rtp;
  const { farPacketsLost, farName, farTool, quality } = rtp;
  const farJitters = quality.flatMap(({ farJitterMs }) => (farJitterMs === null ? [] : [farJitterMs]));
  const farJitterSum = farJitters.reduce((sum, value) => sum + value, 0);
  return {
    realtime_transport_network_summary: {
      inbound_stream: {
        packets_transmitted: packetsReceived + packetsLost,
        packets_lost: packetsLost,
        average_jitter: jitterMeanMs ?? jitterMs,
        maximum_jitter: jitterMaxMs ?? jitterMs,
        ...(farName === null ? {} : { canonical_name: farName }),
        ...(farTool === null ? {} : { tool_name: farTool }),
      },
      outbound_stream: {
        packets_transmitted: packetsSent,
        ...(farPacketsLost === null ? {} : { packets_lost: farPacketsLost }),
        ...(farJitters.length === 0
          ? {}
          : { average_jitter: farJitterSum / farJitters.length, maximum_jitter: Math.max(...farJitters) }),
      },
    },
  };
}
