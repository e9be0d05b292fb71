// Printed by scripts/print-client.ts from the routes of /v1: change those, then run `npm run docs`.

import { type ClientOptions, followStream, sendForJson, sendForResponse } from './transport.ts';

export type AcceptedCall = {
  readonly vgwSessionID: string;
  readonly tenantID: string;
  readonly callState: 'accepted';
  /** What of the request has no effect, one sentence each. */
  readonly notices: readonly (string)[];
};

export type AvoidedPlace = {
  readonly place: string;
  /** In a row. */
  readonly failures: number;
  /** Seconds until it is tried first again. */
  readonly forS: number;
};

export type BotExchange = {
  /** As in the events of the turn. */
  readonly turn: number;
  /** Of a question that was asked before the callee's end of speech was certain: whether its answer was used. */
  readonly askedAhead: 'waiting' | 'used' | 'wasted' | null;
  /** The bot by name. */
  readonly provider: string | null;
  /** When it was handed to the network. */
  readonly at: string;
  /** Null for a bot inside the gateway, and when nothing could be sent. */
  readonly method: 'POST' | 'DELETE' | null;
  /** Without credentials and the values of its query. */
  readonly url: string | null;
  readonly request: ExchangedBody | null;
  /** From at to the first byte of the reply. */
  readonly firstByteMs: number | null;
  /** From at to the end of the reply, or its failure; null while it is awaited, and when the call was over before. */
  readonly totalMs: number | null;
  /** Of HTTP. */
  readonly status: number | null;
  readonly reply: ExchangedBody | null;
  /** Why there is no reply, or none of use. */
  readonly failure: {
    /** Of docs/errors.md. */
    readonly code: string;
    readonly message: string;
  } | null;
};

export type BotExchanges = {
  readonly vgwSessionID: string;
  /** false while the call runs: there may be more later. */
  readonly isComplete: boolean;
  /** In the order in which they were sent; each attempt is one. */
  readonly exchanges: readonly (BotExchange)[];
  /** Exchanges that were not kept because there were too many. */
  readonly droppedExchanges: number;
};

export type Call = {
  readonly vgwSessionID: string;
  readonly tenantID: string;
  /** failed and ended are final. */
  readonly callState: 'accepted' | 'started' | 'ringing' | 'active' | 'transferred' | 'failed' | 'ended';
  /** inbound: somebody else placed it. */
  readonly direction: 'inbound' | 'outbound';
  /** As the request named it, or of an inbound call the INVITE, as far as the tenant lets it be shown. */
  readonly to: string;
  readonly from: string;
  readonly acceptedAt: string;
  /** When the state last changed. */
  readonly changedAt: string;
  readonly endedAt?: string;
  /** How it ended: completed.* or a code of docs/errors.md. */
  readonly endCode?: string;
  /** The end code in words; failureReason tells of this very call. */
  readonly endExplanation?: EndExplanation;
  readonly failureReason: string | null;
  /** Of its last event; 0 before the first. */
  readonly sequence: number;
};

export type CallEvent = {
  readonly vgwSessionID: string;
  readonly callState: 'started' | 'ringing' | 'active' | 'transferred' | 'failed' | 'ended' | null;
  readonly failureReason: string | null;
  /** call.* tells states; turn.*, speech.*, dtmf.*, transfer.* and command.* tell more. */
  readonly type: string;
  /** 1, 2, 3 of one call, without a gap. */
  readonly sequence: number;
  /** When the call took it in, by the clock of all its times. */
  readonly timestamp: string;
  readonly tenantID: string;
  readonly data: Readonly<Record<string, unknown>>;
};

export type CallPage = {
  readonly calls: readonly (Call)[];
  /** Absent on the last page. */
  readonly nextCursor?: string;
};

export type CallRecord = Readonly<Record<string, unknown>>;

export type CallTotals = {
  /** Calls that were accepted: running, ended and failed. */
  readonly accepted: number;
  /** Of them not over yet. */
  readonly running: number;
  /** Over without a failure. */
  readonly ended: number;
  readonly failed: number;
  /** Over, and were answered; some of them failed later. */
  readonly answered: number;
  /** Whose side the failures most likely lay on. */
  readonly failedByBlame: FailuresByBlame;
  /** Answered of those that are over; null when none is. */
  readonly answerRate: number | null;
};

