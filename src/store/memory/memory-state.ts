/** What the memory store holds: maps of values that are replaced, never changed, so that a commit can be undone. */
import type { JsonObject } from '../../kit/index.ts';
import type { Account } from '../admission.ts';
import type { EndTally, WaitTally } from '../statistics/tally.ts';
import type {
  CallCommand,
  DeliveryReport,
  KeptAnswer,
  NewReport,
  Owner,
  StoredCall,
  StoredEvent,
} from '../durable-store.ts';

export interface MemoryCall {
  readonly call: StoredCall;
  /** Whose counters it uses. */
  readonly account: string | undefined;
}

export interface MemoryDelivery {
  readonly report: DeliveryReport;
  readonly owner: Owner;
}

export interface MemoryKey {
  readonly fingerprint: string;
  readonly owner: Owner;
  readonly claimedAtWallMs: number;
  readonly answer: KeptAnswer | undefined;
}

export interface MemoryReport {
  readonly report: NewReport;
  readonly owner: Owner;
  readonly dueAtWallMs: number;
}

export interface MemoryCommand {
  readonly command: CallCommand;
  readonly isTaken: boolean;
  readonly answer: JsonObject | undefined;
}

export interface MemoryNode {
  readonly epoch: number;
  readonly leaseUntilWallMs: number;
}

export class MemoryState {
  readonly calls = new Map<string, MemoryCall>();
  /** Of a session, in their order. */
  readonly events = new Map<string, readonly StoredEvent[]>();
  readonly deliveries = new Map<string, readonly MemoryDelivery[]>();
  /** Sessions of which a delivery waits. */
  readonly lanes = new Map<string, true>();
  /** null: deleted. */
  readonly records = new Map<string, JsonObject | null>();
  readonly keys = new Map<string, MemoryKey>();
  readonly accounts = new Map<string, Account>();
  readonly charges = new Map<string, number>();
  readonly ends = new Map<string, EndTally>();
  readonly waits = new Map<string, WaitTally>();
  readonly reports = new Map<string, MemoryReport>();
  readonly nodes = new Map<string, MemoryNode>();
  /** Oldest first. */
  readonly commands = new Map<string, MemoryCommand>();
  /** All events as they were committed. */
  stream: { readonly position: number; readonly sessionId: string; readonly sequence: number }[] = [];
  lastPosition = 0;
  lastEpoch = 0;
}

/** Changes of maps that can be taken back. */
export class Journal {
  readonly #undo: (() => void)[] = [];

  set<K, V>(map: Map<K, V>, key: K, value: V): void {
    this.#remember(map, key);
    map.set(key, value);
  }

  delete<K, V>(map: Map<K, V>, key: K): void {
    this.#remember(map, key);
    map.delete(key);
  }

  undoAll(): void {
    for (const undo of this.#undo.reverse()) undo();
  }

  #remember<K, V>(map: Map<K, V>, key: K): void {
    const before = map.get(key);
    const had = map.has(key);
    this.#undo.push(() => {
      if (had && before !== undefined) map.set(key, before);
      else map.delete(key);
    });
  }
}

export function isSameOwner(one: Owner, other: Owner): boolean {
  return one.nodeId === other.nodeId && one.epoch === other.epoch;
}

/** Whether this is the present life of its node. */
export function isLiving(state: MemoryState, owner: Owner): boolean {
  return state.nodes.get(owner.nodeId)?.epoch === owner.epoch;
}

export function keyText({ tenantId, key }: { readonly tenantId: string; readonly key: string }): string {
  return JSON.stringify([tenantId, key]);
}

export function chargeText(account: string, day: number): string {
  return JSON.stringify([account, day]);
}

export function isOver(call: StoredCall): boolean {
  return call.endedAtWallMs !== undefined;
}
