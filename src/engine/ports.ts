/** What the engine needs of the world. The real ones live in `host/`, the simulated ones in `testing/`. */
import type { CallEnd, CallEvent, CallPlan, CallState, CallStateName } from '../call/index.ts';
import type { ConversationService, TextMessage } from '../conversation/index.ts';
import type { Clock, ErrorCode, GatewayError, JsonObject, Random, Result } from '../kit/index.ts';
import type { MediaPlane } from '../media/index.ts';
import type { CallGuards, SipPolicy, TrunkLimits } from '../policy/index.ts';
import type { Hop, IncomingCall, LocationTarget, PassportOrder, RegistrationEvent, UserAgent } from '../sip/index.ts';
import type { Change } from '../store/index.ts';
import type { StartCallOrder, Tenant } from '../tenants/index.ts';
import type { CallTraces } from './call-traces.ts';
import type { SipCapture } from './sip-traces.ts';

/** One change of a call's state, as its receiver is told. */
export interface StatusNotice {
  readonly sessionId: string;
  readonly callState: CallStateName;
  /** null when nothing failed: the key is always there (specification §7.4). */
  readonly failureReason: string | null;
  /** Of `ended` and `failed`. */
  readonly end?: CallEnd;
}

/** What comes with a request beside the call itself. */
export interface Acceptance {
  /** Changes that belong in the commit that makes the call durable, given its session id. */
  readonly alongside?: (sessionId: string) => readonly Change[];
}

/** A call that is to be made durable. */
export interface NewCallOrder {
  readonly plan: CallPlan;
  readonly order: StartCallOrder;
  readonly acceptedAtWallMs: number;
  readonly acceptance: Acceptance;
}

export type OutgoingTextMessage = TextMessage & { readonly userNumber: string };

/** Whose an incoming call is, and what is known of it. */
export interface IncomingOrder {
  readonly tenant: Tenant;
  /** The name it asks for; it gets one of ours when it asks for none, or for one that is taken. */
  readonly sessionId?: string;
  /** Headers of its INVITE that the bot is given, by the names that were asked for. */
  readonly inviteHeaders: Readonly<Record<string, string>>;
}

export interface EnginePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly userAgent: UserAgent;
  readonly media: MediaPlane;
  /** Sends one SIP message; what cannot be sent comes back by `Engine.sendFailed`. */
  sendSip(bytes: Uint8Array, to: Hop): void;
  /** What SIP traces say of this side, and who looks on; nobody does when absent. */
  readonly sipCapture?: SipCapture;
  /** Where a SIP URI leads (RFC 3263), best first, or one sentence why nowhere. Answers within 5 s and never rejects. */
  readonly locate?: (target: LocationTarget) => Promise<Result<readonly Hop[], string>>;
  /** A target of the trunk has come up or gone down, or has answered for the first time. */
  readonly onTrunkTarget?: (report: TargetReport) => void;
  /** Calls back once at or after the instant `atMs` (`Clock.nowMs`); the returned function cancels. */
  at(atMs: number, callback: () => void): () => void;
  /** Counts what tenants spend; it outlives a change of the configuration. */
  readonly guards: CallGuards;
  /** Whether one more call would harm the running ones. */
  isOverloaded(): boolean;
  newAbort(): { readonly signal: AbortSignal; abort(): void };
  botOf(tenant: Tenant): ConversationService;
  /** Whether a URL that a bot gives may be connected to; without it every one may. */
  readonly checkRequestUrl?: (url: string) => Result<void, string>;
  /** Makes a call durable before anything is done for it. */
  accept(call: NewCallOrder): Promise<Result<void, GatewayError>>;
  /** Keeps what ends the call in another life of the process. Resolves when it is safe, or could not be made so in time. */
  keepDialog(sessionId: string, snapshot: JsonObject): Promise<void>;
  /** Tells one change of state; those of a call are told in this order. Never blocks. */
  notify(notice: StatusNotice): void;
  /** Hands a text message to a gateway for such. The error is one sentence. */
  sendTextMessage(sessionId: string, tenant: Tenant, message: OutgoingTextMessage): Promise<Result<void, string>>;
  /** The call is over: build and keep its record, and its traces as far as there are any. Never throws. */
  writeRecord(state: CallState, traces: CallTraces): void;
  /** `state` is the call's after the step that the event belongs to. */
  observe(sessionId: string, tenantId: string, event: CallEvent, state: CallState): void;
  /** How a registration goes that was asked for with `Engine.register`. */
  readonly onRegistration?: (registrationId: string, event: RegistrationEvent) => void;
  /** What the INVITE of this call is signed with; nothing when absent or undefined. */
  readonly passportOf?: (tenant: Tenant, sessionId: string) => PassportOrder | undefined;
  /** The registrations whose way the calls of this tenant take; none when absent. */
  readonly registrationsOf?: (tenant: Tenant) => readonly string[];
  /** Whose a call is that the user agent has let in; undefined when it is nobody's. Without it no call is taken. */
  readonly orderOf?: (call: IncomingCall) => IncomingOrder | undefined;
  /** A guard or a limit refused an incoming call. */
  reportRefused(tenantId: string, code: ErrorCode): void;
  /** Something from the network was refused or ignored. */
  reportDropped(what: string, detail: string, source: Hop): void;
  /** A bug was caught at the border of a call. */
  reportFault(sessionId: string, fault: unknown): void;
}

/** One of the places that the trunk's calls go to. */
export interface TrunkTarget {
  /** `sip:` or `sips:`, without user. */
  readonly uri: string;
  readonly wanted: LocationTarget;
  /** The lowest goes first; among equals calls are shared by weight (RFC 2782). */
  readonly priority: number;
  readonly weight: number;
}

export interface TargetReport {
  /** Its URI. */
  readonly target: string;
  /** `unknown`: it was not asked, or has not answered yet. */
  readonly state: 'unknown' | 'up' | 'down';
  /** One sentence: what it said last. */
  readonly detail: string;
}

export interface TrunkSettings extends TrunkLimits {
  /** At least one. */
  readonly targets: readonly TrunkTarget[];
  /** Time between the questions whether each one is there; 0 asks none. */
  readonly pingMs: number;
}

export interface EngineSettings {
  /** Calls at the same time; 0 = no limit. */
  readonly maxCalls: number;
  /** Address that the SDP names for media. */
  readonly mediaAddress: string;
  /** The same for calls whose next hop is an IPv6 address; the usual one when absent. */
  readonly mediaAddressIpv6?: string | undefined;
  /** Identity of the gateway in From when neither the request nor the tenant names one, e.g. `sip:outdial@192.0.2.1`. */
  readonly defaultFrom: string;
  /** Next hop for every call without a Route, and for `tel:` always. */
  readonly trunk: Hop | undefined;
  /** How the trunk is reached, watched and limited; what `trunk` itself says when absent. */
  readonly trunkUse?: TrunkSettings;
  /** Where INVITEs may go. */
  readonly sipPolicy: SipPolicy;
  readonly ringTimeoutMs: number;
  readonly maxCallDurationMs: number;
  /** Folder for the recordings of tenants that have them switched on. */
  readonly recordingDirectory: string;
  /** Keeps a SIP trace of every call whose tenant keeps personal data; off when absent. */
  readonly isSipTraced?: boolean;
  /** The same for what is exchanged with bots. */
  readonly isBotTraced?: boolean;
}