export type CommandTaken = {
  readonly status: 'taken';
};

export type DeletedArtifacts = {
  /** How many there were of each kind. */
  readonly deleted: Readonly<Record<string, number>>;
};

export type Delivery = {
  readonly vgwSessionID: string;
  /** Of its event. */
  readonly sequence: number;
  readonly type: string;
  readonly state: 'waiting' | 'delivered' | 'dead';
  /** Since it was queued, or replayed. */
  readonly attempts: number;
  /** The newest 20 attempts, oldest first; those before a replay among them. */
  readonly tries: readonly ({
    readonly at: string;
    readonly durationMs: number;
    /** Of HTTP. */
    readonly status?: number;
    /** Why it failed. */
    readonly reason?: string;
  })[];
  /** What is sent; every attempt is signed anew. */
  readonly request: {
    /** Without credentials and the values of its query. */
    readonly url: string | null;
    readonly body: CallEvent;
  };
  readonly queuedAt: string;
  /** When it is tried next; of a waiting one. */
  readonly dueAt?: string;
  readonly settledAt?: string;
  /** HTTP status of the last attempt. */
  readonly lastStatus?: number;
  readonly lastReason?: string;
};

export type DeliveryList = {
  readonly deliveries: readonly (Delivery)[];
};

export type DeliveryPage = {
  readonly deliveries: readonly (Delivery)[];
  readonly nextCursor?: string;
};

export type DeliveryWaiting = {
  readonly status: 'waiting';
};

export type DurationFigures = {
  /** How many were measured. */
  readonly count: number;
  readonly meanMs: number;
  /** Half of them were no longer. Percentiles are rounded to two significant digits. */
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
};

export type Durations = {
  /** Silence that the callee hears: last voice to the first packet of the answer, measured on the audio. */
  readonly response?: DurationFigures;
  /** Last voice of the callee to the words. */
  readonly recognition?: DurationFigures;
  /** Question to the bot, to its answer. */
  readonly bot?: DurationFigures;
  /** Answer of the bot to the first packet of it. */
  readonly voice?: DurationFigures;
  /** Acceptance of an outbound call to its ringing. */
  readonly ring?: DurationFigures;
  /** Acceptance of an outbound call to its answer. */
  readonly answer?: DurationFigures;
  /** Answer to end. */
  readonly talk?: DurationFigures;
};

export type EndCodeCount = {
  readonly endCode: string;
  readonly callState: 'ended' | 'failed';
  /** null when nothing failed. */
  readonly blame: 'callee' | 'caller' | 'trunk' | 'provider' | 'gateway' | 'unknown' | null;
  /** What it means, and what to do about it. Empty for a code of another version. */
  readonly text: string;
  readonly calls: number;
};

export type EndExplanation = {
  /** What happened, and when something failed, what to do about it. */
  readonly text: string;
  /** Whose side the failure most likely lies on; null when nothing failed. */
  readonly blame: 'callee' | 'caller' | 'trunk' | 'provider' | 'gateway' | 'unknown' | null;
  /** Whether the same call may go better later. */
  readonly isRetryable: boolean;
  /** Path of the page of the end code: likely causes and what to do. */
  readonly docs?: string;
};

export type ExchangedBody = {
  /** *** stands in place of secrets. */
  readonly body: string;
  /** There was more of it. */
  readonly isCut: boolean;
};

export type FailuresByBlame = {
  readonly callee: number;
  readonly caller: number;
  readonly trunk: number;
  readonly provider: number;
  readonly gateway: number;
  readonly unknown: number;
};

export type GatewayStatus = {
  /** Whether new calls are taken. */
  readonly ready: boolean;
  /** Why not. */
  readonly reasons: readonly (string)[];
  /** What is amiss and keeps no call from being taken. */
  readonly remarks: readonly (string)[];
  readonly version: string;
  readonly uptimeS: number;
  /** Of this gateway, now. */
  readonly calls: number;
  readonly maxCalls: number | null;
  readonly mediaThreads: number;
  readonly store: 'memory' | 'sqlite' | 'postgresql';
  /** Gateways that share the database. */
  readonly nodes: readonly (NodeState)[];
  readonly tenants: readonly (TenantRow)[];
  /** Entries of the tenant file that were left out, and why. */
  readonly problems: readonly (TenantProblem)[];
  readonly trunk: TrunkHealth;
};

