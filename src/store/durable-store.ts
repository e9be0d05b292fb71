/**
 * What survives a crash: calls with their dialogs, events, webhook deliveries, call records, idempotency keys, what
 * accounts spend, figures of calls that are over, the nodes that share a store, and the reports that wait. One port; the
 * engines (memory for tests, SQLite, PostgreSQL) pass one conformance suite.
 *
 * - Writing is `commit`: all of its changes or none, and on the disk when it resolves well.
 * - Every unfinished call and every waiting delivery belongs to one node in one of its lives (`Owner`). A node writes only
 *   to calls of its own: what another node took over is fenced off from the first owner.
 * - Deliveries of one call leave in the order of their sequence: only the first that is neither delivered nor dead is
 *   ever due.
 * - Instants here are wall-clock ms since 1970 (UTC): they outlive the process. The caller gives the present one; an
 *   engine reads no clock.
 * - Nothing rejects: failures are values with the codes `store.unavailable`, `store.full` (disk), `store.not-owner`, and
 *   for refused admissions `guard.rate`, `guard.concurrency` or `guard.minutes`. A cursor that is none is
 *   `request.malformed`; a change that no correct caller makes (a gap in the sequences) is `internal.bug`.
 * - `store.not-owner` is also the answer to changes of calls that are unknown or over, except that events and the record
 *   may follow the end. Settling, postponing or replaying what is not in a state for it, and answers to keys that are
 *   not claimed, change nothing.
 * - A node joins before it writes anything new.
 */
import type { GatewayError, Json, JsonObject, Result } from '../kit/index.ts';
import type { CallFigures, CallStatistics, StatisticsQuery } from './statistics/contract.ts';

export type Stored<T> = Promise<Result<T, GatewayError>>;

/** A node in one of its lives: each start of a node has a greater epoch than the one before. */
export interface Owner {
  readonly nodeId: string;
  readonly epoch: number;
}

export type StoredCallState = 'accepted' | 'started' | 'ringing' | 'active' | 'transferred' | 'failed' | 'ended';

/** What a new call brings. */
export interface NewCall {
  readonly sessionId: string;
  readonly tenantId: string;
  readonly owner: Owner;
  readonly to: string;
  readonly from: string;
  readonly acceptedAtWallMs: number;
  /** Where its states are told, as the outbox understands it; secrets in it are sealed. Absent: nowhere. */
  readonly endpoint?: DeliveryEndpoint;
  /** What a restart needs beside the dialog to write an honest record: plain facts, no secrets. */
  readonly facts: JsonObject;
}

export interface StoredCall extends NewCall {
  readonly state: StoredCallState;
  readonly changedAtWallMs: number;
  /** Present once it is over, with its end code. */
  readonly endedAtWallMs?: number;
  readonly endCode?: string;
  readonly failureReason?: string;
  /** What `UserAgent.endOrphan` takes: an INVITE under way or a dialog. */
  readonly dialog?: JsonObject;
  /** Sequence of its last event; 0 before the first. */
  readonly lastSequence: number;
}

/** A receiver of deliveries. `key` names it (one URL of one tenant): limits and fairness go by it. */
export interface DeliveryEndpoint {
  readonly key: string;
  /** What the outbox needs to send there, secrets sealed. */
  readonly target: JsonObject;
}

/** One event of a call. (`sessionId`, `sequence`) names it; sequences count from 1 without a gap. */
export interface StoredEvent {
  readonly sessionId: string;
  readonly tenantId: string;
  readonly sequence: number;
  /** e.g. `call.started`. */
  readonly type: string;
  readonly atWallMs: number;
  readonly data: JsonObject;
}

/** One attempt to deliver. */
export interface DeliveryTry {
  readonly atWallMs: number;
  readonly durationMs: number;
  /** Of HTTP. */
  readonly status?: number;
  /** Why it failed. */
  readonly reason?: string;
}

/** So many of a delivery are kept. */
export const mostTries = 20;

export interface Delivery {
  readonly event: StoredEvent;
  readonly endpoint: DeliveryEndpoint;
  /** Attempts so far, since it was replayed. */
  readonly attempts: number;
  /** The newest attempts, oldest first; those before a replay among them. */
  readonly tries: readonly DeliveryTry[];
  /** When it was handed over; the window of tries counts from here. */
  readonly queuedAtWallMs: number;
  readonly dueAtWallMs: number;
  readonly lastStatus?: number;
  readonly lastReason?: string;
}

export type DeliveryState = 'waiting' | 'delivered' | 'dead';

export interface DeliveryReport extends Delivery {
  readonly state: DeliveryState;
  readonly settledAtWallMs?: number;
}

