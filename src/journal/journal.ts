/**
 * Writes the lives of calls into the store, each in order: its acceptance, its states and events with their deliveries, its dialog,
 * its end with the record. One commit of a call is under way at a time; what comes meanwhile goes with the next one.
 *
 * While the store is down nothing is lost: changes wait in memory (promise R19) and are written in order when it is back; the
 * engine takes no new calls meanwhile. Only extra events of a call that has very many waiting are left out, and counted.
 */
import { err, type GatewayError, gatewayError, type JsonObject, ok, type Result } from '../kit/index.ts';
import type {
  CallFigures,
  Change,
  DeliveryEndpoint,
  DurableStore,
  NewCall,
  Owner,
  SharedAdmission,
  Stored,
  StoredCallState,
  StoredEvent,
} from '../store/index.ts';

/** Changes of one call that may wait before its extra events are left out. */
const mostWaiting = 500;
/** Changes in one commit: what an outage has left must not become a transaction that takes too long. */
const mostTogether = 100;
const firstPauseMs = 100;
const longestPauseMs = 5000;
/**
 * How long an INVITE or ACK waits for its dialog to be on disk while the store is slow: one that left before could not be ended by
 * another life of the process. The peer repeats its answer for 32 s (RFC 3261 §13.3.1.4).
 */
const longestDialogWaitMs = 4000;

export interface JournalPorts {
  readonly store: Pick<DurableStore, 'commit'>;
  readonly owner: Owner;
  readonly wallMs: () => number;
  /** Calls `fire` once after `ms`, unless the function it returns was called before. */
  readonly after: (ms: number, fire: () => void) => () => void;
  /** These are in the store now. Must not throw. */
  readonly onCommitted: (events: readonly StoredEvent[]) => void;
  /** Another node has taken this call over: it must be let go of. */
  readonly onTakenOver: (sessionId: string) => void;
  /** Whether this refused call is in the store is not known. */
  readonly onDoubt: (sessionId: string) => void;
  /** The store failed, or left something out. For log and metrics; told once for each change of fortune. */
  readonly onTrouble: (error: GatewayError) => void;
}

export interface JournalEvent {
  /** e.g. `call.started`. */
  readonly type: string;
  readonly data: JsonObject;
  /** The state that the call has from now on. */
  readonly state?: StoredCallState;
  /** Whether the call's receiver is told. */
  readonly isDelivered: boolean;
}

export interface CallOver {
  readonly state: 'failed' | 'ended';
  readonly endCode: string;
  readonly failureReason?: string;
  /** Answer to end. */
  readonly billedMs: number;
  readonly figures: CallFigures;
  readonly record: JsonObject;
}

export interface Journal {
  /** Resolves once the call is durable; a refused or failed one leaves nothing behind. `alongside` is in the same commit. */
  accept(call: NewCall, admission?: SharedAdmission, alongside?: readonly Change[]): Stored<void>;
  /** Takes up a call of an earlier life of the process, whose events go on after `lastSequence`. */
  resume(call: NewCall, lastSequence: number): void;
  /** Never blocks; an unknown call is ignored. */
  tell(sessionId: string, event: JournalEvent): void;
  /** Resolves when the snapshot is safe, or could not be made so in time. */
  keepDialog(sessionId: string, dialog: JsonObject): Promise<void>;
  /** The terminal state and the record, in one commit; the call is forgotten then. */
  over(sessionId: string, end: CallOver): void;
  /** Whether the store takes what it is given; when not, why. */
  health(): Result<void, GatewayError>;
  /** Resolves when everything told so far is in the store. */
  idle(): Promise<void>;
  /** Writes nothing more. */
  close(): void;
}

interface Lane {
  readonly call: NewCall;
  sequence: number;
  readonly waiting: Change[];
  /** A commit that failed, to be tried again before anything else. */
  failed: readonly Change[] | undefined;
  isWriting: boolean;
  isOver: boolean;
  /** Called after the next commit. */
  readonly whenWritten: (() => void)[];
}