export type LimitUse = {
  readonly used: number;
  /** null: there is none. */
  readonly limit: number | null;
};

export type NodeState = {
  readonly nodeId: string;
  readonly isSelf: boolean;
  /** It has given a sign of life in time. */
  readonly isAlive: boolean;
  /** That are not over. */
  readonly calls: number;
};

export type Problem = {
  /** For people: what happened and what to do. */
  readonly failureReason: string;
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Stable; see docs/errors.md. */
  readonly code: string;
  /** Path of the page of the code: causes and what to do. */
  readonly docs: string;
};

export type ProviderInUse = {
  /** As the settings name it; local is inside the gateway. */
  readonly kind: string;
  readonly name?: string;
  /** null: inside the gateway. */
  readonly host: string | null;
};

export type RegistrationState = {
  /** For the operator alone. */
  readonly registrar?: string;
  readonly isRegistered: boolean;
  /** Why not, as it was told last. For the operator alone. */
  readonly detail?: string;
};

export type SignedLinks = {
  readonly expiresAt: string;
  /** Path with its query; absent when nothing is recorded. */
  readonly recording?: string;
  readonly transcript: string;
  /** Opens when a trace is kept. */
  readonly sipTrace: string;
  /** The same trace as a capture file. */
  readonly sipTracePcap: string;
  /** Opens when they are kept. */
  readonly botExchanges: string;
  /** The whole call as one HTML file; opens when the call is over. */
  readonly page: string;
};

export type SipTrace = {
  readonly vgwSessionID: string;
  readonly messages: readonly ({
    readonly at: string;
    /** As the gateway sees it. */
    readonly direction: 'sent' | 'received';
    readonly transport: 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';
    /** host:port of the gateway, as it is told to others. */
    readonly local: string;
    /** host:port of the other side. */
    readonly peer: string;
    /** Head and body; *** stands in place of secrets. */
    readonly text: string;
  })[];
  /** false while the call runs: there may be more messages later. */
  readonly isComplete: boolean;
  /** Messages that were not kept because there were too many, or too long ones. */
  readonly droppedMessages: number;
};

export type Statistics = {
  /** As asked for, down to the beginning of a bucket. */
  readonly from: string;
  /** As asked for, up to the end of a bucket. */
  readonly before: string;
  readonly bucket: '5m' | '1h' | '1d';
  readonly totals: CallTotals;
  /** All of the span, also those without calls. */
  readonly buckets: readonly (StatisticsBucket)[];
  /** The most frequent first. */
  readonly endCodes: readonly (EndCodeCount)[];
  readonly durations: Durations;
};

export type StatisticsBucket = {
  /** Its beginning. */
  readonly at: string;
  /** Calls that were accepted: running, ended and failed. */
  readonly accepted: number;
  /** Of them not over yet. */
  readonly running: number;
  /** Over without a failure. */
  readonly ended: number;
  readonly failed: number;
  /** Over, and were answered; some of them failed later. */
  readonly answered: number;
  /** Whose side the failures most likely lay on. */
  readonly failedByBlame: FailuresByBlame;
  readonly durations: Durations;
};

export type TenantLimits = {
  readonly callsAtATime: LimitUse;
  /** Of answered calls on this UTC day. */
  readonly minutesPerDay: LimitUse;
  /** Started within about a second. */
  readonly callsPerSecond: LimitUse;
};

export type TenantProblem = {
  readonly path?: string;
  readonly line?: number;
  readonly reason: string;
  readonly fix?: string;
};

export type TenantRow = {
  readonly tenantID: string;
  readonly isOutboundEnabled: boolean;
  readonly isInboundEnabled: boolean;
  /** As this gateway counts them; gateways that share a database hold them together. */
  readonly limits: TenantLimits;
};