/** Limits to hold across all nodes, checked in the commit that accepts the call. 0: no limit. */
export interface SharedAdmission {
  /** Whose counters these are. */
  readonly account: string;
  /** A token bucket of one second. */
  readonly callsPerSecond: number;
  readonly maxCalls: number;
  readonly minutesPerDay: number;
  readonly nowWallMs: number;
}

/** What an idempotency key was claimed for, and what became of it. */
export interface IdempotencyKey {
  readonly tenantId: string;
  readonly key: string;
}

export type KeyClaim =
  /** The key is this request's; answer it by `answer-kept`, or give it back by `key-released`. */
  | { readonly type: 'claimed' }
  /** The same request is being carried out. */
  | { readonly type: 'in-flight' }
  /** The key belongs to a request with another body. */
  | { readonly type: 'other-request' }
  | { readonly type: 'answered'; readonly answer: KeptAnswer };

export interface KeptAnswer {
  readonly status: number;
  readonly body: Json;
}

export type Change =
  | { readonly type: 'call-accepted'; readonly call: NewCall; readonly admission?: SharedAdmission }
  | {
      readonly type: 'call-changed';
      readonly sessionId: string;
      readonly owner: Owner;
      readonly atWallMs: number;
      readonly state?: StoredCallState;
      /** null: there is none any more. */
      readonly dialog?: JsonObject | null;
    }
  /**
   * The terminal state; its dialog is forgotten. The account it was admitted for is charged `billedMs` on the UTC day of
   * `atWallMs` and gets its call slot back.
   */
  | {
      readonly type: 'call-ended';
      readonly sessionId: string;
      readonly owner: Owner;
      readonly atWallMs: number;
      readonly state: 'failed' | 'ended';
      readonly endCode: string;
      readonly failureReason?: string;
      readonly billedMs: number;
      /** What is counted of it; without, that it was not answered and nobody waited. */
      readonly figures?: CallFigures;
    }
  /** With `endpoint`, also a delivery, due at once. */
  | { readonly type: 'event'; readonly event: StoredEvent; readonly owner: Owner; readonly endpoint?: DeliveryEndpoint }
  /** The record of a call; the first one stays. */
  | { readonly type: 'record'; readonly sessionId: string; readonly tenantId: string; readonly record: JsonObject }
  | { readonly type: 'answer-kept'; readonly key: IdempotencyKey; readonly answer: KeptAnswer }
  | { readonly type: 'key-released'; readonly key: IdempotencyKey }
  | {
      readonly type: 'delivery-settled';
      readonly sessionId: string;
      readonly sequence: number;
      readonly state: 'delivered' | 'dead';
      readonly attempts: number;
      /** In place of those before, which stay without it. */
      readonly tries?: readonly DeliveryTry[];
      readonly atWallMs: number;
      readonly status?: number;
      readonly reason?: string;
    }
  /** It failed and is tried again. */
  | {
      readonly type: 'delivery-postponed';
      readonly sessionId: string;
      readonly sequence: number;
      readonly attempts: number;
      readonly tries?: readonly DeliveryTry[];
      readonly dueAtWallMs: number;
      readonly status?: number;
      readonly reason?: string;
    }
  /** A dead or delivered one is sent again: waiting, due now, attempts from 0, its window from now. */
  | {
      readonly type: 'delivery-replayed';
      readonly sessionId: string;
      readonly sequence: number;
      readonly owner: Owner;
      readonly atWallMs: number;
    }
  /**
   * Removes what people said: data of the events, record and facts of the call. Its row, states and times stay; no later
   * record is taken.
   */
  | { readonly type: 'artifacts-deleted'; readonly sessionId: string }
  | { readonly type: 'reports-queued'; readonly reports: readonly NewReport[]; readonly owner: Owner }
  | { readonly type: 'reports-done'; readonly ids: readonly string[] }
  | { readonly type: 'reports-postponed'; readonly ids: readonly string[]; readonly dueAtWallMs: number };

/** A report for a sink outside (a collector, a document database). */
export interface NewReport {
  /** Unique; its order is the order of delivery. */
  readonly id: string;
  readonly sink: string;
  readonly sessionId: string;
  readonly document: JsonObject;
  readonly queuedAtWallMs: number;
}

export interface CallQuery {
  readonly tenantId?: string;
  readonly states?: readonly StoredCallState[];
  readonly acceptedFromWallMs?: number;
  readonly acceptedBeforeWallMs?: number;
  readonly endCode?: string;
  /** Stands in the URI of either side, whatever its case. */
  readonly party?: string;
  /** Of the page before. */
  readonly cursor?: string;
  /** 1 to 200. */
  readonly limit: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Absent on the last page. */
  readonly nextCursor?: string;
}

