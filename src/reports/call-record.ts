/**
 * The record of one call (CDR): from plain facts that the call machine collects to the JSON that is kept. Names that the
 * original's reports are known to have are kept: `stopTime`, `callLength`, `outboundCall`, `warnings`, `rtpNetworkSummary`
 * (specification §8.3). Durations come from the monotonic clock; the wall clock is read once, at the start.
 */
import { type Blame, type EndCode, explainEnd, type JsonObject, printWallTime } from '../kit/index.ts';
import type { InformationCategory, ProgressSound, RtpSummary } from '../media/index.ts';
import type { PersonalDataLevel } from './data-kinds.ts';
import { reduceToLevel } from './personal-data.ts';

/** Who ended it: `bot` by an action, `callee` by BYE or refusal, `caller` by BYE or CANCEL, `trunk` when the path failed, `gateway` by itself, `api` by a command of /v1. */
export type EndedBy = 'bot' | 'callee' | 'caller' | 'trunk' | 'gateway' | 'api';

/** What made a turn: the request types of specification §8.4, as far as they occur. */
export type TurnRequestType =
  | 'start'
  | 'speech_to_text'
  | 'dtmf'
  | 'post_response_timeout'
  | 'final_utterance_timeout'
  | 'no_input_turn'
  | 'sms'
  | 'sms_failure'
  | 'speech_to_text_result_filtered'
  | 'network_warning'
  | 'transfer'
  | 'transfer_failed'
  | 'hangup';

/** Instants of one turn, in the order in which they come; absent when it did not come to that. */
export interface TurnTimes {
  /** The callee's first voice, and the last one, that this turn answers. */
  readonly voiceOnsetAtMs?: number;
  readonly lastVoiceAtMs?: number;
  /** When the silence after it was long enough. */
  readonly speechEndedAtMs?: number;
  /** The recogniser's final result. */
  readonly recognizedAtMs?: number;
  readonly botAskedAtMs?: number;
  /** The first byte of its answer, and all of it, or of an answer in parts the first one. */
  readonly botFirstByteAtMs?: number;
  readonly botAnsweredAtMs?: number;
  /** First audio of the voice; of a text that was prepared before it was wanted, earlier than its neighbours. */
  readonly voiceReadyAtMs?: number;
  /** First packet of the answer, and the end of its playing. */
  readonly playbackStartedAtMs?: number;
  readonly playbackFinishedAtMs?: number;
}

/** A step of a reply as the bot gave it, with what its type has. */
export interface StepRecord {
  readonly type:
    | 'say'
    | 'play-audio'
    | 'send-keys'
    | 'send-info'
    | 'send-text-message'
    | 'add-call-data'
    | 'report-transcription'
    | 'configure-options'
    | 'collect-digits'
    | 'switch'
    | 'configure-speech'
    | 'set-bot'
    | 'force-turn'
    | 'transfer'
    | 'hang-up';
  readonly text?: string;
  readonly url?: string;
  readonly isLooping?: boolean;
  readonly rule?: object;
  readonly name?: string;
  readonly isOn?: boolean;
  readonly keys?: readonly string[];
  readonly isOnce?: boolean;
  readonly fallbackAudioUrl?: string;
  readonly isExcludedFromCache?: boolean;
  readonly service?: string;
  readonly update?: string;
  readonly order?: object;
  readonly headers?: readonly object[];
}

/** A 3xx that was followed, with what it told of who had sent the call on before (RFC 5806, RFC 7044). */
export interface RedirectFacts {
  readonly status: number;
  readonly target: string;
  readonly diversion?: string;
  readonly historyInfo?: string;
}

/** What was heard of the call before the answer. `sound` and `category` are those of the events (docs/api.md). */
export interface EarlySound {
  readonly sound: ProgressSound;
  readonly category?: InformationCategory;
  readonly atMs: number;
}

export interface EarlySoundRecord {
  readonly sound: ProgressSound;
  /** Of special information tones. */
  readonly category: InformationCategory | null;
  readonly time: string;
}

export interface RedirectRecord {
  readonly status: number;
  readonly target: string;
  readonly diversion: string | null;
  readonly historyInfo: string | null;
}