export type TenantStatus = {
  readonly tenantID: string;
  /** Whether new calls are taken. */
  readonly ready: boolean;
  /** Why not. */
  readonly reasons: readonly (string)[];
  /** What is amiss and keeps no call from being taken. */
  readonly remarks: readonly (string)[];
  readonly isOutboundEnabled: boolean;
  readonly isInboundEnabled: boolean;
  /** As this gateway counts them; gateways that share a database hold them together. */
  readonly limits: TenantLimits;
  /** The first is asked, the others stand by. */
  readonly bots: readonly (ProviderInUse)[];
  readonly recognition: readonly (ProviderInUse)[];
  readonly voice: readonly (ProviderInUse)[];
  readonly trunk: TrunkHealth;
};

export type Transcript = {
  readonly vgwSessionID: string;
  readonly lines: readonly ({
    readonly at: string;
    /** operator: said by a command of this API. */
    readonly who: 'callee' | 'bot' | 'operator';
    readonly kind: 'speech' | 'keys' | 'message';
    readonly text: string;
    readonly confidence?: number;
  })[];
};

export type TrunkHealth = {
  /** degraded: some of its targets are down. unknown: nobody asks them (OUTDIAL_SIP_TRUNK_PING). none: calls go where their URI leads. */
  readonly state: 'up' | 'degraded' | 'down' | 'unknown' | 'none';
  /** Whose way the calls take. */
  readonly registrations: readonly (RegistrationState)[];
  /** For the operator alone, as all that follows. */
  readonly targets?: readonly (TrunkTarget)[];
  /** That are on it now. */
  readonly calls?: number;
  readonly maxCalls?: number | null;
  readonly callsPerSecond?: number | null;
  /** Places that failed a call, and go last for a while. */
  readonly avoided?: readonly (AvoidedPlace)[];
};

export type TrunkTarget = {
  /** URI that is asked by OPTIONS. */
  readonly target: string;
  /** unknown: it is not asked, or has not answered yet. */
  readonly state: 'up' | 'down' | 'unknown';
  /** What it said last. */
  readonly detail: string;
};

export interface CreateCallInput {
  /** 1 to 255 printable ASCII characters that name this call, such as a UUID. */
  readonly idempotencyKey?: string;
  readonly body: {
    /** SIP or tel URI to call. */
    readonly to: string;
    /** SIP or tel URI of the caller. Without it, the tenant’s own. */
    readonly from?: string;
    /** State variables for the context of the first turn. At most 16 KiB of JSON. */
    readonly context?: Readonly<Record<string, unknown>>;
    /** What this call does differently from its tenant: config, with the keys of the tenant file, and updateMethod, merge (the default) or replace. */
    readonly tenantConfig?: Readonly<Record<string, unknown>>;
    /** Route header values for the INVITE, separated by commas. */
    readonly route?: string;
    /** http or https URL, up to 2048 characters, that call states are posted to. */
    readonly statusWebhook?: string;
    /** User name for the webhook (HTTP Basic). */
    readonly statusWebhookUsername?: string;
    /** Password for the webhook. */
    readonly statusWebhookPassword?: string;
  };
  readonly signal?: AbortSignal;
}

export interface ListCallsInput {
  /** States to list, separated by commas: accepted, started, ringing, active, transferred, failed, ended. */
  readonly state?: string;
  /** Calls that were accepted at this instant or later. */
  readonly acceptedFrom?: string;
  /** Calls that were accepted before this instant. */
  readonly acceptedBefore?: string;
  /** Calls that ended with this code. */
  readonly endCode?: string;
  /** Calls with this text in the URI of either side, such as a part of a number. */
  readonly party?: string;
  /** nextCursor of the page before. */
  readonly cursor?: string;
  /** Items of a page. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface GetCallInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  readonly signal?: AbortSignal;
}

export interface HangUpCallInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  readonly signal?: AbortSignal;
}

export interface SayInCallInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  readonly body: {
    readonly text: string;
  };
  readonly signal?: AbortSignal;
}

export interface PlayInCallInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  readonly body: {
    readonly url: string;
  };
  readonly signal?: AbortSignal;
}

export interface SendDigitsInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  readonly body: {
    readonly digits: string;
  };
  readonly signal?: AbortSignal;
}

export interface TransferCallInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  readonly body: {
    /** SIP or tel URI. */
    readonly target: string;
    /** blind: the far end is asked to call the target. attended: the gateway calls it first, and the far end takes its place there once it has answered (Replaces); if it does not answer, the call goes on as after any failed transfer. blind unless it says otherwise. */
    readonly method?: 'blind' | 'attended';
  };
  readonly signal?: AbortSignal;
}

