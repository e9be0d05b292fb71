/** What the engine needs of the world. The real ones live in `host/`, the simulated ones in `testing/`. */
import type { CallEvent, CallState, CallStateName } from '../call/index.ts';
import type { ConversationService } from '../conversation/index.ts';
import type { Clock, Random } from '../kit/index.ts';
import type { MediaPlane, SourcePolicy } from '../media/index.ts';
import type { CallGuards, SipPolicy } from '../policy/index.ts';
import type { HostPort, UserAgent } from '../sip/index.ts';
import type { Tenant, WebhookTarget } from '../tenants/index.ts';

/** One status notification, with where it goes and how patiently. */
export interface StatusNotice {
  readonly sessionId: string;
  readonly webhook: WebhookTarget;
  readonly limits: Tenant['webhook'];
  readonly callState: CallStateName;
  /** null when nothing failed: the key is always there (specification §7.4). */
  readonly failureReason: string | null;
}

export interface EnginePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly userAgent: UserAgent;
  readonly media: MediaPlane;
  sendDatagram(bytes: Uint8Array, to: HostPort): void;
  /** Calls back once at or after the instant `atMs` (`Clock.nowMs`); the returned function cancels. */
  at(atMs: number, callback: () => void): () => void;
  /** Counts what tenants spend; it outlives a change of the configuration. */
  readonly guards: CallGuards;
  newAbort(): { readonly signal: AbortSignal; abort(): void };
  botOf(tenant: Tenant): ConversationService;
  /** Queues one status notification; a call's notifications are delivered in this order. Never blocks. */
  notify(notice: StatusNotice): void;
  /** The call is over: build and keep its record. Never throws. */
  writeRecord(state: CallState): void;
  /** `state` is the call's after the step that the event belongs to. */
  observe(sessionId: string, tenantId: string, event: CallEvent, state: CallState): void;
  /** Something from the network was refused or ignored. */
  reportDropped(what: string, detail: string, source: HostPort): void;
  /** A bug was caught at the border of a call. */
  reportFault(sessionId: string, fault: unknown): void;
}

export interface EngineSettings {
  /** Calls at the same time; 0 = no limit. */
  readonly maxCalls: number;
  /** Address that the SDP names for media. */
  readonly mediaAddress: string;
  /** Identity of the gateway in From when neither the request nor the tenant names one, e.g. `sip:outdial@192.0.2.1`. */
  readonly defaultFrom: string;
  /** Next hop for every call without a Route, and for `tel:` always. */
  readonly trunk: HostPort | undefined;
  /** Where INVITEs may go. */
  readonly sipPolicy: SipPolicy;
  readonly ringTimeoutMs: number;
  readonly maxCallDurationMs: number;
  readonly sourcePolicy: SourcePolicy;
  /** Folder for the recordings of tenants that have them switched on. */
  readonly recordingDirectory: string;
}