/** The last transfer of a call. */
export interface TransferRecord {
  /** Who wanted it: the bot, a client of the API by a command, or the gateway because bot or speech had failed. */
  readonly cause: 'bot' | 'api' | 'failure';
  readonly method: 'REFER' | 'HANGUP';
  readonly target: string | null;
  /** `unknown`: the call ended before that was known. */
  readonly outcome: 'transferred' | 'failed' | 'unknown';
  /** The last one: of the target as the peer told it, of the REFER, or of the BYE. */
  readonly sipStatus: number | null;
  /** One sentence. */
  readonly reason: string | null;
  /** Transfers of the call, this one included. */
  readonly attempts: number;
}

interface TurnContent {
  readonly request: { readonly type: TurnRequestType; readonly text: string; readonly confidence?: number };
  /** The bot that answered, by name; absent when none did or it has no name. */
  readonly provider?: string;
  /** The steps of the reply; empty when there was none. */
  readonly response: readonly StepRecord[];
  /** Whether the callee spoke over what was being played before this turn. */
  readonly isBargeIn: boolean;
  /** Whether the answer was cut short by the callee. */
  readonly isInterrupted?: boolean;
  readonly problems: readonly string[];
  /** Words that were heard while the answer was spoken and dropped as its echo; absent when there were none. */
  readonly echoes?: readonly string[];
}

/** One turn as the call machine saw it. All instants are on the monotonic clock of the process (`Clock.nowMs`). */
export interface TurnFacts extends TurnContent {
  readonly times: TurnTimes;
}

/** One call as the call machine saw it. Instants as in `TurnFacts`. */
export interface CallFacts {
  readonly sessionId: string;
  readonly tenantId: string;
  /** Somebody else placed it; we did unless it says so. */
  readonly isInbound?: boolean;
  readonly to: string;
  readonly from: string;
  /** The same instant on both clocks: when the request was accepted. */
  readonly startedAtMs: number;
  readonly startedWallMs: number;
  readonly invitedAtMs?: number;
  readonly ringingAtMs?: number;
  readonly answeredAtMs?: number;
  readonly stoppedAtMs: number;
  /** The last state that was told to the webhook. */
  readonly finalState: 'ended' | 'failed';
  readonly end: {
    readonly code: EndCode;
    readonly by: EndedBy;
    /** Final SIP status of the INVITE, or of the failed request inside the dialog. */
    readonly sipStatus?: number;
    readonly q850Cause?: number;
    readonly retryAfterS?: number;
    /** One sentence, as told to the webhook; absent when nothing failed. */
    readonly failureReason?: string;
  };
  /** The context as the bot last returned it. */
  readonly context: JsonObject;
  readonly turns: readonly TurnFacts[];
  readonly rtp?: RtpSummary;
  /** The codec that was agreed on last, by its name in SDP. */
  readonly codec?: string;
  /** The suite of SRTP that was agreed on last; absent for plain RTP. */
  readonly mediaEncryption?: string;
  /** The next hop was reached, or reached us, by TLS or WSS. */
  readonly isSignallingEncrypted?: true;
  /** Name of the file, without its folder. */
  readonly recordingFile?: string;
  /** Of its first sample. */
  readonly recordingStartedAtMs?: number;
  readonly redirects?: readonly RedirectFacts[];
  readonly earlyMedia?: readonly EarlySound[];
  readonly transfer?: TransferRecord;
  readonly warnings: readonly string[];
  /** How much of what was said leaves the gateway; `everything` unless it says less. */
  readonly personalData?: PersonalDataLevel;
  /** Whether utterances are reported; they are unless it says no. */
  readonly isTranscriptionReported?: boolean;
  /** Data that the bot put into the record (specification §5.5, `cdr_custom_data`). */
  readonly customData?: JsonObject;
  /** Calls that were active when this one started, this one among them. */
  readonly activeCalls?: number;
  /** The Call-ID of the INVITE (RFC 3261 §8.1.1.4). */
  readonly sipCallId?: string;
  /** The bot's own name for the conversation. */
  readonly conversationId?: string;
}