export interface SetVariablesInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  readonly body: {
    readonly variables: Readonly<Record<string, unknown>>;
  };
  readonly signal?: AbortSignal;
}

export interface ReceiveMessageInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  readonly body: {
    readonly text?: string;
    readonly media?: readonly ({
      /** Goes to the bot; the gateway does not fetch it. */
      readonly url: string;
      readonly contentType?: string;
    })[];
    /** Of the sender; else the number called. */
    readonly userPhoneNumber?: string;
    readonly context?: Readonly<Record<string, unknown>>;
  };
  readonly signal?: AbortSignal;
}

export interface MuteCallInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  readonly body: {
    readonly who: 'bot' | 'callee';
    readonly isMuted: boolean;
  };
  readonly signal?: AbortSignal;
}

export interface FollowCallInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  /** The id that was received last: the stream goes on after it. */
  readonly lastEventId?: string;
  readonly signal?: AbortSignal;
}

export interface FollowTenantInput {
  /** The id that was received last: the stream goes on after it. */
  readonly lastEventId?: string;
  readonly signal?: AbortSignal;
}

export interface ListDeliveriesInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  readonly signal?: AbortSignal;
}

export interface ReplayDeliveryInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  /** The sequence of an event of the call. */
  readonly sequence: string;
  readonly signal?: AbortSignal;
}

export interface ListDeadDeliveriesInput {
  /** nextCursor of the page before. */
  readonly cursor?: string;
  /** Items of a page. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface GetRecordInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  readonly signal?: AbortSignal;
}

export interface GetRecordingInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  /** Of a signed link. */
  readonly expires?: string;
  /** Of a signed link. */
  readonly signature?: string;
  readonly signal?: AbortSignal;
}

export interface GetTranscriptInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  /** Of a signed link. */
  readonly expires?: string;
  /** Of a signed link. */
  readonly signature?: string;
  readonly signal?: AbortSignal;
}

export interface GetSipTraceInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  /** Of a signed link. */
  readonly expires?: string;
  /** Of a signed link. */
  readonly signature?: string;
  readonly signal?: AbortSignal;
}

export interface GetSipTracePcapInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  /** Of a signed link. */
  readonly expires?: string;
  /** Of a signed link. */
  readonly signature?: string;
  readonly signal?: AbortSignal;
}

export interface GetBotExchangesInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  /** Of a signed link. */
  readonly expires?: string;
  /** Of a signed link. */
  readonly signature?: string;
  readonly signal?: AbortSignal;
}

export interface GetCallPageInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  /** Of a signed link. */
  readonly expires?: string;
  /** Of a signed link. */
  readonly signature?: string;
  readonly signal?: AbortSignal;
}

export interface SignLinksInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  readonly body: {
    /** Seconds for which the links are good. */
    readonly expiresInS?: number;
  };
  readonly signal?: AbortSignal;
}

export interface DeleteArtifactsInput {
  /** The vgwSessionID of the call. */
  readonly sessionId: string;
  readonly signal?: AbortSignal;
}

export interface GetStatisticsInput {
  /** Calls that were accepted at this instant or later. Usually a day before `before`. */
  readonly from?: string;
  /** Calls that were accepted before this instant. Usually now. */
  readonly before?: string;
  /** Length of a bucket; days are those of UTC. */
  readonly bucket?: '5m' | '1h' | '1d';
  readonly signal?: AbortSignal;
}

export interface GetStatusInput {
  readonly signal?: AbortSignal;
}

