/**
 * Which kind of data a field holds, by its name, for every field of records, reports and the data of call events. The
 * compiler asks for a new field of the record to be put here.
 */
import type { QualitySample, RtpSummary } from '../media/index.ts';
import type { CallLogged } from './call-logged.ts';
import type {
  CallRecord,
  EarlySoundRecord,
  RedirectRecord,
  StepRecord,
  TransferRecord,
  TurnLatency,
  TurnRecord,
  TurnTimes,
} from './call-record.ts';
import type { DataKind } from './data-kinds.ts';

type KindsOf<T> = Readonly<Record<keyof T, DataKind>>;

const recordFields = {
  vgwSessionID: 'plain',
  tenantID: 'tenant',
  outboundCall: 'plain',
  to: 'party',
  from: 'party',
  startTime: 'plain',
  inviteTime: 'plain',
  answerTime: 'plain',
  stopTime: 'plain',
  callLength: 'plain',
  talkTime: 'plain',
  finalState: 'plain',
  endCode: 'plain',
  endedBy: 'plain',
  sipStatus: 'plain',
  q850Cause: 'plain',
  retryAfter: 'plain',
  failureReason: 'sentence',
  blame: 'plain',
  context: 'content',
  turns: 'plain',
  latencies: 'plain',
  maxLatency: 'plain',
  rtpNetworkSummary: 'plain',
  codec: 'plain',
  mediaEncryption: 'plain',
  recordingFile: 'plain',
  recordingStartTime: 'plain',
  redirects: 'plain',
  earlyMedia: 'plain',
  transfer: 'plain',
  warnings: 'sentence',
  customData: 'custom',
} as const satisfies KindsOf<CallRecord>;

const turnFields = {
  index: 'plain',
  request: 'plain',
  response: 'plain',
  isBargeIn: 'plain',
  isInterrupted: 'plain',
  problems: 'sentence',
  times: 'plain',
  provider: 'plain',
  echoes: 'words',
} as const satisfies KindsOf<TurnRecord>;

const stepFields = {
  type: 'plain',
  text: 'words',
  url: 'link',
  isLooping: 'plain',
  rule: 'plain',
  name: 'plain',
  isOn: 'plain',
  fallbackAudioUrl: 'link',
  isExcludedFromCache: 'plain',
  service: 'plain',
  update: 'plain',
  order: 'content',
  headers: 'plain',
  keys: 'plain',
  isOnce: 'plain',
} as const satisfies KindsOf<StepRecord>;

/** Of a rule for the collection of keys, and of a header. */
const ruleFields = {
  termKey: 'plain',
  minCount: 'plain',
  maxCount: 'plain',
  interDigitTimeoutMs: 'plain',
  ignoresSpeech: 'plain',
  pausesAfter: 'plain',
  value: 'words',
} as const satisfies Readonly<Record<string, DataKind>>;

const transferFields = {
  cause: 'plain',
  method: 'plain',
  target: 'party',
  outcome: 'plain',
  sipStatus: 'plain',
  reason: 'sentence',
  attempts: 'plain',
} as const satisfies KindsOf<TransferRecord>;

const redirectFields = {
  status: 'plain',
  target: 'party',
  diversion: 'sentence',
  historyInfo: 'sentence',
} as const satisfies KindsOf<RedirectRecord>;

/** Of a sound before the answer, and of the event that tells it. */
const earlySoundFields = {
  sound: 'plain',
  category: 'plain',
  time: 'plain',
} as const satisfies KindsOf<EarlySoundRecord>;