/** Waits of one turn in ms; null when an end of the wait is missing. */
export interface TurnLatency {
  /** Index of the turn. */
  readonly turn: number;
  /** Callee's last voice to the recogniser's final result. */
  readonly recognitionMs: number | null;
  /** Question to the bot, to its answer. */
  readonly botMs: number | null;
  /** The bot's answer, or for the first turn the callee's, to the first packet of it. */
  readonly speakingMs: number | null;
  /** Callee's last voice to the first packet of the answer: the silence the callee hears. */
  readonly responseMs: number | null;
}

export interface TurnRecord extends TurnContent {
  /** From 0; the first turn comes before the call is dialled. */
  readonly index: number;
  /** In ms after `startTime`. */
  readonly times: TurnTimes;
}

/** What is kept of a call, JSON throughout. Times of day are ISO 8601 in UTC, lengths are ms. */
export interface CallRecord {
  readonly vgwSessionID: string;
  readonly tenantID: string;
  readonly outboundCall: boolean;
  readonly to: string;
  readonly from: string;
  readonly startTime: string;
  readonly inviteTime: string | null;
  readonly answerTime: string | null;
  readonly stopTime: string;
  /** Start to stop. */
  readonly callLength: number;
  /** Answer to stop; 0 when nobody answered. */
  readonly talkTime: number;
  readonly finalState: 'ended' | 'failed';
  readonly endCode: EndCode;
  readonly endedBy: EndedBy;
  readonly sipStatus: number | null;
  /** What the telephone network calls the end of the call (Q.850), 1 to 127. */
  readonly q850Cause: number | null;
  /** Seconds after which the far end wants to be asked again. */
  readonly retryAfter: number | null;
  readonly failureReason: string | null;
  /** Whose side the failure most likely lies on; null when nothing failed. */
  readonly blame: Blame | null;
  /** What the bot made of the call: its context at the end, without the gateway's own variables. */
  readonly context: JsonObject;
  /** What the bot added by its actions; absent when it added nothing. */
  readonly customData?: JsonObject;
  readonly turns: readonly TurnRecord[];
  readonly latencies: readonly TurnLatency[];
  /** The worst of `latencies`; null where there is none. */
  readonly maxLatency: Omit<TurnLatency, 'turn'>;
  readonly rtpNetworkSummary: RtpSummary | null;
  /** Of the audio, by its name in SDP, the last one where it changed; null when nobody answered. */
  readonly codec: string | null;
  /** The suite of SRTP that the audio was encrypted with, the last one where it changed; null for plain RTP. */
  readonly mediaEncryption: string | null;
  readonly recordingFile: string | null;
  /** When its first sample was heard; null when nothing was recorded. */
  readonly recordingStartTime: string | null;
  /** The 3xx that were followed, in order. */
  readonly redirects: readonly RedirectRecord[];
  /** What was heard before the answer, in order. */
  readonly earlyMedia: readonly EarlySoundRecord[];
  /** Null when no transfer was tried. */
  readonly transfer: TransferRecord | null;
  readonly warnings: readonly string[];
}

/** The record, with what may leave at the level of the facts. */
export function buildCallRecord(facts: CallFacts): CallRecord {
  const { personalData = 'everything' } = facts;
  // JSON throughout, and every field of it is named in the table of fields: the shape stays.
  return reduceToLevel(buildWholeRecord(facts) as unknown as JsonObject, personalData) as unknown as CallRecord;
}