export interface OutdialClient {
  /** Start a call. */
  createCall(input: CreateCallInput): Promise<AcceptedCall>;
  /** List calls. */
  listCalls(input?: ListCallsInput): Promise<CallPage>;
  /** Look at a call. */
  getCall(input: GetCallInput): Promise<Call>;
  /** Hang up or cancel. */
  hangUpCall(input: HangUpCallInput): Promise<CommandTaken>;
  /** Say a text. */
  sayInCall(input: SayInCallInput): Promise<CommandTaken>;
  /** Play a WAV file. */
  playInCall(input: PlayInCallInput): Promise<CommandTaken>;
  /** Send keys. */
  sendDigits(input: SendDigitsInput): Promise<CommandTaken>;
  /** Transfer the call. */
  transferCall(input: TransferCallInput): Promise<CommandTaken>;
  /** Put variables into the context. */
  setVariables(input: SetVariablesInput): Promise<CommandTaken>;
  /** Hand over a text message. */
  receiveMessage(input: ReceiveMessageInput): Promise<CommandTaken>;
  /** Mute one side. */
  muteCall(input: MuteCallInput): Promise<CommandTaken>;
  /** Follow a call. */
  followCall(input: FollowCallInput): AsyncGenerator<CallEvent, void, undefined>;
  /** Follow all calls. */
  followTenant(input?: FollowTenantInput): AsyncGenerator<CallEvent, void, undefined>;
  /** List the notifications of a call. */
  listDeliveries(input: ListDeliveriesInput): Promise<DeliveryList>;
  /** Send a notification again. */
  replayDelivery(input: ReplayDeliveryInput): Promise<DeliveryWaiting>;
  /** List dead notifications. */
  listDeadDeliveries(input?: ListDeadDeliveriesInput): Promise<DeliveryPage>;
  /** Read the call record. */
  getRecord(input: GetRecordInput): Promise<CallRecord>;
  /** Fetch the recording. */
  getRecording(input: GetRecordingInput): Promise<Response>;
  /** Read the transcript. */
  getTranscript(input: GetTranscriptInput): Promise<Transcript>;
  /** Read the SIP trace. */
  getSipTrace(input: GetSipTraceInput): Promise<SipTrace>;
  /** Read the SIP trace as a capture file. */
  getSipTracePcap(input: GetSipTracePcapInput): Promise<Response>;
  /** Read what was exchanged with bots. */
  getBotExchanges(input: GetBotExchangesInput): Promise<BotExchanges>;
  /** Fetch the call as one HTML file. */
  getCallPage(input: GetCallPageInput): Promise<Response>;
  /** Make signed links. */
  signLinks(input: SignLinksInput): Promise<SignedLinks>;
  /** Delete what was said. */
  deleteArtifacts(input: DeleteArtifactsInput): Promise<DeletedArtifacts>;
  /** Count calls. */
  getStatistics(input?: GetStatisticsInput): Promise<Statistics>;
  /** See how it goes. */
  getStatus(input?: GetStatusInput): Promise<TenantStatus>;
}