const measurements = {
  voiceOnsetAtMs: 'plain',
  lastVoiceAtMs: 'plain',
  speechEndedAtMs: 'plain',
  recognizedAtMs: 'plain',
  botAskedAtMs: 'plain',
  botFirstByteAtMs: 'plain',
  botAnsweredAtMs: 'plain',
  voiceReadyAtMs: 'plain',
  playbackStartedAtMs: 'plain',
  playbackFinishedAtMs: 'plain',
  turn: 'plain',
  recognitionMs: 'plain',
  botMs: 'plain',
  speakingMs: 'plain',
  responseMs: 'plain',
  packetsSent: 'plain',
  packetsReceived: 'plain',
  packetsLost: 'plain',
  packetsLate: 'plain',
  packetsDuplicated: 'plain',
  packetsFromStrangers: 'plain',
  packetsMalformed: 'plain',
  jitterMs: 'plain',
  sendJitterP50Ms: 'plain',
  sendJitterP99Ms: 'plain',
  sendJitterMaxMs: 'plain',
  rtcpPacketsSent: 'plain',
  rtcpPacketsReceived: 'plain',
  rtcpPacketsRefused: 'plain',
  roundTripMs: 'plain',
  roundTripMaxMs: 'plain',
  farPacketsLost: 'plain',
  farJitterMs: 'plain',
  farName: 'party',
  farTool: 'plain',
  jitterMeanMs: 'plain',
  jitterMaxMs: 'plain',
  mos: 'plain',
  mosMin: 'plain',
  farMos: 'plain',
  farMosMin: 'plain',
  quality: 'plain',
  atMs: 'plain',
  lossPercent: 'plain',
  farLossPercent: 'plain',
} as const satisfies KindsOf<TurnTimes> & KindsOf<TurnLatency> & KindsOf<RtpSummary> & KindsOf<QualitySample>;

const loggedFields = {
  primary_phone_number: 'party',
  global_session_id: 'plain',
  failure_occurred: 'plain',
  failure_details: 'sentence',
  transfer_occurred: 'plain',
  active_calls: 'plain',
  call: 'plain',
  session_initiation_protocol: 'plain',
  max_response_milliseconds: 'plain',
  assistant_interaction_summaries: 'plain',
  injected_custom_data: 'custom',
  warnings_and_errors: 'plain',
  realtime_transport_network_summary: 'plain',
} as const satisfies KindsOf<CallLogged>;

/** Below the first level of `CallLogged`. */
const loggedDetails = {
  start_timestamp: 'plain',
  stop_timestamp: 'plain',
  milliseconds_elapsed: 'plain',
  outbound: 'plain',
  end_reason: 'plain',
  security: 'plain',
  media_encrypted: 'plain',
  signaling_encrypted: 'plain',
  invite_arrival_timestamp: 'plain',
  invite_arrival_time: 'plain',
  setup_milliseconds: 'plain',
  call_id: 'plain',
  from_uri: 'party',
  to_uri: 'party',
  assistant: 'plain',
  text_to_speech: 'plain',
  speech_to_text: 'plain',
  assistant_id: 'plain',
  session_id: 'plain',
  response_milliseconds: 'plain',
  streaming_statistics: 'plain',
  barge_in_occurred: 'plain',
  id: 'plain',
  code: 'plain',
  message: 'sentence',
  inbound_stream: 'plain',
  outbound_stream: 'plain',
  average_jitter: 'plain',
  maximum_jitter: 'plain',
  canonical_name: 'party',
  tool_name: 'plain',
  packets_lost: 'plain',
  packets_transmitted: 'plain',
} as const satisfies Readonly<Record<string, DataKind>>;

/** Of turn and transcription events, and of the data of call events. */
const eventFields = {
  confidence: 'plain',
  speaker: 'plain',
  time: 'plain',
  error: 'plain',
  event: 'plain',
  payload: 'plain',
  sequence: 'plain',
  timestamp: 'plain',
  callState: 'plain',
  digit: 'words',
  digits: 'words',
  milliseconds: 'plain',
  voiceStartedBefore: 'plain',
  voiceEndedBefore: 'plain',
} as const satisfies Readonly<Record<string, DataKind>>;

const fieldKinds: ReadonlyMap<string, DataKind> = new Map<string, DataKind>(
  [
    recordFields,
    turnFields,
    stepFields,
    ruleFields,
    transferFields,
    redirectFields,
    earlySoundFields,
    measurements,
    loggedFields,
    loggedDetails,
    eventFields,
  ].flatMap((fields) => Object.entries(fields)),
);

/** Undefined for a field that no table names. */
export function kindOfField(name: string): DataKind | undefined {
  return fieldKinds.get(name);
}