export interface DueQuery {
  readonly owner: Owner;
  readonly nowWallMs: number;
  /** At most so many of one endpoint, so that a dead one leaves room for the others. */
  readonly perEndpoint: number;
  readonly limit: number;
  /** Sessions whose delivery is under way, and endpoints with no room. */
  readonly exceptSessions: readonly string[];
  readonly exceptEndpoints: readonly string[];
}

/** An instruction for the node that owns a call. */
export interface CallCommand {
  readonly id: string;
  readonly sessionId: string;
  readonly command: JsonObject;
  readonly sentAtWallMs: number;
}

export interface NodeState {
  readonly owner: Owner;
  readonly leaseUntilWallMs: number;
  readonly unfinishedCalls: number;
}

export interface DurableStore {
  readonly spec: 'store/1';
  readonly name: 'memory' | 'sqlite' | 'postgresql';
  /** All or nothing. Commits of one caller take effect in the order in which they were handed over. */
  commit(changes: readonly Change[]): Stored<void>;

  call(sessionId: string): Stored<StoredCall | undefined>;
  /** Newest first. A page may be had while calls are accepted: what it shows is neither missed nor told twice. */
  calls(query: CallQuery): Stored<Page<StoredCall>>;
  record(sessionId: string): Stored<JsonObject | undefined>;
  /** Events after `afterSequence`, oldest first. */
  events(sessionId: string, afterSequence: number, limit: number): Stored<readonly StoredEvent[]>;
  /**
   * Events of all calls of a tenant in an order that never changes and misses none; `cursor` is of the page before, and
   * `nextCursor` is always there. Without `cursor`: from now on.
   */
  tenantEvents(
    tenantId: string,
    cursor: string | undefined,
    limit: number,
  ): Stored<{ readonly items: readonly StoredEvent[]; readonly nextCursor: string }>;

  /** Claims a key for a request, of which `fingerprint` is a digest. Keys older than 24 h are forgotten. */
  claimKey(key: IdempotencyKey, fingerprint: string, owner: Owner, nowWallMs: number): Stored<KeyClaim>;

  dueDeliveries(query: DueQuery): Stored<readonly Delivery[]>;
  /** The soonest instant at which a delivery of this owner is due; undefined when none waits. */
  nextDueAtWallMs(owner: Owner, exceptSessions: readonly string[]): Stored<number | undefined>;
  deliveries(sessionId: string): Stored<readonly DeliveryReport[]>;
  /** Those that died last first. */
  deadDeliveries(query: {
    readonly tenantId?: string;
    readonly cursor?: string;
    readonly limit: number;
  }): Stored<Page<DeliveryReport>>;

  dueReports(sink: string, owner: Owner, nowWallMs: number, limit: number): Stored<readonly NewReport[]>;

  /** What became of the calls of a tenant. Costs what the slots cost, however many calls there were. */
  statistics(query: StatisticsQuery): Stored<CallStatistics>;

  /** Milliseconds charged to an account on a UTC day (days since 1970). */
  chargedMs(account: string, day: number): Stored<number>;

  /** Begins a life of a node: a greater epoch than ever before, and a lease. */
  joinNode(nodeId: string, leaseUntilWallMs: number): Stored<Owner>;
  /** Keeps the lease; `store.not-owner` when another node has taken over. */
  renewLease(owner: Owner, leaseUntilWallMs: number): Stored<void>;
  nodes(): Stored<readonly NodeState[]>;
  /**
   * Takes over what lives that are over have left: earlier epochs of this node, and nodes whose lease ended before
   * `nowWallMs`. Their waiting deliveries and reports become this owner's, their claimed keys are released. Returns their
   * unfinished calls, which are this owner's now, with the INVITE or dialog they had.
   */
  adopt(owner: Owner, nowWallMs: number): Stored<readonly StoredCall[]>;

  /** `store.not-owner` when the call is over or has no living owner. */
  sendCommand(command: CallCommand): Stored<void>;
  /** Commands for calls of this owner, each handed out once. */
  takeCommands(owner: Owner, limit: number): Stored<readonly CallCommand[]>;
  answerCommand(id: string, answer: JsonObject): Stored<void>;
  /** Undefined until it was answered. Commands and answers are kept for a minute after the command was sent. */
  commandAnswer(id: string): Stored<JsonObject | undefined>;

  /**
   * Deletes calls that ended before this instant, oldest end first, with all that belongs to them; at most `limit`. A call
   * of which a delivery still waits stays. Of figures that old, those of whole days stay. Returns how many calls went.
   */
  prune(endedBeforeWallMs: number, limit: number): Stored<number>;
  /** Writes a consistent copy to a new file while calls go on. Only SQLite; PostgreSQL has its own tools. */
  backup(filePath: string): Stored<void>;
  close(): Promise<void>;
}