/** A client of one tenant. Requests that are refused reject with `OutdialProblem`. */
export function createOutdialClient(options: ClientOptions): OutdialClient {
  return {
    createCall: (input) => sendForJson(options, { method: 'POST', path: '/calls', headers: { 'Idempotency-Key': input.idempotencyKey }, body: input.body, signal: input.signal }),
    listCalls: (input = {}) => sendForJson(options, { method: 'GET', path: '/calls', query: { state: input.state, acceptedFrom: input.acceptedFrom, acceptedBefore: input.acceptedBefore, endCode: input.endCode, party: input.party, cursor: input.cursor, limit: input.limit }, signal: input.signal }),
    getCall: (input) => sendForJson(options, { method: 'GET', path: `/calls/${encodeURIComponent(input.sessionId)}`, signal: input.signal }),
    hangUpCall: (input) => sendForJson(options, { method: 'POST', path: `/calls/${encodeURIComponent(input.sessionId)}/hangup`, body: {}, signal: input.signal }),
    sayInCall: (input) => sendForJson(options, { method: 'POST', path: `/calls/${encodeURIComponent(input.sessionId)}/say`, body: input.body, signal: input.signal }),
    playInCall: (input) => sendForJson(options, { method: 'POST', path: `/calls/${encodeURIComponent(input.sessionId)}/play`, body: input.body, signal: input.signal }),
    sendDigits: (input) => sendForJson(options, { method: 'POST', path: `/calls/${encodeURIComponent(input.sessionId)}/digits`, body: input.body, signal: input.signal }),
    transferCall: (input) => sendForJson(options, { method: 'POST', path: `/calls/${encodeURIComponent(input.sessionId)}/transfer`, body: input.body, signal: input.signal }),
    setVariables: (input) => sendForJson(options, { method: 'POST', path: `/calls/${encodeURIComponent(input.sessionId)}/variables`, body: input.body, signal: input.signal }),
    receiveMessage: (input) => sendForJson(options, { method: 'POST', path: `/calls/${encodeURIComponent(input.sessionId)}/messages`, body: input.body, signal: input.signal }),
    muteCall: (input) => sendForJson(options, { method: 'POST', path: `/calls/${encodeURIComponent(input.sessionId)}/mute`, body: input.body, signal: input.signal }),
    followCall: (input) => followStream(options, { method: 'GET', path: `/calls/${encodeURIComponent(input.sessionId)}/events`, headers: { 'Last-Event-ID': input.lastEventId }, signal: input.signal }),
    followTenant: (input = {}) => followStream(options, { method: 'GET', path: '/events', headers: { 'Last-Event-ID': input.lastEventId }, signal: input.signal }),
    listDeliveries: (input) => sendForJson(options, { method: 'GET', path: `/calls/${encodeURIComponent(input.sessionId)}/deliveries`, signal: input.signal }),
    replayDelivery: (input) => sendForJson(options, { method: 'POST', path: `/calls/${encodeURIComponent(input.sessionId)}/deliveries/${encodeURIComponent(input.sequence)}/replay`, body: {}, signal: input.signal }),
    listDeadDeliveries: (input = {}) => sendForJson(options, { method: 'GET', path: '/dead-deliveries', query: { cursor: input.cursor, limit: input.limit }, signal: input.signal }),
    getRecord: (input) => sendForJson(options, { method: 'GET', path: `/calls/${encodeURIComponent(input.sessionId)}/record`, signal: input.signal }),
    getRecording: (input) => sendForResponse(options, { method: 'GET', path: `/calls/${encodeURIComponent(input.sessionId)}/recording`, query: { expires: input.expires, signature: input.signature }, signal: input.signal }),
    getTranscript: (input) => sendForJson(options, { method: 'GET', path: `/calls/${encodeURIComponent(input.sessionId)}/transcript`, query: { expires: input.expires, signature: input.signature }, signal: input.signal }),
    getSipTrace: (input) => sendForJson(options, { method: 'GET', path: `/calls/${encodeURIComponent(input.sessionId)}/sip-trace`, query: { expires: input.expires, signature: input.signature }, signal: input.signal }),
    getSipTracePcap: (input) => sendForResponse(options, { method: 'GET', path: `/calls/${encodeURIComponent(input.sessionId)}/sip-trace.pcap`, query: { expires: input.expires, signature: input.signature }, signal: input.signal }),
    getBotExchanges: (input) => sendForJson(options, { method: 'GET', path: `/calls/${encodeURIComponent(input.sessionId)}/bot-exchanges`, query: { expires: input.expires, signature: input.signature }, signal: input.signal }),
    getCallPage: (input) => sendForResponse(options, { method: 'GET', path: `/calls/${encodeURIComponent(input.sessionId)}/page.html`, query: { expires: input.expires, signature: input.signature }, signal: input.signal }),
    signLinks: (input) => sendForJson(options, { method: 'POST', path: `/calls/${encodeURIComponent(input.sessionId)}/links`, body: input.body, signal: input.signal }),
    deleteArtifacts: (input) => sendForJson(options, { method: 'DELETE', path: `/calls/${encodeURIComponent(input.sessionId)}/artifacts`, signal: input.signal }),
    getStatistics: (input = {}) => sendForJson(options, { method: 'GET', path: '/statistics', query: { from: input.from, before: input.before, bucket: input.bucket }, signal: input.signal }),
    getStatus: (input = {}) => sendForJson(options, { method: 'GET', path: '/status', signal: input.signal }),
  };
}