function buildWholeRecord(facts: CallFacts): CallRecord {
  const { startedAtMs, answeredAtMs, stoppedAtMs, end } = facts;
  const timeOfDay = (atMs: number): string => printWallTime(Math.round(facts.startedWallMs + atMs - startedAtMs));
  const latencies = facts.turns.map((turn, index) => measureLatency(turn, index, answeredAtMs));
  return {
    vgwSessionID: facts.sessionId,
    tenantID: facts.tenantId,
    outboundCall: facts.isInbound !== true,
    to: facts.to,
    from: facts.from,
    startTime: timeOfDay(startedAtMs),
    inviteTime: facts.invitedAtMs === undefined ? null : timeOfDay(facts.invitedAtMs),
    answerTime: answeredAtMs === undefined ? null : timeOfDay(answeredAtMs),
    stopTime: timeOfDay(stoppedAtMs),
    callLength: Math.round(stoppedAtMs - startedAtMs),
    talkTime: answeredAtMs === undefined ? 0 : Math.round(stoppedAtMs - answeredAtMs),
    finalState: facts.finalState,
    endCode: end.code,
    endedBy: end.by,
    sipStatus: end.sipStatus ?? null,
    q850Cause: end.q850Cause ?? null,
    retryAfter: end.retryAfterS ?? null,
    failureReason: end.failureReason ?? null,
    blame: explainEnd(end.code)?.blame ?? null,
    context: Object.fromEntries(Object.entries(facts.context).filter(([name]) => !name.startsWith('vgw'))),
    ...(Object.keys(facts.customData ?? {}).length === 0 ? {} : { customData: facts.customData ?? {} }),
    turns: facts.turns.map((turn, index) => buildTurn(turn, index, startedAtMs)),
    latencies,
    maxLatency: {
      recognitionMs: greatest(latencies.map(({ recognitionMs }) => recognitionMs)),
      botMs: greatest(latencies.map(({ botMs }) => botMs)),
      speakingMs: greatest(latencies.map(({ speakingMs }) => speakingMs)),
      responseMs: greatest(latencies.map(({ responseMs }) => responseMs)),
    },
    rtpNetworkSummary: facts.rtp === undefined ? null : networkSummary(facts.rtp, startedAtMs),
    codec: facts.codec ?? null,
    mediaEncryption: facts.mediaEncryption ?? null,
    recordingFile: facts.recordingFile ?? null,
    recordingStartTime: facts.recordingStartedAtMs === undefined ? null : timeOfDay(facts.recordingStartedAtMs),
    redirects: (facts.redirects ?? []).map(({ status, target, diversion, historyInfo }) => ({
      status,
      target,
      diversion: diversion ?? null,
      historyInfo: historyInfo ?? null,
    })),
    earlyMedia: (facts.earlyMedia ?? []).map(({ sound, category, atMs }) => ({
      sound,
      category: category ?? null,
      time: timeOfDay(atMs),
    })),
    transfer: facts.transfer ?? null,
    warnings: facts.warnings,
  };
}

/** The instants of the samples are ms after the start. */
function networkSummary(rtp: RtpSummary, startedAtMs: number): RtpSummary {
  const quality = rtp.quality.map((sample) => ({ ...sample, atMs: Math.round(sample.atMs - startedAtMs) }));
  return { ...rtp, quality };
}

function buildTurn({ times, ...content }: TurnFacts, index: number, startedAtMs: number): TurnRecord {
  // The names stay, the origin moves: instants of one process mean nothing to a reader.
  const sinceStart: TurnTimes = Object.fromEntries(
    Object.entries(times).map(([name, atMs]) => [name, Math.round(atMs - startedAtMs)]),
  );
  return { index, ...content, times: sinceStart };
}

export function measureLatency(
  { request, times }: TurnFacts,
  turn: number,
  answeredAtMs: number | undefined,
): TurnLatency {
  // The answer to the first turn waits for the callee's, and only then can be spoken; one that was asked for ahead waits
  // for the words.
  const { botAnsweredAtMs, recognizedAtMs = -Infinity } = times;
  const isThere = botAnsweredAtMs !== undefined;
  const heldUntilMs = isThere ? Math.max(botAnsweredAtMs, recognizedAtMs) : undefined;
  const mayBeSpokenAtMs = request.type === 'start' ? answeredAtMs : heldUntilMs;
  return {
    turn,
    recognitionMs: between(times.lastVoiceAtMs, times.recognizedAtMs),
    botMs: between(times.botAskedAtMs, times.botAnsweredAtMs),
    speakingMs: between(mayBeSpokenAtMs, times.playbackStartedAtMs),
    responseMs: between(times.lastVoiceAtMs, times.playbackStartedAtMs),
  };
}

function between(fromMs: number | undefined, toMs: number | undefined): number | null {
  return fromMs === undefined || toMs === undefined ? null : Math.round(toMs - fromMs);
}

export function greatest(values: readonly (number | null)[]): number | null {
  let most: number | null = null;
  for (const value of values) if (value !== null && (most === null || value > most)) most = value;
  return most;
}