export function createJournal(ports: JournalPorts): Journal {
  const { store, owner } = ports;
  const lanes = new Map<string, Lane>();
  let trouble: GatewayError | undefined;
  let isClosed = false;
  let idleWaiters: (() => void)[] = [];

  async function write(sessionId: string, lane: Lane): Promise<void> {
    let pauseMs = firstPauseMs;
    while (lane.waiting.length > 0 || lane.failed !== undefined) {
      if (isClosed) break;
      // What failed is tried again as it was: whether it was written after all, the store knows only of the same changes.
      const changes = lane.failed ?? takeTogether(lane.waiting);
      const waiters = lane.waiting.length === 0 ? lane.whenWritten.splice(0) : [];
      const committed = await store.commit(changes);
      // Also after a failure: nobody waits for a store that is down.
      for (const resolve of waiters) resolve();
      if (committed.ok) {
        recovered();
        pauseMs = firstPauseMs;
        lane.failed = undefined;
        const events = changes.flatMap((change) => (change.type === 'event' ? [change.event] : []));
        if (events.length > 0) ports.onCommitted(events);
        continue;
      }
      const { error } = committed;
      if (error.code === 'store.unavailable' || error.code === 'store.full') {
        lane.failed = changes;
        failed(error);
        if (!isClosed) await pause(pauseMs);
        pauseMs = Math.min(longestPauseMs, pauseMs * 2);
        continue;
      }
      // It refuses, so it answers.
      recovered();
      lanes.delete(sessionId);
      lane.waiting.length = 0;
      for (const resolve of lane.whenWritten.splice(0)) resolve();
      lane.failed = undefined;
      if (error.code === 'store.not-owner') ports.onTakenOver(sessionId);
      else ports.onTrouble(error);
    }
    lane.isWriting = false;
    if (lane.isOver && lane.waiting.length === 0) lanes.delete(sessionId);
    tellIdle();
  }

  function failed(error: GatewayError): void {
    if (trouble === undefined) ports.onTrouble(error);
    trouble = error;
  }

  function recovered(): void {
    trouble = undefined;
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      ports.after(ms, resolve);
    });
  }

  function isAnyBusy(): boolean {
    return [...lanes.values()].some(isBusy);
  }

  function tellIdle(): void {
    // Nobody waits as a rule, and every commit comes by here.
    if (idleWaiters.length === 0 || isAnyBusy()) return;
    for (const resolve of idleWaiters) resolve();
    idleWaiters = [];
  }

  function put(sessionId: string, lane: Lane, ...changes: readonly Change[]): void {
    if (isClosed) return;
    lane.waiting.push(...changes);
    if (lane.isWriting) return;
    lane.isWriting = true;
    // What is told in one step of a call is one commit.
    void Promise.resolve().then(() => write(sessionId, lane));
  }

  function enter(call: NewCall, sequence: number): void {
    const lane: Lane = {
      call,
      sequence,
      waiting: [],
      failed: undefined,
      isWriting: false,
      isOver: false,
      whenWritten: [],
    };
    lanes.set(call.sessionId, lane);
  }

  return {
    async accept(call, admission, alongside = []) {
      if (trouble !== undefined) return err(trouble);
      const accepted: Change = { type: 'call-accepted', call, ...(admission === undefined ? {} : { admission }) };
      const committed = await store.commit([accepted, ...alongside]);
      if (committed.ok) enter(call, 0);
      else if (committed.error.code.startsWith('store.')) ports.onTrouble(committed.error);
      if (!committed.ok && committed.error.code === 'store.unavailable') ports.onDoubt(call.sessionId);
      return committed;
    },
    resume: enter,
    tell(sessionId, { type, data, state, isDelivered }) {
      const lane = lanes.get(sessionId);
      if (lane === undefined || lane.isOver) return;
      if (state === undefined && lane.waiting.length >= mostWaiting) {
        ports.onTrouble(
          gatewayError('store.unavailable', `An event ${type} was left out: too many wait for the store.`),
        );
        return;
      }
      lane.sequence++;
      const atWallMs = ports.wallMs();
      const { tenantId, endpoint } = lane.call;
      const event: StoredEvent = { sessionId, tenantId, sequence: lane.sequence, type, atWallMs, data };
      put(
        sessionId,
        lane,
        // The terminal state is set by `over`, with the record.
        ...(state === undefined || state === 'ended' || state === 'failed'
          ? []
          : [{ type: 'call-changed', sessionId, owner, atWallMs, state } as const]),
        { type: 'event', event, owner, ...(isDelivered ? deliveredTo(endpoint) : {}) },
      );
    },
    keepDialog(sessionId, dialog) {
      const lane = lanes.get(sessionId);
      if (lane === undefined || isClosed) return Promise.resolve();
      put(sessionId, lane, { type: 'call-changed', sessionId, owner, atWallMs: ports.wallMs(), dialog });
      if (trouble !== undefined) return Promise.resolve();
      return new Promise((resolve) => {
        const cancel = ports.after(longestDialogWaitMs, resolve);
        lane.whenWritten.push(() => {
          cancel();
          resolve();
        });
      });
    },
    over(sessionId, { state, endCode, failureReason, billedMs, figures, record }) {
      const lane = lanes.get(sessionId);
      if (lane === undefined || lane.isOver) return;
      lane.isOver = true;
      const atWallMs = ports.wallMs();
      const reason = failureReason === undefined ? {} : { failureReason };
      put(
        sessionId,
        lane,
        { type: 'call-ended', sessionId, owner, atWallMs, state, endCode, ...reason, billedMs, figures },
        { type: 'record', sessionId, tenantId: lane.call.tenantId, record },
      );
    },
    health: () => (trouble === undefined ? ok(undefined) : err(trouble)),
    idle() {
      if (isClosed || !isAnyBusy()) return Promise.resolve();
      return new Promise((resolve) => {
        idleWaiters.push(resolve);
      });
    },
    close() {
      isClosed = true;
      for (const lane of lanes.values()) for (const resolve of lane.whenWritten.splice(0)) resolve();
      for (const resolve of idleWaiters.splice(0)) resolve();
    },
  };
}

/** The next changes to commit. A terminal state and its record are never parted. */
function takeTogether(waiting: Change[]): readonly Change[] {
  const isParted = waiting[mostTogether]?.type === 'record';
  return waiting.splice(0, isParted ? mostTogether + 1 : mostTogether);
}

function isBusy({ isWriting, waiting }: Lane): boolean {
  return isWriting || waiting.length > 0;
}

function deliveredTo(endpoint: DeliveryEndpoint | undefined): { readonly endpoint?: DeliveryEndpoint } {
  return endpoint === undefined ? {} : { endpoint };
}
