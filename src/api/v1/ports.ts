import type { Readable } from 'node:stream';
import type { CallTraces, ControlCommand } from '../../engine/index.ts';
import type { GatewayError, JsonObject, Result } from '../../kit/index.ts';
import type { Tenant } from '../../tenants/index.ts';
import type { TenantStatus } from './status-routes.ts';
import type { DurableStore, Owner, StoredCall } from '../../store/index.ts';

/** What the routes under `/v1` need beside what the contract's route needs. */
export interface V1Ports {
  readonly store: Pick<
    DurableStore,
    | 'call'
    | 'calls'
    | 'claimKey'
    | 'commit'
    | 'deadDeliveries'
    | 'deliveries'
    | 'events'
    | 'name'
    | 'record'
    | 'statistics'
    | 'tenantEvents'
  >;
  /** What a tenant may know of how the gateway is. */
  status(tenant: Tenant): Promise<TenantStatus>;
  readonly owner: Owner;
  readonly wallMs: () => number;
  /** Calls `fire` once after `ms`, unless the function it returns was called before. */
  readonly after: (ms: number, fire: () => void) => () => void;
  /** Tells a call what to do, on whatever node it is. Resolves well when the call has taken it. */
  control(call: StoredCall, command: ControlCommand): Promise<Result<void, GatewayError>>;
  /** A delivery may be due that was not. */
  wakeOutbox(): void;
  readonly feed: EventFeed;
  /** Deletes what is kept of a call that is over, and says how many of each there were. */
  deleteArtifacts(
    sessionId: string,
  ): Promise<
    Result<Readonly<Record<string, number>>, { readonly isRunning: boolean; readonly reasons: readonly string[] }>
  >;
  /** What was recorded of a call, when it lies on this machine. */
  openRecording(fileName: string): Promise<RecordingFile | undefined>;
  /** What was traced so far of a call that runs in this process; undefined when it does not. */
  tracesSoFar(sessionId: string): CallTraces | undefined;
  /** A trace of a call that is over, when it was kept on this machine. */
  readTrace(sessionId: string, which: keyof CallTraces): Promise<JsonObject | undefined>;
  /** Links are signed with keys made of it. */
  readonly linkSecret: string;
}

/** Tells who follows a call or a tenant that this process has stored more of it. */
export interface EventFeed {
  /** Calls `wake` for every commit with events of that call or tenant; the returned function ends it. */
  watch(of: EventSource, wake: () => void): () => void;
}

export type EventSource =
  | { readonly kind: 'call'; readonly sessionId: string }
  | { readonly kind: 'tenant'; readonly tenantId: string };

/** A WAV file. */
export interface RecordingFile {
  readonly sizeBytes: number;
  readonly stream: Readable;
}
